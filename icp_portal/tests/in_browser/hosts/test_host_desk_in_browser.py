"""The host's desk as a newcomer meets it: every link followed, every page read, seen and heard at both widths."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from django.urls import resolve
from django.utils.translation import gettext as _

from accounts.models import Party, User
from desks import access as host_access
from filings import services
from filings.models import Filing
from filings.states import Status
from icp_portal.demo import invent
from icp_portal.tests import builders
from icp_portal.tests.browser import as_upload
from icp_portal.tests.photos import as_file, blurred
from icp_portal.tests.tours import Tour, out_of_place
from ministry.reference import code_tables

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

LINKS = """links => links
    .filter(link => link.origin === location.origin && !link.hasAttribute("download"))
    .map(link => link.pathname + link.search)"""
# Pictures and feeds are no pages, one page of a bureau stands for those of all, and the pages of interfaces are for
# programmers.
LEFT_OUT = re.compile(
    r"/evidence/|/navigation/(?!beijing/|find/)[a-z]|/bureaus/(?!beijing/)[a-z]|/api/|/interface/|[?]as=file$|[.]atom$"
)


@dataclass
class Walk:
    """From one page over all links; each page is read, and one of each kind looked at thoroughly."""

    tour: Tour
    pages: dict[str, None] = field(default_factory=dict)
    kinds: set[tuple[str, ...]] = field(default_factory=set)

    def begin_at(self, start: str) -> None:
        waiting = [start]
        while waiting:
            self._visit(path := waiting.pop(0))
            self.pages[path] = None
            links = self.tour.person.page.locator("a[href]").evaluate_all(LINKS)
            waiting += [
                link
                for link in dict.fromkeys(links)
                if link not in self.pages and link not in waiting and not LEFT_OUT.search(link)
            ]

    def _visit(self, path: str) -> None:
        if (kind := kind_of(path)) not in self.kinds:
            self.kinds.add(kind)
            self.tour.visit(path)
        else:
            self.tour.person.open(path)
            self.tour.wrong += [f"{path}: {problem}" for problem in out_of_place(self.tour.person.page)]


def kind_of(path: str) -> tuple[str, ...]:
    """What makes one page look like another: its view, the status of the filing, the page of the form."""
    address, _mark, query = path.partition("?")
    match = resolve(address)
    status = Filing.objects.filter(pk=match.kwargs.get("filing_id")).values_list("status", flat=True).first()
    return match.view_name, str(status), re.sub(r"-\d+$", "", match.kwargs.get("section_id", "")), query


def test_every_link_a_host_sees_leads_to_a_whole_page_in_chinese(tour: Callable[..., Tour]) -> None:
    owner = host_access.host(builders.user(Party.HOST, password=builders.PASSWORD))
    of = builders.provider(provinces=[builders.BEIJING])
    filed = builders.Case(of=of, owner=owner).to(Status.FILED).filing
    returned = builders.Case(of=of, owner=owner).to(Status.RETURNED_TO_HOST).filing
    handed_in = builders.Case(of=of, owner=owner).to(Status.RETURNED_TO_HOST).submit().filing
    draft = builders.Case(of=of, owner=owner, same=False, websites=2).filing
    spoilt = {"responsible.mobile": "12", "websites.1.name": "", "websites.0.approvals": [5]}
    services.save_facts(draft.pk, owner, spoilt, version=None)
    walk = Walk(tour(User.objects.get(pk=owner.user_id), thorough=True))

    walk.begin_at("/")

    assert {
        f"/filings/{draft.pk}/edit/website-2/?check",
        f"/filings/{draft.pk}/edit/websites/2/remove/",
        f"/filings/{draft.pk}/withdraw/",
        f"/filings/{returned.pk}/correct/",
        f"/filings/{returned.pk}/unlock/",
        f"/filings/{handed_in.pk}/rounds/",
        f"/filings/{filed.pk}/",
        "/guide/questions/subject-conflict/",
    } <= walk.pages.keys()


def test_pages_behind_a_hosts_buttons(tour: Callable[..., Tour]) -> None:
    case = builders.case_at(Status.RETURNED_TO_HOST)
    of, owner = case.provider, case.host
    host = tour(User.objects.get(pk=owner.user_id), thorough=True)
    first = f"charge=no&reach=domain&number=no&nature={code_tables.ENTERPRISE}&province={builders.BEIJING}"
    host.visit("/guide/?charge=yes", f"/guide/?{first}", f"/guide/?{first}&host={of.slug}")
    host.visit(f"/navigation/?province={builders.BEIJING}", f"/query/?q={case.filing.domain}")

    host.visit(f"/filings/{case.filing.pk}/correct/")
    host.press(_("Save and continue"), "correction, not answered")
    host.visit(f"/filings/{case.filing.pk}/unlock/")
    host.press(_("Unlock everything"), "everything opened")
    host.visit(f"/filings/{case.filing.pk}/withdraw/")
    host.press(_("Confirm withdrawal"), "withdrawn")
    host.press(_("Fill in again with these data"), "begun again")
    host.press(_("Add another website"), "another website")
    host.press(_("Save and continue"), "another website, empty")


def test_pages_of_the_phone(tour: Callable[..., Tour]) -> None:
    case = builders.Case()
    host, phone = tour(case.filing.host, thorough=True), tour(thorough=True)
    host.visit(f"/filings/{case.filing.pk}/edit/papers/")
    host.press(_("Take all pictures with your phone"), "code for all pictures")
    phone.visit(host.person.page.locator(".code").inner_text().removeprefix(host.person.origin))
    with phone.person.page.expect_event("domcontentloaded"):
        phone.person.press(_("Send the new photo"), phone.person.page.locator("section").first)
    phone.look("nothing sent of several")
    host.visit(f"/filings/{case.filing.pk}/edit/papers/")
    host.person.page.locator("button[form=phone]").nth(1).click()
    host.person.sees(_("Take the photo with your phone"))
    host.look("code")
    address = host.person.page.locator(".code").inner_text().removeprefix(host.person.origin)

    phone.visit(address)
    phone.press(_("Send the photo"), "decided or sent")
    for picture, button in (
        (as_file(blurred()), _("Send the photo")),
        (invent.card("PHONE", 1), _("Send the new photo")),
    ):
        phone.person.control(_("The photo")).set_input_files(as_upload(picture))
        phone.press(button, f"sent with “{button}”")
    phone.visit(address, status=404)
