"""The domain's registrar: from the host or from the verifier, on the sheet, in the case file and on record."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _

from desks import pictures
from filings import services
from filings.errors import FactsRefused, MoveRefused
from filings.fields.display import label
from filings.kinds import Kind
from filings.models import Sheet
from filings.rules import checks, corrections, ownership, rounds
from filings.services import splitting
from filings.states import Status
from filings.verification import sheets
from filings.verification.worksheets import SheetEntry
from icp_portal.demo import play, play_kinds
from icp_portal.tests.builders import BEIJING, GUANGDONG, Case, case_at, client_of, number
from providers.imports import columns

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]

PATH, ITEM = "websites.0.registrar", "domain_correct"
CONTROL = "fill-websites-0-registrar"
REGISTRAR = "北京示例域名注册有限公司"
LABEL = "域名注册服务机构"


def empty(province: str = BEIJING, **facts: object) -> Case:
    """A filing at its provider, claimed and photographed; its host has named no registrar."""
    case = Case(province=province, **facts)
    named = {f"websites.{website}.registrar": "" for website in range(len(case.filing.facts["websites"]))}
    services.save_facts(case.filing.pk, case.host, named, version=None)
    case.submit()
    services.claim(case.filing.pk, case.staff)
    play.photograph(case.filing, case.staff)
    return case.refresh()


def passed(case: Case, **filled: str) -> None:
    entries = {ITEM: SheetEntry(filled={path.replace("__", "."): text for path, text in filled.items()})}
    answers = play.answers(case.filing)
    services.verify(
        case.filing.pk, case.staff, version=None, answers=answers, place="营业厅", entries=entries if filled else None
    )
    case.refresh()


def send(case: Case, **fields: Any) -> Any:
    sent = {"version": case.refresh().filing.version, "worksheet": 0, "place": "营业厅", **fields}
    return client_of(case.staff).post(reverse("provider_desk:verify", args=[case.filing.pk]), sent)


def printed(website: int = 0) -> dict[str, str]:
    head = Sheet.objects.filter(website=website).latest("pk").content["head"]
    return {row["label"]: row["value"] for row in head if "value" in row}


def on_record(case: Case) -> str:
    (website,) = ownership.now(case.filing.subject_id).websites
    return website.facts["registrar"]


# --- The host ---------------------------------------------------------------------------------------------


def test_the_host_names_the_registrar_beside_the_domain():
    case = Case()
    page = reverse("filings:section", args=[case.filing.pk, "website"])
    form = client_of(case.host).get(page).context["form"]

    assert form["registrar"].optional
    assert list(form.fields).index("registrar") == list(form.fields).index("domain") + 1
    written = checks.normalised(
        {**case.filing.facts, "websites": [{**case.filing.facts["websites"][0], "registrar": " Ａ１  域名 公司 "}]}
    )
    assert written["websites"][0]["registrar"] == "A1 域名 公司"


def test_a_program_saves_it_and_a_file_has_a_column_for_it():
    case = Case()
    sent = {"version": case.filing.version, "registrar": REGISTRAR}

    response = client_of(case.host).post(reverse("api:save_page", args=[case.filing.pk, "website"]), sent)

    assert (response.status_code, case.refresh().filing.get(PATH)) == (200, REGISTRAR)
    assert columns.by_heading()[columns.normal(f"网站信息 · {LABEL}")].key == PATH


@pytest.mark.parametrize("text", ["北京示例\n公司", "北京示例\u202e公司", "北京示例公司👍"])
def test_what_no_name_has_is_refused_with_its_field(text):
    case = Case()
    services.save_facts(case.filing.pk, case.host, {PATH: text}, version=None)

    with pytest.raises(FactsRefused) as refused:
        services.submit(case.filing.pk, case.host, version=None)

    assert [(found.code, found.path) for found in refused.value.findings if found.blocks] == [("1999", PATH)]


def test_a_filing_without_a_registrar_is_complete():
    case = Case()
    services.save_facts(case.filing.pk, case.host, {PATH: ""}, version=None)

    assert not [found for found in checks.findings(case.refresh().filing) if found.path == PATH]


# --- The sheet --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("province", [BEIJING, GUANGDONG])
def test_what_the_host_has_named_is_printed_beside_the_domain(province):
    case = Case(province=province).submit().verify()

    assert printed()[LABEL] == case.filing.get(PATH) != ""


def test_the_verifier_fills_in_what_the_host_left_empty_and_it_is_printed_and_on_record():
    case = empty()

    response = send(case, **play.answers(case.filing), **{CONTROL: f" {REGISTRAR} "}, statement="on", **{"pass": "1"})

    assert response.status_code == 302
    assert case.refresh().filing.status == Status.WITH_BUREAU
    assert (case.filing.get(PATH), printed()[LABEL]) == (REGISTRAR, REGISTRAR)
    event = case.filing.events.get(name="amend")
    assert (event.note, event.user_id, event.round) == (_("Domain registrar"), case.staff.user_id, 1)
    assert on_record(case.approve()) == REGISTRAR


def test_beijings_sheet_does_not_pass_without_it_and_another_provinces_does():
    case = empty()
    answers = play.answers(case.filing)

    response = send(case, **answers, statement="on", **{"pass": "1"})

    assert response.context["sheet"].errors == {CONTROL: [_("This is needed to pass the filing on. Fill it in.")]}
    assert f'href="#id_{CONTROL}"' in response.content.decode()
    with pytest.raises(MoveRefused, match=_("Still to be filled in on the sheet: %(fields)s.")[:8]):
        passed(case)
    assert case.refresh().filing.status == Status.WITH_PROVIDER
    elsewhere = empty(GUANGDONG)
    assert send(elsewhere, **answers, **{CONTROL: "", "statement": "on", "pass": "1"}).status_code == 302
    assert elsewhere.refresh().filing.status == Status.WITH_BUREAU
    assert LABEL not in printed()


def test_a_draft_of_the_sheet_keeps_it_and_the_filing_has_it_only_when_it_passes():
    case = empty()

    assert send(case, save="1", **{CONTROL: ""}).status_code == 302
    kept = case.filing.worksheets.get()
    send(case, save="1", worksheet=kept.version, **{CONTROL: REGISTRAR})

    assert case.filing.worksheets.get().entries[ITEM]["filled"] == {PATH: REGISTRAR}
    assert case.refresh().filing.get(PATH) == ""
    page = client_of(case.staff).get(reverse("provider_desk:verify", args=[case.filing.pk]))
    assert page.context["sheet"][CONTROL].value() == REGISTRAR


def test_a_verifier_changes_no_registrar_and_nothing_else_this_way():
    case = Case().submit()
    services.claim(case.filing.pk, case.staff)
    play.photograph(case.filing, case.staff)
    before = case.refresh().filing.facts

    page = client_of(case.staff).get(reverse("provider_desk:verify", args=[case.filing.pk]))
    passed(case, websites__0__registrar=REGISTRAR, websites__0__domain="other.cn", subject__name="别人")

    assert CONTROL not in page.context["sheet"].fields
    assert case.filing.facts == before
    assert not case.filing.events.filter(name="amend").exists()


def test_a_malformed_one_of_the_verifier_is_refused_by_form_and_service():
    case = empty()

    response = send(case, **play.answers(case.filing), **{CONTROL: "北京\u202e公司"}, statement="on", **{"pass": "1"})

    assert list(response.context["sheet"].errors) == [CONTROL]
    with pytest.raises(FactsRefused) as refused:
        passed(case, websites__0__registrar="北京\u202e公司")
    assert [(found.code, found.path) for found in refused.value.findings if found.blocks] == [("1999", PATH)]
    assert case.refresh().filing.get(PATH) == ""


def test_each_website_has_its_own_and_an_ip_address_none():
    case = empty(websites=2)

    page = client_of(case.staff).get(reverse("provider_desk:verify", args=[case.filing.pk])).context["sheet"]
    second = f"：2 · {case.filing.get('websites.1.domain')}"

    assert [name for name in page.fields if name.startswith("fill-")] == [CONTROL, "fill-websites-1-registrar"]
    assert str(page.fields["fill-websites-1-registrar"].label).endswith(second)
    passed(case, websites__0__registrar=REGISTRAR, websites__1__registrar="乙公司")
    assert (printed(0)[LABEL], printed(1)[LABEL]) == (REGISTRAR, "乙公司")
    by_address = Case()
    by_address.filing.facts["websites"][0] |= {"ip_only": True, "domain": "192.31.196.7"}
    assert LABEL not in str(sheets.content(by_address.filing, 0))


# --- Afterwards -------------------------------------------------------------------------------------------


def test_what_the_verifier_filled_in_belongs_to_the_round_and_is_no_change_of_the_next():
    case = empty()
    passed(case, websites__0__registrar=REGISTRAR)
    case.return_to_provider()

    assert corrections.changed(case.filing) == set()
    state = rounds.History(case.filing).states(["1"])["1"]
    assert state.facts["websites"][0]["registrar"] == REGISTRAR
    services.claim(case.filing.pk, case.staff)
    services.send_back(case.filing.pk, case.staff, version=None, remarks=[play.GOOD_REMARK])
    seen = case.refresh().filing
    pictures.show_as_handed_on(seen, case.reviewer)
    assert seen.get(PATH) == REGISTRAR
    opened = corrections.opening(case.refresh().filing)
    assert not opened.covers(PATH)


def test_it_is_copied_into_a_change_of_the_website_and_can_be_changed_there():
    case = case_at(Status.FILED)
    filing = play_kinds.complete_draft(
        case.host,
        Kind.CHANGE_WEBSITE,
        play_kinds.target_of(case.filing),
        case.provider.pk,
        number(),
        **{PATH: REGISTRAR},
    )

    assert filing.facts["record"]["websites"][0]["registrar"] == case.filing.get(PATH)
    play_kinds.approved(filing, case.host, case.staff, case.reviewer)
    assert on_record(case) == REGISTRAR


def test_the_case_file_and_the_desks_name_it():
    case = empty()
    passed(case, websites__0__registrar=REGISTRAR)

    for actor, desk in ((case.staff, "provider_desk:verify"), (case.reviewer, "bureau_desk:review")):
        assert REGISTRAR in client_of(actor).get(reverse(desk, args=[case.filing.pk])).content.decode()
    assert label(PATH).endswith(_("Domain registrar"))


def test_a_website_that_goes_on_by_itself_keeps_its_own():
    case = empty(websites=2)
    passed(case, websites__0__registrar=REGISTRAR, websites__1__registrar="乙公司")
    services.claim(case.filing.pk, case.reviewer)
    remark = services.RemarkDraft("websites.1.name", "1020", "与企业业务不符", "改为能反映业务的名称")

    splitting.approve_in_part(case.filing.pk, case.reviewer, version=None, remarks=[remark])
    rest = splitting.continuation_of(case.refresh().filing)

    assert rest.get(PATH) == "乙公司"
    assert corrections.changed(rest) == set()
    assert rounds.History(rest).states(["1"])["1"].facts["websites"][0]["registrar"] == "乙公司"
