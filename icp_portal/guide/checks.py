"""When a person last checked the guide's pages against their sources, and which have changed since."""

import ast
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.utils import timezone, translation
from django.utils.functional import Promise

from accounts.models import User
from icp_portal.guide import results, topics
from icp_portal.guide.links import Link
from ministry.models import GuideCheck


@dataclass(frozen=True, slots=True)
class GuidePage:
    """A page of the guide to be checked: its key, its text, the modules it is about, its sources."""

    key: str
    link: Link
    template: str
    words: tuple[Promise, ...]
    about: tuple[str, ...]
    sources: tuple[Promise, ...]


def _pages() -> Iterable[GuidePage]:
    for topic in topics.BY_SLUG.values():
        yield GuidePage(topic.slug, topic.link, topic.template, (topic.title,), topic.about, topic.sources)
    for kind, end in results.RESULTS.items():
        link = Link(end.title, "guide:ask", query=results.WAYS[kind])
        yield GuidePage(f"end-{kind}", link, "guide/ending.html", end.paragraphs, end.about, end.sources)


PAGES: Mapping[str, GuidePage] = {page.key: page for page in _pages()}


@cache
def digest_of(key: str) -> str:
    """Return the SHA-256 of a page's text and of the code it is about, without that code's comments and layout."""
    page = PAGES[key]
    text = (settings.BASE_DIR / "templates" / page.template).read_text()
    code = [ast.unparse(ast.parse(Path(_file(name)).read_text())) for name in page.about]
    with translation.override(None):
        messages = [str(words) for words in page.words]
    return hashlib.sha256("\0".join([text, *messages, *code]).encode()).hexdigest()


def _file(module: str) -> str:
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(module)
    return spec.origin


def checked_on(key: str) -> date | None:
    """Return the day of a page's latest check; None before the first. One query."""
    at = GuideCheck.objects.filter(page=key).order_by("-at").values_list("at", flat=True).first()
    return timezone.localdate(at) if at else None


def latest() -> dict[str, GuideCheck]:
    """Return the latest check of each page. One query."""
    return {check.page: check for check in GuideCheck.objects.order_by("page", "-at").distinct("page")}


def check(key: str, user: User) -> GuideCheck:
    """Record that a person has checked a page today; raise KeyError for an unknown page."""
    return GuideCheck.objects.create(page=key, digest=digest_of(key), user=user, actor_name=str(user))
