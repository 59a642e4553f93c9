"""Where the handbook is about which page of a desk. No queries."""

from collections.abc import Mapping

from django.urls import reverse

from accounts.models import Party
from icp_portal.handbook.chapters import Chapter, HandbookTask
from icp_portal.handbook.of_bureaus import BUREAUS
from icp_portal.handbook.of_operators import OPERATORS
from icp_portal.handbook.of_providers import PROVIDERS

Place = tuple[Chapter, HandbookTask]

CHAPTERS: tuple[Chapter, ...] = (*PROVIDERS, *BUREAUS, *OPERATORS)
BY_SLUG: Mapping[str, Chapter] = {chapter.slug: chapter for chapter in CHAPTERS}
# URL name of a page → the task it is about
PLACES: Mapping[str, Place] = {
    name: (chapter, task) for chapter in CHAPTERS for task in chapter.tasks for name in task.pages
}


def chapters_of(party: str) -> tuple[Chapter, ...]:
    """Return the chapters for the staff of a party: those of its own desk, for operators all, for others none."""
    return tuple(chapter for chapter in CHAPTERS if party in (chapter.desk, Party.MINISTRY))


def url_about(party: str, page: str) -> str:
    """Return the URL of the section about a page (its URL name), for the staff of a party.

    The table of contents for a page that is not of their desks; empty for hosts and visitors.
    """
    own = chapters_of(party)
    if not own:
        return ""
    chapter, task = PLACES.get(page, (None, None))
    if chapter is None or task is None or chapter not in own:
        return reverse("handbook:index")
    return f"{chapter.url}#{task.anchor}"
