"""Users, who sign in with their e-mail address; changes of that address; the API keys of their programs."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.sealed import SealedTextField


class Party(models.TextChoices):
    """The four parties of a filing. A member of staff's organisation is stored in the app of its desk."""

    HOST = "host", _("site host")
    PROVIDER = "provider", _("access provider")
    BUREAU = "bureau", _("bureau")
    MINISTRY = "ministry", _("ministry")


class Language(models.TextChoices):
    """The languages of pages and mails, each by its own name."""

    CHINESE = "zh-hans", "中文"
    ENGLISH = "en", "English"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create and return a user; the address is stored in lower case because it is the login."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create the first ministry operator (``manage.py createsuperuser``)."""
        return self.create_user(email, password, party=Party.MINISTRY, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in, for exactly one party."""

    email = models.EmailField(_("e-mail"), max_length=128)
    name = models.CharField(_("name"), max_length=128, blank=True)
    party = models.CharField(_("party"), max_length=8, choices=Party, default=Party.HOST)
    is_active = models.BooleanField(_("may sign in"), default=True)
    language = models.CharField(_("language"), max_length=7, choices=Language, blank=True)  # none chosen: Chinese
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    # Texts that the user's programs may look up a day; empty: settings.LOOK_UPS_A_DAY
    look_ups_a_day = models.PositiveIntegerField(_("look-ups a day with API keys"), null=True, blank=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_user_per_email"),
            models.CheckConstraint(condition=models.Q(party__in=Party.values), name="user_party_known"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """Return whether Django's admin is open to the user: only the ministry's operators edit tables."""
        return self.party == Party.MINISTRY

    @property
    def needs_second_factor(self) -> bool:
        """Return whether the user decides about other people's filings."""
        return self.party != Party.HOST


class AddressChange(models.Model):
    """A change of the address with which a user signs in; whoever has the old one can undo it for some days."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="address_changes")
    old = SealedTextField()
    new = SealedTextField()
    at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)


class ApiKey(models.Model):
    """A key with which a user's programs use the API. Of the key itself only a digest is stored."""

    LONGEST_NAME = 64

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys", verbose_name=_("user"))
    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    prefix = models.CharField(_("prefix"), max_length=16)  # its beginning, by which people know it
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("created"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    last_used_on = models.DateField(_("last used on"), null=True, blank=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"], condition=models.Q(ended_at=None), name="one_live_api_key_per_name"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class LookUps(models.Model):
    """How many texts the programs of a user have looked up on a day."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="look_ups")
    day = models.DateField()
    texts = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "user"], name="one_count_of_look_ups_per_day")]
