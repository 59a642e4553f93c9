"""Forms of announcements as a chief sends them, and the pages on which they are read."""

from datetime import date, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from bureaus.models import BureauAnnouncement

DESK = "/bureau/announcements/"
NEW = f"{DESK}new/"
PLACES = ("/bureaus/", "/bureaus/beijing/", "/bureaus/beijing/announcements/", "/bureaus/beijing/announcements.atom")


def day(distance: int) -> date:
    return timezone.localdate() + timedelta(days=distance)


def typed(first: int | None = 0, last: int | None = None, **changes: Any) -> dict[str, Any]:
    """The data of a form: the first day counted from today, absent for None; the last day, empty for None."""
    said = {"title": "系统升级", "text": "本周六升级。", "title_en": "", "text_en": "", "version": 0}
    days = {"ends_on": day(last) if last is not None else ""} | ({} if first is None else {"starts_on": day(first)})
    return said | days | changes


def at_desk(announcement: BureauAnnouncement) -> str:
    return f"{DESK}{announcement.pk}/"


def read(url: str, *, english: bool = False, status: int = 200) -> str:
    """A page as a visitor gets it."""
    answer = Client().get(url, headers={"accept-language": "en" if english else "zh-CN"})
    assert answer.status_code == status
    return answer.content.decode()


def where(text: str) -> list[str]:
    """The public pages on which a text stands."""
    return [url for url in PLACES if text in read(url)]
