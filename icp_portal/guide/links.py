"""Links from the guide's data to the portal's own pages, by the name of the address."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Link:
    """A page of the portal: what it is called here, the name of its address and the address's arguments."""

    label: Promise
    name: str
    args: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """Return the address."""
        return reverse(self.name, args=self.args)


GUIDE = Link(_("Answer a few questions: what do I file, with whom, with which papers?"), "guide:ask")
QUERY = Link(_("Look up a filing"), "query")
DIRECTORY = Link(_("Find an access provider"), "directory:ministry")
FIND = Link(_("Find my provider by IP address or name"), "directory:find")
RECOVER = Link(_("Recover a filing password"), "ministry:recover_password")
MY_FILINGS = Link(_("My filings"), "filings:home")
