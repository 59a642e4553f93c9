"""Life after the number in a real browser: a second website, a move, another person in charge, the end of it all."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import make_password
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from desks import access as host_access
from filings import fields
from filings.kinds import Kind
from filings.models import Filing
from filings.states import Status
from icp_portal.demo import invent, play, play_kinds
from icp_portal.tests import builders
from icp_portal.tests.browser import Person, as_upload
from icp_portal.tests.builders import BEIJING, GUANGDONG, Case
from ministry.models import Access, Subject, Website
from ministry.reference import code_tables, service_words

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PASSWORD = "filingpass"


def at_home(person: Person) -> tuple[Case, Subject]:
    """The person is a host with one website on record."""
    case = Case().to(Status.FILED)
    subject = Subject.objects.get(pk=case.filing.subject_id)
    Subject.objects.filter(pk=subject.pk).update(password_hash=make_password(PASSWORD))
    person.sign_in_as(builders.user_of(case.host))
    return case, subject


def begin(person: Person, kind: Kind) -> Filing:
    """Press the button of the page that says what will happen; answer the draft."""
    person.press(_("Start this filing"))
    expect(person.page).to_have_url(re.compile(r"/filings/\d+/"))
    return Filing.objects.get(kind=kind, status=Status.DRAFT)


def go_on(person: Person, button: str, page: str) -> None:
    """Save a page of the form and wait until the next one is there."""
    person.press(button)
    person.page.wait_for_url(lambda url: page not in url)


def submit(person: Person, filing: Filing) -> None:
    filing.refresh_from_db()
    play.prove_addresses(filing, host_access.host(filing.host))
    person.open(f"/filings/{filing.pk}/check/")
    person.press(_("Submit for verification"))
    person.arrives_at(f"/filings/{filing.pk}/submitted/")


def decided(case: Case, filing: Filing) -> None:
    play.verify(filing, case.staff)
    play.approve(filing, case.reviewer)


def test_a_second_website_gets_the_next_number(visitor: Callable[..., Person]) -> None:
    host = visitor()
    case, subject = at_home(host)
    values = invent.values(builders.number(), province=BEIJING)
    host.open(f"/records/{subject.pk}/")
    host.follow(_("Add a website"))
    host.sees(capfirst(Kind.NEW_WEBSITE.label))
    filing = begin(host, Kind.NEW_WEBSITE)
    for section in (fields.WEBSITE, fields.MANAGER, fields.ACCESS):
        host.open(f"/filings/{filing.pk}/edit/{section.id}/")
        host.fill(section, values)
        go_on(host, _("Save and continue"), f"/{section.id}/")
    submit(host, filing)
    decided(case, filing)

    host.open(f"/filings/{filing.pk}/")
    host.reads(f"{subject.number}-2")
    assert list(Website.objects.order_by("pk").values_list("sequence", flat=True)) == [1, 2]


def test_a_website_moves_to_another_provider_without_a_gap(visitor: Callable[..., Person]) -> None:
    host = visitor()
    case, _subject = at_home(host)
    there = Case(owner=case.host)
    website, old = Website.objects.get(), Access.objects.get()
    host.open(f"/records/websites/{website.pk}/")
    host.follow(_("Add an access provider"))
    host.control(_("Access provider")).select_option(str(there.provider.pk))
    host.write(_("Filing password"), PASSWORD)
    host.control(_("Are you leaving an existing provider?")).select_option(str(old.pk))
    filing = begin(host, Kind.NEW_ACCESS)
    host.open(f"/filings/{filing.pk}/edit/access/")
    host.fill(fields.ACCESS, invent.values(builders.number(), province=BEIJING))
    go_on(host, _("Save and continue"), "/access/")
    submit(host, filing)
    decided(there, filing)
    assert Access.objects.filter(live=True).count() == 2

    host.open(f"/filings/{filing.pk}/")
    host.follow(_("End the old access"))
    end = begin(host, Kind.CANCEL_ACCESS)
    submit(host, end)
    decided(case, end)

    assert list(Access.objects.filter(live=True).values_list("provider", flat=True)) == [there.provider.pk]
    assert Website.objects.get().number == website.number


def test_another_person_becomes_responsible(visitor: Callable[..., Person]) -> None:
    host = visitor()
    case, subject = at_home(host)
    values = invent.values(builders.number(), province=BEIJING)
    host.open(f"/records/{subject.pk}/")
    host.follow(_("Change the site host"))
    filing = begin(host, Kind.CHANGE_SUBJECT)
    host.open(f"/filings/{filing.pk}/edit/responsible/")
    host.fill(fields.RESPONSIBLE, values)
    host.press(_("Save and continue"))
    host.arrives_at(f"/filings/{filing.pk}/edit/papers/")
    for kind in ("subject_certificate", "responsible_front", "responsible_back"):
        host.page.locator(f'input[name="papers.{kind}"]').set_input_files(
            as_upload(invent.card(kind, builders.number()))
        )
    go_on(host, _("Upload and continue"), "/papers/")
    submit(host, filing)
    decided(case, filing)

    after = Subject.objects.get()
    assert (after.responsible_name, after.number) == (values["responsible.name"], subject.number)


def test_the_website_is_cancelled_and_then_everything(visitor: Callable[..., Person]) -> None:
    host = visitor()
    case, subject = at_home(host)
    website = Website.objects.get()
    host.open(f"/records/websites/{website.pk}/")
    host.follow(service_words.with_service(_("Cancel the %(service)s"), [code_tables.WEBSITE]))
    filing = begin(host, Kind.CANCEL_WEBSITE)
    host.open(f"/filings/{filing.pk}/edit/cancellation/")
    host.control(_("Reason for the cancellation")).select_option("1")
    go_on(host, _("Save and continue"), "/cancellation/")
    submit(host, filing)
    host.open(f"/filings/begin/?kind=cancel_subject&subject={subject.pk}")
    host.write(_("Filing password"), PASSWORD)
    host.press(_("Start this filing"))
    host.reads("1043")
    decided(case, filing)
    host.open(f"/filings/{filing.pk}/")
    assert not Website.objects.get().live

    host.open(f"/filings/begin/?kind=cancel_subject&subject={subject.pk}")
    host.write(_("Filing password"), PASSWORD)
    end = begin(host, Kind.CANCEL_SUBJECT)
    host.open(f"/filings/{end.pk}/edit/cancellation/")
    host.control(_("Reason for the cancellation")).select_option("4")
    go_on(host, _("Save and continue"), "/cancellation/")
    submit(host, end)
    decided(case, end)
    assert not Subject.objects.get().live


def test_a_website_passes_to_another_host(visitor: Callable[..., Person]) -> None:
    """From the record of the one to that of the other, who was not on record before."""
    giver, taker = visitor(), visitor()
    case = Case(province=GUANGDONG).to(Status.FILED)
    website = Website.objects.select_related("subject").get()
    values = invent.values(builders.number(), province=GUANGDONG)
    new_host = builders.host()
    giver.sign_in_as(builders.user_of(case.host))
    giver.open(f"/records/websites/{website.pk}/")
    giver.follow(_("Migrate the website to another host"))
    giver.write(_("Name of the organisation"), values["subject.name"])
    giver.control(_("Certificate of the organisation")).select_option(str(values["subject.cert_type"]))
    giver.write(_("Certificate number"), values["subject.cert_number"])
    giver.write(_("E-mail address of the organisation's account"), builders.user_of(new_host).email)
    giver.page.get_by_role("checkbox").check()
    giver.press(_("Offer the website"))
    giver.reads(values["subject.name"])

    taker.sign_in_as(builders.user_of(new_host))
    taker.open("/filings/")
    taker.page.get_by_role("link", name=website.shown_domain).click()
    filing = begin(taker, Kind.MIGRATE_WEBSITE)
    known = ("websites.0.domain", "websites.0.home_url")
    for section in (fields.BASICS, fields.SUBJECT, fields.RESPONSIBLE, fields.WEBSITE, fields.MANAGER, fields.ACCESS):
        taker.open(f"/filings/{filing.pk}/edit/{section.id}/")
        taker.fill(section, {path: value for path, value in values.items() if path not in known})
        go_on(taker, _("Save and continue"), f"/{section.id}/")
    filing.refresh_from_db()
    play_kinds.fill(filing, new_host, builders.number(), {})
    submit(taker, filing)
    decided(case, filing)

    taker.open(f"/filings/{filing.pk}/")
    there = Website.objects.select_related("subject").get(live=True)
    taker.reads(str(there.number))
    giver.open(f"/records/websites/{website.pk}/")
    giver.reads(str(there.number))
    assert there.subject.name == values["subject.name"]
    assert there.domain == website.domain
