"""The public side as a service of its own (PUBLIC_ONLY): only public pages, and only columns that anybody may read.

It signs in to the database, the primary or a replica, as a role to which ``manage.py grant_roles`` has granted the
columns of ``COLUMNS``: whoever breaks into it finds public columns only, but whole ones, so also what pages leave out:
the names of individuals, of cancelled records too, and announcements whose first day has not come. It has no sessions
and needs no keys of sealed columns, so the state of a record on a past day, read from sealed history, is not among its
pages.
"""

from collections.abc import Mapping
from typing import Final

from bureaus.models.bureau import PUBLIC as BUREAU_COLUMNS
from ministry.register.search_statements import SUBJECT_COLUMNS, WEBSITE_COLUMNS
from records.models.cancellation_case import PUBLIC as CASE_COLUMNS

# Pages without personal data: browsers and proxies may cache them for visitors who are not signed in.
PUBLIC_PAGES: Final = {
    *("home", "healthz", "live", "shells", "api_page", "api:api-root", "api:openapi-json"),
    *("api:find_records", "api:record", "api:domain", "api:changes"),
    *("interface:index", "interface:codes", "interface:sample", "interface:sample_file"),
    *("guide:ask", "guide:questions", "guide:topic"),
    *("directory:find", "directory:ministry", "directory:bureau", "directory:provider"),
    *("bureaus", "bureau", "query_names"),
    *("bulletins:index", "bulletins:month", "bulletins:file"),
    *("announcements:of_bureau", "announcements:page", "announcements:feed", "announcements:feed_of_all"),
    *("figures:index", "figures:file"),
    *("open_data:index", "open_data:manifest", "open_data:checksum", "open_data:file"),
}
# Pages that the service serves
PAGES: Final = PUBLIC_PAGES | {"query", "record"}
ALL: Final[tuple[str, ...]] = ()
_WORDING: Final = ("id", "title", "text", "title_en", "text_en", "starts_on", "ends_on")
# Model → its public columns; ALL for a table that has nothing else
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "ministry.Subject": SUBJECT_COLUMNS,
    "ministry.Website": WEBSITE_COLUMNS,
    "ministry.Access": ("id", "website_id", "provider_id", "live"),
    "ministry.LiveDomain": ALL,
    "ministry.ReleasedDomain": ALL,
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
