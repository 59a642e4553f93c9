"""Tables of the register (备案库): the current state of subjects, websites, accesses and numbers.

Rows are written only by ``ministry.register``, and by ``ministry.imports`` when a whole register is imported.
Constraints forbid a second live subject for a certificate, a second live website for a domain and a number given twice.
Cancelled rows keep their number but are no longer ``live``; suspended ones are still on record.
"""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.sealed import SealedTextField
from ministry.models.audit import audited
from ministry.models.feed import follows_subjects, follows_websites
from ministry.reference import code_tables, domains, english, provinces, service_words
from ministry.reference.numbers import EARLIER, EARLIER_UNTIL, HIGHEST_SERIAL, FilingNumber, number_of_columns


def _live_or_cancelled() -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(live=False) | Q(cancelled_on=None), name="live_%(class)s_is_not_cancelled"
    )


# Updates ``LiveDomain`` from a website's row; fails when another website has one of the domains (1005). What a website
# gives up is kept in ``ReleasedDomain``.
_HOLD_DOMAINS = """
    IF TG_OP = 'UPDATE' THEN
        IF NEW.live = OLD.live AND NEW.domain = OLD.domain
           AND NEW.further_domains = OLD.further_domains THEN
            RETURN NULL;
        END IF;
        DELETE FROM ministry_livedomain WHERE website_id = NEW.id;
        INSERT INTO ministry_releaseddomain (domain, website_id)
        SELECT DISTINCT one, NEW.id FROM unnest(OLD.further_domains || OLD.domain) AS one
         WHERE one <> '' AND one <> ALL (NEW.further_domains || NEW.domain)
            ON CONFLICT DO NOTHING;
    END IF;
    IF NEW.live THEN
        INSERT INTO ministry_livedomain (domain, website_id)
        SELECT DISTINCT one, NEW.id
          FROM unnest(NEW.further_domains || NEW.domain) AS one WHERE one <> '';
    END IF;
    RETURN NULL;
"""


class NumberSeries(models.Model):
    """The last serial given in a province and year (``京ICP备2026…``)."""

    province = models.CharField(_("province"), max_length=6, choices=provinces.CHOICES)
    year = models.PositiveSmallIntegerField(_("year"))
    last = models.PositiveIntegerField(_("last serial"), default=0)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        constraints = [
            models.UniqueConstraint(fields=["province", "year"], name="one_series_per_province_and_year"),
            models.CheckConstraint(condition=Q(last__lte=HIGHEST_SERIAL), name="serial_has_six_digits"),
        ]
        triggers = audited()

    def __str__(self) -> str:
        return f"{self.province} {self.year}: {self.last}"


class Subject(models.Model):
    """A site host on record (主体): one certificate, one number, many websites."""

    province = models.CharField(_("province"), max_length=6, choices=provinces.CHOICES)
    # Place in the province's number series; none for a number of an earlier system
    year = models.PositiveSmallIntegerField(_("year"), null=True)
    serial = models.PositiveIntegerField(_("serial"), null=True)
    # As issued by an earlier system: 京ICP备05000001号, 京ICP备010001号, 京ICP证040001号, 京B2-20090001
    earlier_number = models.CharField(_("earlier number"), max_length=32, blank=True, default="", db_default="")
    name = models.CharField(_("name"), max_length=255)
    nature = models.PositiveSmallIntegerField(_("type of site host"))
    division = models.CharField(_("city or county"), max_length=6)
    address = SealedTextField(_("address"))
    responsible_name = SealedTextField(_("responsible person"))
    responsible_mobile = SealedTextField(_("mobile"))
    responsible_email = SealedTextField(_("e-mail"))
    live = models.BooleanField(_("in force"), default=True)
    approved_on = models.DateField(_("approved on"))
    cancelled_on = models.DateField(_("cancelled on"), null=True, editable=False)
    suspended_on = models.DateField(_("suspended on"), null=True, editable=False)
    # Incremented with each website; the sequence of a cancelled website is never reused.
    last_sequence = models.PositiveIntegerField(_("last website sequence"), default=0)
    password_hash = models.CharField(max_length=128, blank=True, editable=False)
    # Set when a password is owed, cleared by the task that creates and sends it
    password_wanted_at = models.DateTimeField(_("password requested"), null=True, editable=False)
    password_sent_at = models.DateTimeField(_("password sent"), null=True, editable=False)
    # Since when this password is valid, and the account in which its owner chose it, if any
    password_set_at = models.DateTimeField(null=True, editable=False)
    password_set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("subject")
        verbose_name_plural = _("subjects")
        constraints = [
            models.UniqueConstraint(fields=["province", "year", "serial"], name="one_subject_per_number"),
            models.UniqueConstraint(
                fields=["earlier_number"], condition=Q(earlier_number__gt=""), name="one_subject_per_earlier_number"
            ),
            models.CheckConstraint(
                condition=Q(earlier_number="", year__isnull=False, serial__isnull=False)
                | Q(earlier_number__regex=EARLIER, year=None, serial=None),
                name="number_of_a_series_or_of_an_earlier_system",
            ),
            models.CheckConstraint(
                condition=Q(earlier_number="") | Q(approved_on__lte=EARLIER_UNTIL),
                name="earlier_numbers_are_not_issued_any_more",
            ),
            _live_or_cancelled(),
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="subject_name"),
            # For the public query by a part of a unit's name
            GinIndex(
                models.Func("name", function="name_pairs"),
                condition=Q(live=True) & ~Q(nature=code_tables.PERSON),
                fastupdate=False,  # a list of pending entries would be read whole by every search
                name="subject_name_pairs",
            ),
            # The same among the cancelled ones, about 100 bytes each
            GinIndex(
                models.Func("name", function="name_pairs"),
                condition=Q(live=False) & ~Q(nature=code_tables.PERSON),
                fastupdate=False,
                name="ended_subject_name_pairs",
            ),
            models.Index(
                fields=["password_wanted_at"],
                condition=Q(password_wanted_at__isnull=False),
                name="subject_password_wanted",
            ),
            # For what ends with a new password or a cancellation: adoptions
            models.Index(
                fields=["password_set_at"],
                condition=Q(password_set_at__isnull=False),
                name="subject_password_set",
            ),
            models.Index(fields=["cancelled_on"], condition=Q(live=False), name="subject_cancelled"),
        ]
        triggers = [*audited(secret=["password_hash"]), follows_subjects()]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def number(self) -> FilingNumber:
        """Return the subject's number, ``京ICP备2026000001号``, or that of an earlier system as issued."""
        return number_of_columns(self.province, self.year, self.serial, self.earlier_number)


class SubjectCertificate(models.Model):
    """A certificate of a subject. A unit may have several over the years; a certificate has one live subject."""

    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, related_name="certificates", verbose_name=_("subject")
    )
    cert_type = models.PositiveSmallIntegerField(_("certificate type"))
    number = SealedTextField(_("certificate number"))
    digest = models.CharField(max_length=64, editable=False)
    # Digest of the organisation code, the same under a unit's old and new certificate. Empty matches nothing.
    unit_digest = models.CharField(max_length=64, blank=True, default="", editable=False)
    live = models.BooleanField(_("in force"), default=True)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.UniqueConstraint(
                fields=["cert_type", "digest"],
                condition=Q(live=True),
                name="one_live_subject_per_certificate",
            ),
        ]
        indexes = [
            models.Index(fields=["unit_digest"], condition=Q(live=True, unit_digest__gt=""), name="live_unit"),
        ]
        triggers = audited()


class ContactKind(models.TextChoices):
    """Kind of a contact."""

    MOBILE = "mobile", _("mobile")
    EMAIL = "email", _("e-mail")


class SubjectContact(models.Model):
    """Mobiles and e-mail addresses of the responsible persons of a subject and its websites.

    Digests only: they show that another subject has the same contact, and whether it is the same person.
    """

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="contacts", verbose_name=_("subject"))
    kind = models.CharField(_("kind"), max_length=8, choices=ContactKind)
    digest = models.CharField(max_length=64, editable=False)
    person_digest = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["digest", "kind", "person_digest", "subject"], name="one_row_per_contact_and_person"
            ),
            models.CheckConstraint(condition=Q(kind__in=ContactKind.values), name="contact_kind_known"),
            models.CheckConstraint(condition=~Q(digest=""), name="contact_has_a_digest"),
        ]


class Website(models.Model):
    """A website on record (网站) under a subject: number ``…号-N``, one domain.

    Or another service of the subject: an APP, a mini-program, a quick app. Its number has a letter, its domains are
    not stored (an APP may use that of a website), and it is identified by its name.
    """

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="websites", verbose_name=_("subject"))
    sequence = models.PositiveIntegerField(_("sequence"))
    service = models.PositiveSmallIntegerField(
        _("service type"),
        choices=code_tables.choices(code_tables.SERVICE_TYPES),
        default=code_tables.WEBSITE,
        db_default=code_tables.WEBSITE,
        editable=False,
    )
    name = models.CharField(_("website name"), max_length=512)
    # Empty for services other than websites
    domain = models.CharField(_("domain"), max_length=128, blank=True)
    # Further domains of websites filed before 22 April 2019, when websites were limited to one domain
    further_domains = ArrayField(
        models.CharField(max_length=128), verbose_name=_("further domains"), default=list, db_default=[], blank=True
    )
    home_url = models.CharField(_("home page"), max_length=255, blank=True)
    services = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("service contents"))
    languages = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("languages"))
    # Empty for websites entered before the register stored their responsible person
    responsible_name = SealedTextField(_("responsible person"), blank=True)
    responsible_mobile = SealedTextField(_("mobile"), blank=True)
    responsible_email = SealedTextField(_("e-mail"), blank=True)
    live = models.BooleanField(_("in force"), default=True)
    approved_on = models.DateField(_("approved on"))
    cancelled_on = models.DateField(_("cancelled on"), null=True, editable=False)
    suspended_on = models.DateField(_("suspended on"), null=True, editable=False)
    # The website's row under its new host's number, after a migration to another host
    migrated_to = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="migrated_from", editable=False
    )

    class Meta:
        verbose_name = _("website")
        verbose_name_plural = _("websites")
        constraints = [
            models.UniqueConstraint(fields=["subject", "sequence"], name="one_website_per_number"),
            models.UniqueConstraint(
                fields=["domain"],
                condition=Q(live=True, service=code_tables.WEBSITE),
                name="one_live_website_per_domain",
            ),
            models.CheckConstraint(
                condition=Q(service__in=[service.id for service in code_tables.SERVICE_TYPES]),
                name="service_type_known",
            ),
            models.CheckConstraint(
                condition=Q(service=code_tables.WEBSITE) ^ Q(domain=""), name="websites_alone_have_a_domain"
            ),
            _live_or_cancelled(),
        ]
        triggers = [
            *audited(),
            follows_websites(),
            pgtrigger.Trigger(
                name="live_domains",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=_HOLD_DOMAINS,
            ),
        ]
        indexes = [
            models.Index(fields=["home_url"], condition=Q(live=True), name="live_home_page"),
            models.Index(fields=["name"], condition=Q(live=True), name="live_website_name"),
            # For the public query by the name of an APP, a mini-program or a quick app
            models.Index(
                fields=["name"], condition=Q(live=True) & ~Q(service=code_tables.WEBSITE), name="live_service_name"
            ),
            # Domains no longer in force, for the bureau's search; those in force are in ``LiveDomain``.
            models.Index(fields=["domain"], condition=Q(live=False), name="ended_domain"),
            GinIndex(
                fields=["further_domains"], condition=Q(live=False), fastupdate=False, name="ended_further_domains"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.domain or self.name}"

    @property
    def number(self) -> FilingNumber:
        """Return ``京ICP备2026000001号-1``, for an APP ``…号-2A``. Reads the subject: use select_related."""
        return self.subject.number.of_service(self.sequence, self.service)

    @property
    def is_website(self) -> bool:
        """Return whether it is a website, not an APP, a mini-program or a quick app."""
        return self.service == code_tables.WEBSITE

    @property
    def is_app(self) -> bool:
        return self.service == code_tables.APP

    @property
    def is_mini_program(self) -> bool:
        return self.service == code_tables.MINI_PROGRAM

    @property
    def word(self) -> Promise:
        """Return its noun for use in sentences: the website, the app, the mini-program, the quick app."""
        return service_words.word([self.service])

    @property
    def described(self) -> str:
        """Return its name with its domains or service type."""
        return f"{self.name} · {self.beside_name}"

    @property
    def beside_name(self) -> str:
        """Return what a list shows beside the name: the domain of a website, the type of another service."""
        return self.shown_domains if self.is_website else self.get_service_display()

    @property
    def all_domains(self) -> list[str]:
        """Return all its domains, the main one first; empty for services other than websites."""
        return [self.domain, *self.further_domains] if self.is_website else []

    @property
    def shown_domain(self) -> str:
        """Return the domain for display; the name for services other than websites."""
        return domains.display_domain(self.domain) if self.is_website else self.name

    @property
    def shown_domains(self) -> str:
        """Return all domains for display; the name when there are none."""
        return english.joined(map(domains.display_domain, self.all_domains)) or self.name


class Access(models.Model):
    """An access (接入) of a website at a provider."""

    website = models.ForeignKey(Website, on_delete=models.PROTECT, related_name="accesses", verbose_name=_("website"))
    provider = models.ForeignKey(
        "providers.Provider", on_delete=models.PROTECT, related_name="accesses", verbose_name=_("access provider")
    )
    ways = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("access methods"))
    places = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("server locations"))
    ip_ranges = ArrayField(models.CharField(max_length=91), verbose_name=_("IP ranges"))
    live = models.BooleanField(_("in force"), default=True)
    cancelled_on = models.DateField(_("cancelled on"), null=True, editable=False)

    class Meta:
        verbose_name = _("access")
        verbose_name_plural = _("accesses")
        constraints = [
            models.UniqueConstraint(
                fields=["website", "provider"], condition=Q(live=True), name="one_live_access_per_provider"
            ),
            _live_or_cancelled(),
        ]
        triggers = audited()

    def __str__(self) -> str:
        return f"{self.website_id} @ {self.provider_id}"
