"""Atom feeds (RFC 4287) of announcements: of a bureau, and of all of them.

A correction gives an entry a later date. A withdrawn announcement stays as an entry that says so, for those whose
feed reader has shown them its text.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from bureaus.figures.reading import SLUGS
from bureaus.models import BureauAnnouncement
from ministry.reference.provinces import Province

ENTRIES = 20  # the newest
FRESH = 600  # seconds for which caches may answer; our own choice


class LanguageFeed(Atom1Feed):
    """An Atom feed in which an entry can have a language of its own (``lang``, empty for that of the feed)."""

    def item_attributes(self, item: dict[str, Any]) -> dict[str, Any]:
        own = {"xml:lang": item["lang"]} if item["lang"] else {}
        return {**super().item_attributes(item), **own}


class AnnouncementFeed(Feed[BureauAnnouncement, Province | None]):
    """The newest announcements of a province's bureau, or of all bureaus (None)."""

    feed_type = LanguageFeed

    def get_object(self, request: HttpRequest, slug: str = "") -> Province | None:
        if slug and slug not in SLUGS:
            raise Http404
        return SLUGS.get(slug)

    def title(self, province: Province | None) -> str:
        if province:
            return _("Announcements of the %(bureau)s") % {"bureau": province.shown_bureau}
        return _("Announcements of all communications administrations")

    def link(self, province: Province | None) -> str:
        path = reverse("announcements:of_bureau", args=[province.slug]) if province else reverse("bureaus")
        return f"{settings.SITE_URL}{path}"

    def feed_url(self, province: Province | None) -> str:
        name = "announcements:feed" if province else "announcements:feed_of_all"
        return f"{settings.SITE_URL}{reverse(name, args=[province.slug] if province else [])}"

    def items(self, province: Province | None) -> Any:
        rows = BureauAnnouncement.objects.ever_shown().not_over()
        return (rows.filter(bureau=province.code) if province else rows)[:ENTRIES]

    def item_title(self, item: BureauAnnouncement) -> str:
        return _("Withdrawn: %(title)s") % {"title": item.shown_title} if item.withdrawn_at else item.shown_title

    def item_description(self, item: BureauAnnouncement) -> str:
        return render_to_string("bureaus/announcements/_entry.html", {"announcement": item}).strip()

    def item_link(self, item: BureauAnnouncement) -> str:
        return f"{settings.SITE_URL}{item.get_absolute_url()}"

    def item_author_name(self, item: BureauAnnouncement) -> str:
        return item.bureau_name

    def item_pubdate(self, item: BureauAnnouncement) -> datetime:
        return max(item.published_at, item.shown_from)

    def item_updateddate(self, item: BureauAnnouncement) -> datetime:
        return item.withdrawn_at or max(item.worded_at, item.shown_from)

    def item_extra_kwargs(self, item: BureauAnnouncement) -> dict[str, Any]:
        return {"lang": item.lang}


feed = require_safe(cache_control(max_age=FRESH)(AnnouncementFeed()))
