"""Chapters of the handbook and their tasks, as data; the text is in ``templates/handbook/``."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from accounts.models import Party
from icp_portal.handbook.pictures import HandbookPicture


@dataclass(frozen=True, slots=True)
class HandbookTask:
    """One section of a chapter. ``pages`` are the URL names of the pages it is about.

    ``shared``: its text is the same at both staff desks.
    """

    anchor: str
    title: Promise
    pages: tuple[str, ...] = ()
    picture: HandbookPicture | None = None
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Chapter:
    """A page of the handbook: what people in one role do at one desk. ``roles`` are their names."""

    slug: str
    title: Promise
    desk: Party
    roles: tuple[Promise | str, ...]
    tasks: tuple[HandbookTask, ...]

    @property
    def url(self) -> str:
        """Return the URL of the page."""
        return reverse("handbook:chapter", args=[self.slug])

    @property
    def has_pictures(self) -> bool:
        """Return whether any of the tasks has a picture."""
        return any(task.picture for task in self.tasks)

    @property
    def sections(self) -> list[tuple[HandbookTask, str]]:
        """Return the tasks with the templates of their texts."""
        return [(task, self._template(task)) for task in self.tasks]

    def _template(self, task: HandbookTask) -> str:
        folder = "staff" if task.shared else self.slug
        return f"handbook/{folder}/{task.anchor}.html".replace("-", "_")


def of(namespace: str, *names: str) -> tuple[str, ...]:
    """Return URL names of one namespace."""
    return tuple(f"{namespace}:{name}" for name in names)


def of_tables(*tables: str) -> tuple[str, ...]:
    """Return the URL names of tables on the operators' desk."""
    pages = ("changelist", "add", "history", "delete", "change")
    return tuple(f"ministry_desk:{table}_{page}" for table in tables for page in pages)
