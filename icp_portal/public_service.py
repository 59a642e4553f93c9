"""The public side as a service of its own (PUBLIC_ONLY): only public pages, and only columns that anybody may read.

It signs in to the database, the primary or a replica, as a role to which ``manage.py grant_public`` has granted the
columns of ``COLUMNS``: whoever breaks into it finds nothing that the pages don't show. It has no sessions and needs no
keys of sealed columns, so the state of a record on a past day, read from sealed history, is not among its pages.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Field, Model
from django.http import Http404, HttpRequest, HttpResponse
from psycopg import sql

from bureaus.models.bureau import PUBLIC as BUREAU_COLUMNS
from icp_portal.middleware import PUBLIC_PAGES, Middleware
from ministry.register.public_search import SUBJECT_COLUMNS, WEBSITE_COLUMNS
from records.models.cancellation_case import PUBLIC as CASE_COLUMNS

PAGES: Final = PUBLIC_PAGES | {"query", "record"}
PAST_DAY: Final = "on"  # asks a record's page for its state on a past day
ALL: Final[tuple[str, ...]] = ()
_WORDING: Final = ("id", "title", "text", "title_en", "text_en", "starts_on", "ends_on")
# Model → its public columns; ALL for a table that has nothing else
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "ministry.Subject": SUBJECT_COLUMNS,
    "ministry.Website": WEBSITE_COLUMNS,
    "ministry.Access": ("id", "website_id", "provider_id", "live"),
    "ministry.LiveDomain": ALL,
    "ministry.RegisterVersion": ("id", "subject_id", "website_id", "access_id", "valid_from", "live"),
    "ministry.BlacklistedDomain": ("id", "domain", "since", "until"),
    "ministry.RegisterChange": ALL,
    "ministry.OpenDataEdition": ALL,
    "ministry.ProvinceRule": ALL,
    "ministry.CalendarYear": ALL,
    "ministry.CalendarDay": ALL,
    "providers.Provider": ALL,
    "providers.IpRange": ALL,
    "providers.MeasuredWork": ALL,
    "providers.Announcement": ALL,
    "filings.MonthFigures": ALL,
    "ministry.GuideCheck": ("page", "at"),
    "records.CancellationCase": ("id", *CASE_COLUMNS),
    "bureaus.Bureau": BUREAU_COLUMNS,
    "bureaus.BureauAnnouncement": (
        *_WORDING,
        *("bureau_id", "slug", "version", "published_at", "worded_at", "withdrawn_at", "reason"),
    ),
    "bureaus.AnnouncementVersion": (*_WORDING, "announcement_id", "number", "at"),
    "bureaus.Bulletin": ("id", "bureau_id", "month", "version", "content", "sha256", "published_at"),
}


class PublicOnlyMiddleware(Middleware):
    """Serve public pages only."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        page = request.resolver_match
        if page is None or page.view_name not in PAGES or PAST_DAY in request.GET:
            raise Http404


def grant(role: str) -> None:
    """Let a role of the database read the public columns, and nothing else of the portal's tables. Safe to repeat."""
    with transaction.atomic(), connection.cursor() as cursor:
        name = sql.Identifier(role)
        for privileges in ("ALL ON ALL TABLES IN SCHEMA public", "ALL ON ALL SEQUENCES IN SCHEMA public"):
            cursor.execute(sql.SQL(f"REVOKE {privileges} FROM {{}}").format(name))
        for table, columns in _tables():
            shown = sql.SQL(", ").join(map(sql.Identifier, columns))
            cursor.execute(sql.SQL("GRANT SELECT ({}) ON {} TO {}").format(shown, sql.Identifier(table), name))


def _tables() -> Iterator[tuple[str, list[str]]]:
    """Yield each table with its public columns."""
    for label, columns in COLUMNS.items():
        model: type[Model] = apps.get_model(label)
        every: Sequence[Field[Any, Any]] = model._meta.concrete_fields
        yield model._meta.db_table, list(columns) or [str(field.column) for field in every]
