"""The phrase bank of a desk: wordings of remarks its staff have sent, without the filing's data."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.sealed import SealedTextField
from filings.actors import Actor
from filings.models.filing import Filing
from filings.states import Role
from ministry.models.audit import append_only


class PhraseQuerySet(models.QuerySet["Phrase"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the phrases of the actor's own organisation; hosts have none."""
        match actor.role:
            case Role.PROVIDER if actor.provider_id:
                return self.filter(provider_id=actor.provider_id)
            case Role.BUREAU if actor.bureau_id:
                return self.filter(bureau_id=actor.bureau_id)
        return self.none()

    def offered(self) -> Self:
        """Return those that are offered: neither hidden nor waiting for a second host."""
        return self.filter(hidden_at=None, waits=False)


class Phrase(models.Model):
    """One organisation's wording of seen and expected for one code and kind of field.

    ``kind`` is a path without the number of the website. While ``waits`` is set only the digest of the text is stored:
    see ``filings.lookup.phrase_bank``.
    """

    provider = models.ForeignKey(
        "providers.Provider", on_delete=models.PROTECT, null=True, related_name="phrases", db_index=False
    )
    bureau = models.ForeignKey(
        "bureaus.Bureau", on_delete=models.PROTECT, null=True, related_name="phrases", db_index=False
    )
    code = models.CharField(_("code"), max_length=8)
    kind = models.CharField(_("field"), max_length=64)
    digest = models.CharField(max_length=64, editable=False)
    seen = SealedTextField(_("found"), blank=True)
    expected = SealedTextField(_("expected"), blank=True)
    waits = models.BooleanField(default=False)
    uses = models.PositiveIntegerField(_("used"), default=0)
    used_at = models.DateTimeField(_("last used"))
    first_filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="+", db_index=False)
    hidden_at = models.DateTimeField(_("hidden"), null=True)

    objects = PhraseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(provider=None, bureau__isnull=False) | Q(provider__isnull=False, bureau=None),
                name="phrase_of_one_organisation",
            ),
            models.UniqueConstraint(fields=["provider", "digest"], name="one_phrase_per_wording_of_provider"),
            models.UniqueConstraint(fields=["bureau", "digest"], name="one_phrase_per_wording_of_bureau"),
        ]
        indexes = [
            models.Index(
                fields=["provider", "code", "kind", "-uses", "-used_at"],
                condition=Q(hidden_at=None, waits=False, provider__isnull=False),
                name="phrases_provider_offers",
            ),
            models.Index(
                fields=["bureau", "code", "kind", "-uses", "-used_at"],
                condition=Q(hidden_at=None, waits=False, bureau__isnull=False),
                name="phrases_bureau_offers",
            ),
            models.Index(
                fields=["provider", "-used_at", "-id"],
                condition=Q(waits=False, provider__isnull=False),
                name="phrases_of_provider",
            ),
        ]


class PhraseChange(models.Model):
    """A change of a phrase's visibility: hidden or shown again. Append-only."""

    phrase = models.ForeignKey(Phrase, on_delete=models.PROTECT, related_name="changes")
    hides = models.BooleanField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=128)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        triggers = append_only("phrase_change_append_only")
