"""The provider's side: connections to bureaus with systems of their own, what is reported there and what came back."""

from typing import Any, Final, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.sealed import SealedJSONField, SealedTextField
from filings.actors import Actor
from filings.models.webhook import OfProvider
from filings.states import Role
from interchange.models.connection import LARGEST_SEQUENCE, LONGEST_USER_NAME, ConnectionProfile
from interchange.models.files import LONGEST_FILE_NAME, SealedFile, next_sequence
from interchange.models.records import LONGEST_KEY
from ministry.models.audit import audited

LONGEST_ADDRESS = 500
LONGEST_MESSAGE = 1000  # characters kept of what a bureau's system says of a record


class OfConnection(models.QuerySet[Any]):
    """Rows of a connection."""

    def visible_to(self, actor: Actor) -> Self:
        """Return the rows of connections of the actor's provider; none for other parties."""
        of_provider = self.filter(connection__provider=actor.provider_id or 0)
        return of_provider if actor.role == Role.PROVIDER else self.none()


class ReportingConnection(models.Model):
    """A provider's account at the system of a bureau that decides outside of the portal.

    ``url``: where the bureau's services are, without their paths. ``certificate``: the client's, with its key, as PEM;
    empty without. ``authority``: the certificates that the system's own is checked with, as PEM; empty for the public
    authorities. ``last_sequence``: of the last packed upload. ``stopped_by``: the code (``msg_code``) for which
    nothing is uploaded until somebody has seen to it. ``failures``: calls that failed since the last success. After one
    nothing is called until ``next_at``; until ``busy_until`` a worker is calling, unless that worker has died.
    """

    provider = models.ForeignKey("providers.Provider", on_delete=models.PROTECT, related_name="+", db_index=False)
    bureau = models.ForeignKey("bureaus.Bureau", on_delete=models.PROTECT, related_name="+")
    url = models.CharField(_("Address of the bureau's system"), max_length=LONGEST_ADDRESS)
    isp_id = models.BigIntegerField("ispId")
    user_name = models.CharField("userName", max_length=LONGEST_USER_NAME)
    password = SealedTextField()
    secret = SealedTextField()
    iv = SealedTextField()
    profile = models.CharField(
        _("Algorithms"), max_length=8, choices=ConnectionProfile, default=ConnectionProfile.STRICT
    )
    certificate = SealedTextField(default="")
    authority = models.TextField(_("Certificate authority of the bureau's system"), default="", db_default="")
    is_paused = models.BooleanField(_("Paused"), default=False)
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField(default=timezone.now)

    last_sequence = models.BigIntegerField(default=0)
    stopped_by = models.PositiveSmallIntegerField(null=True)
    failures = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)
    fetch_at = models.DateTimeField(default=timezone.now)
    busy_until = models.DateTimeField(default=timezone.now)

    objects = OfProvider.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "bureau"], name="one_reporting_connection_per_bureau"),
            models.CheckConstraint(
                condition=Q(last_sequence__range=(0, LARGEST_SEQUENCE)), name="reporting_sequence_has_four_bytes"
            ),
            models.CheckConstraint(condition=Q(profile__in=ConnectionProfile.values), name="reporting_profile_known"),
        ]
        triggers = audited(left_out=("last_sequence", "failures", "next_at", "fetch_at", "busy_until"))

    def __str__(self) -> str:
        return f"{self.provider_id} {self.bureau_id}"


class ReportUpload(SealedFile):
    """A packed file of reports with its number, kept before it is sent; sent again it is the same file.

    ``digest``: of the zip, as sent. ``tries``: times a worker has begun to send it. ``sent_at``: when it was accepted.
    """

    connection = models.ForeignKey(
        ReportingConnection, on_delete=models.PROTECT, related_name="uploads", db_index=False
    )
    sequence = models.BigIntegerField(_("sequence"))
    digest = models.CharField(max_length=64)
    operation = models.CharField(max_length=5)
    records = models.PositiveSmallIntegerField()
    tries = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    objects = OfConnection.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "sequence"], name="report_sequence_once"),
            models.UniqueConstraint(fields=["connection"], condition=Q(sent_at=None), name="one_upload_in_flight"),
        ]
        indexes = [models.Index(fields=["content"], name="report_upload_file")]
        triggers = [
            *audited(left_out=("tries",)),
            pgtrigger.Trigger(
                name="report_sequence_without_gap",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=next_sequence("interchange_reportingconnection"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.connection_id} {self.sequence}"


class FetchedFile(SealedFile):
    """A file that a bureau's system has handed out, stored before its receipt; applied afterwards, once.

    ``open_results``: records in it that nothing could be done with; ``faults`` has a line for each.
    """

    connection = models.ForeignKey(ReportingConnection, on_delete=models.PROTECT, related_name="files", db_index=False)
    file_name = models.CharField(max_length=LONGEST_FILE_NAME)
    digest = models.CharField(max_length=64)
    fetched_at = models.DateTimeField(default=timezone.now)
    acked_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    open_results = models.PositiveIntegerField(default=0)
    faults = SealedTextField(default="", db_column="said")

    objects = OfConnection.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "file_name"], name="fetched_file_once")]
        indexes = [
            models.Index(fields=["connection", "id"], condition=Q(applied_at=None), name="fetched_not_applied"),
            models.Index(fields=["content"], name="fetched_file_content"),
        ]
        triggers = audited(left_out=("tries",))

    def __str__(self) -> str:
        return self.file_name


class ReportState(models.TextChoices):
    """The state of a report."""

    WAITING = "waiting", _("waiting to be sent")
    PACKED = "packed", _("sent, no result yet")
    TAKEN = "taken", _("with the bureau's system")
    APPROVED = "approved", _("approved, numbers not yet received")
    DECIDED = "decided", pgettext_lazy("report", "decided")
    REFUSED = "refused", _("not accepted by the bureau's system")
    UNWRITABLE = "unwritable", _("can't be sent by this interface")
    DROPPED = "dropped", _("not sent: no longer with the bureau")


NO_PASSWORD: Final = 1018  # Jgdm of a report that lacks the filing password
# A result may still come for these
UNDECIDED = (ReportState.PACKED, ReportState.TAKEN, ReportState.APPROVED, ReportState.REFUSED)


class Report(models.Model):
    """A filing of a round, to be reported to the bureau that has received it; written with the move that passes it on.

    ``operation``: of the interface, such as XZBA, ``result_type`` its id in results (Czlx). ``names``: what names the
    record in results (Bs, Jlid). ``own_ids``: in the shape of ``mapping.record_parts.OwnIds``. The last three are
    empty until it is packed, as are codes and words until there is a result. ``sent``: times it was packed.
    ``password_md5``: of the filing password,
    for kinds that need it, once the bureau's system has found it right.
    """

    provider = models.ForeignKey("providers.Provider", on_delete=models.PROTECT, related_name="+", db_index=False)
    bureau = models.ForeignKey("bureaus.Bureau", on_delete=models.PROTECT, related_name="+", db_index=False)
    filing = models.ForeignKey("filings.Filing", on_delete=models.PROTECT, related_name="reports", db_index=False)
    round = models.PositiveSmallIntegerField()
    operation = models.CharField(_("operation"), max_length=5)
    result_type = models.PositiveSmallIntegerField()
    state = models.CharField(_("state"), max_length=10, choices=ReportState, default=ReportState.WAITING)
    upload = models.ForeignKey(ReportUpload, on_delete=models.PROTECT, null=True, related_name="reports")
    sent = models.PositiveSmallIntegerField(default=0, db_default=0)
    names = ArrayField(models.CharField(max_length=LONGEST_KEY), default=list)
    own_ids = models.JSONField(default=dict)
    codes = ArrayField(models.PositiveSmallIntegerField(), default=list)
    message = SealedTextField(default="", db_column="said")
    password_md5 = SealedTextField(default="")
    at = models.DateTimeField(default=timezone.now)

    objects = OfProvider.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["filing", "round"], name="one_report_per_round"),
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="report_state_known"),
        ]
        indexes = [
            models.Index(
                fields=["provider", "bureau", "id"], condition=Q(state=ReportState.WAITING), name="reports_waiting"
            ),
            models.Index(
                fields=["provider", "bureau", "result_type"],
                condition=Q(state__in=UNDECIDED),
                name="reports_undecided",
            ),
            models.Index(fields=["provider", "-id"], name="reports_of_provider"),
        ]
        triggers = audited()

    def __str__(self) -> str:
        return f"{self.operation} {self.filing_id}"

    @property
    def lacks_password(self) -> bool:
        """Return whether all that is missing is the filing password, which a supervisor enters."""
        return self.state == ReportState.UNWRITABLE and self.codes == [NO_PASSWORD]


class KnownRow(models.TextChoices):
    """The kind of row that has an id in a bureau's system."""

    SUBJECT = "subject", _("site host")
    WEBSITE = "website", _("website")
    ACCESS = "access", _("access")


class OfficialId(models.Model):
    """The id of a bureau's system for what a row of our register stands for (``Ztid``, ``Wzid``, ``Jrid``).

    ``published``: what that system has published of it last, path of a fact → value; None if it has published nothing.
    """

    bureau = models.ForeignKey("bureaus.Bureau", on_delete=models.PROTECT, related_name="+", db_index=False)
    what = models.CharField(max_length=8, choices=KnownRow)
    row = models.BigIntegerField()
    key = models.BigIntegerField()
    published = SealedJSONField(null=True, db_column="said")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bureau", "what", "row"], name="one_official_id_per_row")]
        indexes = [models.Index(fields=["bureau", "what", "key"], name="official_ids_by_key")]  # to find what has ended
        triggers = audited()

    def __str__(self) -> str:
        return f"{self.what} {self.row}: {self.key}"


class ExchangeEnd(models.TextChoices):
    """The result of a call."""

    ANSWERED = "answered", _("answered")
    STATUS = "status", _("answered with an error")
    SLOW = "slow", _("no complete answer within the time limit")
    NAME = "name", _("host name not found")
    ADDRESS = "address", _("the host name leads to an address that is not public")
    TLS = "tls", _("certificate or encryption not accepted")
    CONNECTION = "connection", _("no connection, or it was closed")
    UNREADABLE = "unreadable", _("the answer can't be read")
    UNOPENED = "unopened", _("the file can't be opened with our keys")


class Exchange(models.Model):
    """A call of a bureau's system. The row is there before the call, so ``ended_by`` is empty if the worker has died.

    ``code``: the ``msg_code`` of the answer; ``text``: its text; ``took``: milliseconds.
    """

    connection = models.ForeignKey(
        ReportingConnection, on_delete=models.PROTECT, related_name="exchanges", db_index=False
    )
    operation = models.CharField(_("operation"), max_length=32)
    at = models.DateTimeField(_("time"), default=timezone.now)
    upload = models.ForeignKey(ReportUpload, on_delete=models.PROTECT, null=True, related_name="exchanges")
    file = models.ForeignKey(FetchedFile, on_delete=models.PROTECT, null=True, related_name="exchanges")
    ended_by = models.CharField(max_length=10, choices=ExchangeEnd, blank=True)
    code = models.PositiveSmallIntegerField(null=True)
    text = models.CharField(max_length=256, blank=True, db_column="said")
    took = models.PositiveIntegerField(null=True)

    objects = OfConnection.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["connection", "-id"], name="exchanges_of_connection"),
            models.Index(fields=["at"], name="exchanges_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.operation}"
