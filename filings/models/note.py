"""Notes that the staff of one organisation write on a filing for each other, and the colleagues they mention."""

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


class StaffNoteQuerySet(models.QuerySet["StaffNote"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the notes of the actor's own provider or bureau; none for other roles."""
        match actor.role:
            case Role.PROVIDER:
                return self.filter(provider=actor.provider_id or 0)
            case Role.BUREAU:
                return self.filter(bureau=actor.bureau_id)
        return self.none()


class StaffNote(models.Model):
    """A note on a filing, read only by the organisation that wrote it: one provider or one bureau.

    A later provider or bureau of the filing does not see it.
    """

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="staff_notes")
    provider = models.ForeignKey(
        "providers.Provider", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    bureau = models.ForeignKey("bureaus.Bureau", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    # Sealed, because staff may write personal numbers here.
    text = SealedTextField(_("note"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=128)
    at = models.DateTimeField(auto_now_add=True)

    objects = StaffNoteQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(provider=None, bureau__isnull=False) | Q(provider__isnull=False, bureau=None),
                name="a_note_is_of_one_organisation",
            ),
        ]
        triggers = append_only("staff_note_append_only", erasable={"text": ""})

    @property
    def mentioned(self) -> list[str]:
        """Return the names of the colleagues it mentions. No query when ``mentions`` is prefetched."""
        return [mention.name for mention in self.mentions.all()]


class Mention(models.Model):
    """A colleague whom a note mentions; unread until that person says so or writes a note on the filing."""

    note = models.ForeignKey(StaffNote, on_delete=models.PROTECT, related_name="mentions", db_index=False)
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="+")  # that of the note, for the queue
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=128)  # of the colleague, when the note was written
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["note", "user"], name="mentioned_once_a_note")]
        indexes = [models.Index(fields=["user", "filing"], condition=Q(read_at=None), name="unread_mentions")]
