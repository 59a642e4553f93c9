"""Corrections: only what the remarks name can be changed, and pictures of a person go with the person."""

import pytest
from django.utils.translation import gettext as _

from filings import services, states
from filings.errors import MoveRefused
from filings.fields.findings import Finding, Severity
from filings.models import Answer, Filing
from filings.rules import corrections
from filings.states import Role, Status
from hosts.tests.views.returned_filings import CERTIFICATE, MOBILE, NAME, remark, returned, typed, url
from icp_portal.demo import invent, play
from icp_portal.tests.builders import Case, case_at, client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


def closed(path: str) -> str:
    """Return the words with which something is refused that no remark is about."""
    return _(
        "No remark concerns %(fields)s, so it can't be changed now. Nothing has been saved. To change it anyway, "
        "choose “Edit everything” first."
    ) % {"fields": corrections.named([path])}


# --- Only what is named is open -----------------------------------------------------------------------------


def test_a_closed_fact_is_refused_with_its_name_and_nothing_is_saved():
    case = returned(NAME)

    with pytest.raises(MoveRefused, match=closed("subject.investor")):
        services.save_facts(
            case.filing.pk, case.host, {NAME: "示例新名称官网", "subject.investor": "别人"}, version=None
        )

    assert case.refresh().filing.get(NAME) != "示例新名称官网"


def test_a_closed_picture_is_refused():
    case = returned(NAME)

    with pytest.raises(MoveRefused, match=closed(CERTIFICATE)):
        services.add_evidence(case.filing.pk, case.host, "papers.subject_certificate", invent.card("NEW", 7))


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ("correct", "subject.investor"),
        ("edit/subject", "investor"),
        ("correct", CERTIFICATE),
        ("edit/papers", CERTIFICATE),
    ],
)
def test_a_closed_field_sent_anyway_is_refused_in_words_and_nothing_is_saved(page, name):
    case = returned(NAME)
    value = invent.card("NEW", 7) if name == CERTIFICATE else "别人"
    before = Filing.objects.values().get(pk=case.filing.pk)

    answer = client_of(case.host).post(url(case, page), typed(case, **{NAME: "示例新名称官网", name: value}))

    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()
    assert Filing.objects.values().get(pk=case.filing.pk) == before
    assert case.filing.evidence.filter(path="papers.subject_certificate").count() == 1


def test_the_same_value_sent_for_a_closed_fact_is_no_change():
    case = returned(NAME)
    values = {NAME: "示例新名称官网", "subject.investor": case.filing.get("subject.investor")}

    assert services.save_facts(case.filing.pk, case.host, values, version=None).get(NAME) == "示例新名称官网"


def test_a_page_of_the_form_shows_what_is_closed_as_text():
    case = returned(NAME)
    client = client_of(case.host)

    page = client.get(url(case, "edit/website")).context["form"]
    other = client.get(url(case, "edit/subject"))

    assert set(page.fields) == {"version", "seen", "name"}
    assert "websites.0.domain" in [row.path for row in page.closed]
    assert other.context["form"].open_fields == []
    assert case.filing.get("subject.name") in other.content.decode()
    assert client.get(url(case, "edit/papers")).context["form"].is_closed


def test_what_the_checks_refuse_now_is_open_so_that_nobody_is_stuck():
    case = returned("websites.0.domain")
    services.save_facts(case.filing.pk, case.host, {"websites.0.domain": "other-demo.cn"}, version=None)

    others = [field.name for field in client_of(case.host).get(url(case)).context["others"]]
    filing = services.save_facts(case.filing.pk, case.host, {"websites.0.home_url": "www.other-demo.cn"}, version=None)

    assert others == ["websites.0.home_url"]
    assert filing.get("websites.0.home_url") == "www.other-demo.cn"


def test_what_was_changed_on_the_way_stays_open_for_a_second_thought():
    case = returned("websites.0.domain")
    for value in ("other-demo.cn", "third-demo.cn"):
        services.save_facts(case.filing.pk, case.host, {"websites.0.domain": value}, version=None)
        services.save_facts(case.filing.pk, case.host, {"websites.0.home_url": f"www.{value}"}, version=None)
    services.save_facts(case.filing.pk, case.host, {"websites.0.home_url": "third-demo.cn"}, version=None)

    with pytest.raises(MoveRefused, match=closed(NAME)):
        services.save_facts(case.filing.pk, case.host, {"websites.0.name": "无关的改动"}, version=None)


def test_the_provider_corrects_anything_the_bureau_returned():
    case = case_at(Status.RETURNED_TO_PROVIDER)
    services.claim(case.filing.pk, case.staff)

    filing = services.save_facts(case.filing.pk, case.staff, {"subject.investor": "新投资人"}, version=None)

    assert filing.get("subject.investor") == "新投资人"


def test_edit_everything_is_a_step_of_its_own_on_record_until_the_next_hand_over():
    case = returned(NAME)
    client = client_of(case.host)
    assert client.get(url(case, "unlock")).status_code == 200
    assert case.refresh().filing.unlocked is False

    client.post(url(case, "unlock"), {"version": case.filing.version})

    assert case.refresh().filing.unlocked is True
    assert case.filing.events.filter(name="unlock", role=Role.HOST).count() == 1
    services.save_facts(case.filing.pk, case.host, {"subject.investor": "新投资人"}, version=None)
    case.submit()
    assert (case.filing.unlocked, case.filing.answers_draft) == (False, {})


@pytest.mark.parametrize("status", [status for status in Status if status != Status.RETURNED_TO_HOST])
def test_only_a_returned_filing_can_be_opened(status):
    case = case_at(status)

    words = _("This filing is “%(status)s” now and can't be edited.") % {"status": status.label}
    if status == Status.DRAFT:
        words = _("Only a returned filing has locked fields.")
    with pytest.raises(MoveRefused, match=words):
        services.unlock(case.filing.pk, case.host, version=None)


def test_opening_is_refused_to_a_stale_window_and_to_the_provider():
    case = returned(NAME)
    with pytest.raises(
        MoveRefused,
        match=_("%(name)s has already acted: %(event)s. What you typed has been kept.")
        % {"name": Role.PROVIDER.label, "event": states.EVENT_LABELS["send_back"]},
    ):
        services.unlock(case.filing.pk, case.host, version=case.filing.version - 1)
    with pytest.raises(
        MoveRefused,
        match=_("This filing is “%(status)s” now and can't be edited.") % {"status": Status.RETURNED_TO_HOST.label},
    ):
        services.unlock(case.filing.pk, case.staff, version=None)


# --- Pictures of somebody else ------------------------------------------------------------------------------


RESPONSIBLES = {"papers.responsible_front", "papers.responsible_back"}
MANAGERS = {f"websites.0.papers.{kind}" for kind in ("manager_front", "manager_back", "photo")}


@pytest.mark.parametrize(
    ("path", "value", "gone"),
    [
        ("responsible.name", "赵另人", RESPONSIBLES),
        ("responsible.cert_number", invent.person(77).id_number, RESPONSIBLES),
        ("websites.0.responsible.name", "赵另人", MANAGERS),
        (
            "websites.0.responsible.cert_number",
            invent.person(78).id_number,
            MANAGERS,
        ),
        ("websites.0.responsible.mobile", "13800009999", set()),
        (NAME, "示例新名称官网", set()),
    ],
)
def test_pictures_of_a_person_go_with_the_person(path, value, gone):
    case = Case(same=False).submit()
    services.claim(case.filing.pk, case.staff)
    play.photograph(case.filing, case.staff, "websites.0.papers.photo", 1)
    services.send_back(case.filing.pk, case.staff, version=None, remarks=[remark(path)])
    before = set(case.filing.evidence.filter(replaced_at=None).values_list("path", flat=True))

    services.save_facts(case.filing.pk, case.host, {path: value}, version=None)

    after = set(case.filing.evidence.filter(replaced_at=None).values_list("path", flat=True))
    assert before - after == gone


def test_a_slip_of_the_pen_in_a_draft_costs_no_upload():
    case = Case()
    before = case.filing.evidence.filter(replaced_at=None).count()

    services.save_facts(case.filing.pk, case.host, {"responsible.name": "赵另人"}, version=None)

    assert case.filing.evidence.filter(replaced_at=None).count() == before


# --- A website that is not there any more ---------------------------------------------------------------------


@pytest.mark.parametrize("path", ["websites.1.name", "websites.1.papers.manager_front", "websites.1.responsible.same"])
def test_a_remark_about_a_website_that_was_taken_out_is_answered_like_any_other(path):
    """The whole form was opened and the website removed, so only the answer is left to give."""
    case = returned(path, websites=2, same=False)
    services.unlock(case.filing.pk, case.host, version=None)
    services.remove_website(case.filing.pk, case.host, 1, version=None)
    client = client_of(case.refresh().host)

    page = client.get(url(case))
    sent = client.post(url(case), typed(case, **{path: "不在了的网站"}))

    assert [group["controls"] for group in page.context["groups"]] == [[]]
    assert (sent.status_code, sent["Location"]) == (302, url(case, "check"))
    services.submit(case.filing.pk, case.host, version=None)
    assert Answer.objects.get().text == "已改正。"


@pytest.mark.parametrize("severity", Severity)
def test_only_what_blocks_opens_a_field_of_a_returned_filing(severity):
    case = returned(NAME)
    found = Finding("P301", MOBILE, "", "", severity)

    open_now = corrections.opening(case.filing, lambda: [found])

    assert [open_now.covers(path) for path in (NAME, MOBILE)] == [True, severity == Severity.BLOCKS]
