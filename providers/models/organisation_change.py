"""The record of changes to a provider's own data."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ministry.models.audit import append_only
from providers.models.provider import Provider


class What(models.TextChoices):
    """What was changed of a provider's own data. The first ones are columns of the provider."""

    NAME = "name", _("name")
    SLUG = "slug", _("entrance address")
    PROVINCES = "provinces", _("provinces served")
    LICENCE = "licence", _("licence number")
    ABOUT = "about", _("about")
    CONTACT_PHONE = "contact_phone", _("telephone")
    CONTACT_EMAIL = "contact_email", _("e-mail")
    ADDRESS = "address", _("where the face-to-face check takes place")
    ACCEPTS_NEW = "accepts_new", _("accepts new filings")
    IS_ACTIVE = "is_active", _("active")
    PROMISED_DAYS = "promised_days", _("working days promised for verification")
    LOGO = "logo", _("logo")
    ACCESS_WAYS = "access_ways", _("usual access methods")
    ACCESS_PLACES = "access_places", _("usual server locations")
    INVITED = "invited", _("staff invited")
    INVITATION_REVOKED = "invitation_revoked", _("invitation withdrawn")
    JOINED = "joined", _("joined the staff")
    ROLE = "role", _("role")
    SUSPENDED = "suspended", _("suspended")
    REINSTATED = "reinstated", _("reinstated")
    POOL_ADDED = "pool_added", _("IP addresses added")
    ANNOUNCED = "announced", _("announcement made")
    ANNOUNCEMENT = "announcement", _("announcement changed")
    ANNOUNCEMENT_ENDED = "announcement_ended", _("announcement ended early")
    POOL_REMOVED = "pool_removed", _("IP addresses removed")
    PLACE_OPENED = "place_opened", _("place for appointments opened")
    PLACE = "place", _("place for appointments changed")
    PLACE_ENDED = "place_ended", _("place for appointments ended")
    HOURS_ADDED = "hours_added", _("times for appointments added")
    HOURS_REMOVED = "hours_removed", _("times for appointments removed")
    DAY_CLOSED = "day_closed", _("day closed")
    DAY_OPENED = "day_opened", _("closed day opened again")
    WEBHOOK_MADE = "webhook_made", _("address of your system added")
    WEBHOOK = "webhook", _("address of your system changed")
    WEBHOOK_SECRET = "webhook_secret", _("secret of your system's address renewed")
    WEBHOOK_AGAIN = "webhook_again", _("message to your system sent again")
    WEBHOOK_DELETED = "webhook_deleted", _("address of your system deleted")
    REPORTING_MADE = "reporting_made", _("connection to a bureau's system added")
    REPORTING = "reporting", _("connection to a bureau's system changed")
    REPORTING_PAUSED = "reporting_paused", _("connection to a bureau's system paused")
    REPORTING_USED = "reporting_used", _("connection to a bureau's system used again")
    REPORTING_AGAIN = "reporting_again", _("report to a bureau's system sent again")
    REPORTING_BACK = "reporting_back", _("filing taken back from the reports to a bureau's system")
    REPORTING_LOOK = "reporting_look", _("message of a bureau's system read")
    SIGN_IN_ADDRESS = "sign_in_address", _("sign-in e-mail address changed")


class OrganisationChange(models.Model):
    """A change to a provider's own data: who changed what, and when. Written once, never changed.

    ``before`` and ``after`` are plain values (a role's id, "1" for yes); ``records`` returns them in words.
    """

    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, related_name="changes", verbose_name=_("access provider")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("user")
    )
    actor_name = models.CharField(_("who"), max_length=128)
    at = models.DateTimeField(_("time"), auto_now_add=True)
    what = models.CharField(_("what"), max_length=24, choices=What)
    # Whom or what it concerns, where that is not the provider itself: a person's address, an announcement's title.
    about = models.CharField(_("concerning"), max_length=255, blank=True)
    before = models.TextField(_("before"), blank=True)
    after = models.TextField(_("after"), blank=True)

    class Meta:
        db_table = "providers_housechange"  # the former release reads and writes it while a new one is installed
        verbose_name = _("change in a provider's organisation")
        verbose_name_plural = _("changes in providers' organisations")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["provider", "at", "id"], name="organisation_record")]
        triggers = append_only("organisation_change_append_only")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.get_what_display()}"
