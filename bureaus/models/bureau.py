"""Provincial bureaus and their reviewers."""

from datetime import date
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Party, User
from bureaus.covers import Pairs, cover_of
from ministry.models.audit import append_only, audited
from ministry.reference import provinces

PUBLIC = ("province", "contact_phone", "contact_email", "address")  # columns that anybody may read


class Bureau(models.Model):
    """A provincial communications administration. Its key is the province's GB/T 2260 code."""

    province = models.CharField(_("province"), max_length=6, choices=provinces.CHOICES, primary_key=True)
    contact_email = models.EmailField(_("e-mail"), blank=True, help_text=_("Reminders of due dates go here."))
    chief_email = models.EmailField(
        _("chief's e-mail"),
        blank=True,
        help_text=_("Told when a deadline is near or missed, as long as no chief is appointed."),
    )
    contact_phone = models.CharField(_("telephone"), max_length=64, blank=True)
    address = models.CharField(_("address"), max_length=255, blank=True)
    # The rules of its desk, which its chiefs set; see ``bureaus.rules``.
    two_reviewers = models.BooleanField(
        _("Two reviewers for prior approvals"),
        default=False,
        help_text=_("One reviewer proposes the approval, another confirms it."),
    )
    proof_minutes = models.PositiveSmallIntegerField(
        _("Password before an approval"),
        default=0,
        help_text=_("Minutes for which an entered password or code stays valid. 0: not asked."),
    )
    # Automatic assignment by load: see ``bureaus.distribution``.
    assigns_by_load = models.BooleanField(_("automatic assignment"), default=False, editable=False)
    # Set by the ministry's operators, see ``bureaus.admin``. Its decisions are entered by
    # ``filings.services.external_decisions``.
    external = models.BooleanField(
        _("decides in a system of its own"),
        default=False,
        db_default=False,
        help_text=_(
            "Filings are reported to that system, which decides, issues the numbers and sends the filing passwords. "
            "Nobody decides for this bureau in the portal. Can't be changed while a filing waits for its decision."
        ),
    )

    class Meta:
        verbose_name = _("bureau")
        verbose_name_plural = _("bureaus")
        ordering = ["province"]
        triggers = audited(key="{0}.province::bigint")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Return its name, 京 → 北京市通信管理局, as the current language shows it."""
        return provinces.by_code(self.province).shown_bureau

    def reader_of(self, user: User) -> User | None:
        """Return who reads today's mails to a reviewer: the reviewer, or whoever covers for them.

        None if nobody is present: the cover is absent too, or has left.
        """
        today = timezone.localdate()
        pairs: Pairs = {one.user_id: one.cover_id for one in self.absences.all() if one.covers(today)}
        reader_id = cover_of(user.pk, pairs)
        readers = (member.user for member in self.reviewers.all() if member.user_id == reader_id)
        return next((reader for reader in readers if reader.is_active), None)


class ReviewerRole(models.TextChoices):
    """The roles of reviewers."""

    REVIEWER = "reviewer", _("reviewer")
    CHIEF = "chief", _("chief")


class Reviewer(models.Model):
    """A user's appointment to decide for a bureau. A chief is also told when time runs out."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviewer", verbose_name=_("user")
    )
    bureau = models.ForeignKey(Bureau, on_delete=models.PROTECT, related_name="reviewers", verbose_name=_("bureau"))
    role = models.CharField(_("role"), max_length=16, choices=ReviewerRole, default=ReviewerRole.REVIEWER)

    class Meta:
        verbose_name = _("reviewer")
        verbose_name_plural = _("reviewers")
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=ReviewerRole.values), name="reviewer_role_known")
        ]
        triggers = audited()

    def __str__(self) -> str:
        return f"{self.user} @ {self.bureau}"

    def clean(self) -> None:
        """Check that the user is of the bureaus' party: hosts and providers' staff can't decide for a bureau."""
        if self.user_id and self.user.party != Party.BUREAU:
            raise ValidationError({"user": _("This account belongs to another party.")})


class DeskRuleChange(models.Model):
    """A chief's change of a rule of the bureau's desk."""

    bureau = models.ForeignKey(Bureau, on_delete=models.PROTECT, related_name="rule_changes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=128)
    what = models.CharField(max_length=32)
    before = models.CharField(max_length=64)
    after = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        triggers = append_only("bureau_rule_change_append_only")


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def on(self, day: date) -> Self:
        """Return those in force on the day."""
        return self.filter(first_day__lte=day, last_day__gte=day, ended_at=None)

    def overlapping(self, first_day: date, last_day: date) -> Self:
        """Return those with a day between the two, both included, that have not been ended."""
        return self.filter(first_day__lte=last_day, last_day__gte=first_day, ended_at=None)


class Absence(models.Model):
    """A reviewer's absence from one day to another, and who covers meanwhile."""

    bureau = models.ForeignKey(Bureau, on_delete=models.PROTECT, related_name="absences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="absences")
    cover = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="covered_absences")
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    made_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)  # if ended early

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["first_day", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(first_day__lte=F("last_day")), name="absence_runs_forward"),
            models.CheckConstraint(condition=~Q(user=F("cover")), name="nobody_covers_for_oneself"),
        ]
        indexes = [models.Index(fields=["bureau", "last_day"], condition=Q(ended_at=None), name="absences_of_bureau")]
        triggers = audited()

    def covers(self, day: date) -> bool:
        """Return whether it is in force on the day."""
        return self.ended_at is None and self.first_day <= day <= self.last_day


class OfficeWhat(models.TextChoices):
    """What was changed in how a bureau divides its work."""

    ABSENT = "absent", _("leave entered")
    BACK = "back", _("leave ended")
    BY_LOAD = "by_load", _("automatic assignment")
    SIGN_IN_ADDRESS = "address", _("sign-in e-mail address changed")
    EXTERNAL = "external", _("decides in a system of its own")


class OfficeChange(models.Model):
    """A change in how a bureau divides its work: who changed what, and when. Written once, never changed."""

    bureau = models.ForeignKey(Bureau, on_delete=models.PROTECT, related_name="changes", verbose_name=_("bureau"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("user")
    )
    actor_name = models.CharField(_("who"), max_length=128)
    at = models.DateTimeField(_("time"), auto_now_add=True)
    what = models.CharField(_("what"), max_length=16, choices=OfficeWhat)
    # Whom it concerns.
    about = models.CharField(_("concerning"), max_length=128, blank=True)
    # Plain: "2026-11-24 2026-11-27", "1" for yes, an address.
    value = models.CharField(max_length=128, blank=True)
    cover = models.CharField(_("cover"), max_length=128, blank=True)

    class Meta:
        verbose_name = _("change in a bureau's assignment of work")
        verbose_name_plural = _("changes in bureaus' assignment of work")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["bureau", "-id"], name="office_record")]
        constraints = [
            models.CheckConstraint(condition=Q(what__in=OfficeWhat.values), name="office_change_known"),
        ]
        triggers = append_only("office_change_append_only")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.get_what_display()}"

    @property
    def words(self) -> str:
        """Return whom it concerns and what was changed, in words."""
        if self.what in (OfficeWhat.BY_LOAD, OfficeWhat.EXTERNAL):
            return gettext("switched on") if self.value == "1" else gettext("switched off")
        if self.what == OfficeWhat.SIGN_IN_ADDRESS:
            return f"{self.about} → {self.value}"
        return gettext("%(name)s, %(days)s, %(cover)s covers") % {
            "name": self.about,
            "days": self.value.replace(" ", " – "),
            "cover": self.cover,
        }
