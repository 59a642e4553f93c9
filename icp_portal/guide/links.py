"""Links from the guide's data to the portal's own pages, by URL name."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a page of the portal: label, URL name, URL arguments and query string."""

    label: Promise
    name: str
    args: tuple[str, ...] = ()
    query: str = ""

    @property
    def url(self) -> str:
        """Return the URL."""
        return reverse(self.name, args=self.args) + self.query


GUIDE = Link(_("Answer a few questions: what to file, with whom, and with which documents"), "guide:ask")
QUERY = Link(_("Look up a filing"), "query")
DIRECTORY = Link(_("Find an access provider"), "directory:ministry")
FIND = Link(_("Find my provider by IP address or name"), "directory:find")
RECOVER = Link(_("Recover a filing password"), "ministry:recover_password")
CODE = Link(_("Enter a verification code"), "codes")
MY_FILINGS = Link(_("My filings"), "filings:home")
MY_RECORDS = Link(_("My records"), "records:home")
BEGIN = Link(_("Start a filing"), "filings:begin")
