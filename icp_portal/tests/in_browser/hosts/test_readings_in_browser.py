"""Suggestions from the pictures of certificates in a browser: a press fills in a field, nothing on the page moves."""

import pytest
from django.utils import timezone
from django.utils.translation import gettext as _
from playwright.sync_api import Route, expect

from filings import services
from filings.models import CertificateReading, Filing
from filings.states import Status
from icp_portal.tests.browser import wait_for, with_second_step
from icp_portal.tests.builders import Case, case_at, user_of

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

BOX = {"left": 0.1, "top": 0.2, "right": 0.5, "bottom": 0.3}
NUMBER = "11010519491231002X"
PATHS = ("responsible.name", "responsible.cert_number")
# The place on the picture, which is centred in its box, as shares of the box.
PERCENT = """(one) => {
  const scale = Math.min(one.offsetWidth / one.naturalWidth, one.offsetHeight / one.naturalHeight);
  const down = (one.naturalHeight * scale) / one.offsetHeight;
  const at = (share) => `${100 * ((1 - down) / 2 + share * down)}%`;
  return [at(0.2), at(0.7), true].join();
}"""
WATCH = """() => {
  window.shifts = 0;
  new PerformanceObserver((list) => {
    for (const { value } of list.getEntries()) window.shifts += value;
  }).observe({ type: "layout-shift" });
}"""


def read(case: Case, **columns: object) -> CertificateReading:
    facts = {name: {"value": value, "box": BOX} for name, value in (("name", "欧阳明月"), ("cert_number", NUMBER))}
    picture = case.filing.evidence.get(path="papers.responsible_front", replaced_at=None)
    return CertificateReading.objects.create(evidence=picture, facts=facts, **columns)


def saved(case: Case) -> list[str]:
    filing = Filing.objects.get(pk=case.filing.pk)
    return [filing.get(path) for path in PATHS]


def test_a_press_fills_in_the_field_and_saves_it(visitor, settings):
    case = Case()
    settings.READ_CERTIFICATES = True
    services.save_facts(case.filing.pk, case.host, dict.fromkeys(PATHS, ""), version=None)
    reading = read(case)
    person = visitor().sign_in_as(user_of(case.host))
    page = person.page
    person.open(f"/filings/{case.filing.pk}/edit/responsible/")
    page.evaluate(WATCH)
    CertificateReading.objects.filter(pk=reading.pk).update(read_at=timezone.now())

    ready = page.get_by_role("link", name=_("Show what was read"))
    expect(ready).to_be_visible(timeout=10_000)
    shifts = page.evaluate("window.shifts")
    ready.click(delay=90)
    page.locator("#id_name").fill("李四")
    page.locator("#id_name").press("Tab")
    expect(page.locator("[data-part=state]")).to_contain_text(_("Saved at"))
    page.evaluate(WATCH)
    page.locator("[data-use=id_cert_number]").click(delay=90)

    expect(page.locator("#id_cert_number")).to_have_value(NUMBER)
    wait_for(lambda: saved(case) == ["李四", NUMBER], "the field to be saved")
    assert (shifts, page.evaluate("window.shifts")) == (0, 0)


def test_the_place_is_marked_on_the_picture_in_the_pane(visitor):
    case = case_at(Status.WITH_PROVIDER)
    reading = read(case, read_at=timezone.now())
    person = visitor().sign_in_as(with_second_step(user_of(case.staff)))
    page = person.page
    person.open(f"/provider/filings/{case.filing.pk}/")

    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(f"**/evidence/{reading.evidence_id}/", hold)
    mark, picture = page.locator(".pane .viewer-mark"), page.locator(".pane img")

    page.locator("a[data-mark]").first.click(delay=90)

    wait_for(lambda: page.evaluate("document.querySelector('.pane img').complete") is False and held, "the request")
    assert not mark.is_visible()  # the picture before has another size
    held.pop().continue_()
    expect(mark).to_be_visible()
    marked = mark.evaluate("(one) => [one.style.top, one.style.bottom, one.offsetWidth > 20].join()")
    assert (marked, mark.evaluate("(one) => one.parentElement.className")) == (
        picture.evaluate(PERCENT),
        f"viewer-over {picture.get_attribute('class')}",
    )
    page.locator(".pane [data-act=next]").click(delay=90)
    expect(mark).to_be_hidden()
