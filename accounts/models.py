"""The user. The e-mail address is the login."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.sealed import SealedTextField


class Party(models.TextChoices):
    """The four parties of a filing. Which organisation a member of staff belongs to is told by its desk's app."""

    HOST = "host", _("site host")
    PROVIDER = "provider", _("access provider")
    BUREAU = "bureau", _("bureau")
    MINISTRY = "ministry", _("ministry")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create and answer a user; the address is kept in lower case, for it is the login."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create the first ministry operator (``manage.py createsuperuser``)."""
        return self.create_user(email, password, party=Party.MINISTRY, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in, as exactly one party."""

    email = models.EmailField(_("e-mail"), max_length=128)
    name = models.CharField(_("name"), max_length=128, blank=True)
    party = models.CharField(_("party"), max_length=8, choices=Party, default=Party.HOST)
    is_active = models.BooleanField(_("may sign in"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

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
        """Django's admin pages ask for this name; only the ministry's operators edit tables."""
        return self.party == Party.MINISTRY

    @property
    def needs_second_factor(self) -> bool:
        """Everybody who decides about other people's filings."""
        return self.party != Party.HOST


class AddressChange(models.Model):
    """The address by which somebody signs in was changed; whoever has the old one can undo it for some days."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="address_changes")
    old = SealedTextField()
    new = SealedTextField()
    at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user_id} {self.at:%Y-%m-%d}"
