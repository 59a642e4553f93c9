"""The way through the form: who is asked what, what stands in it already, where one is."""

import re
from functools import partial
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils.translation import gettext as _

from filings import fields, services
from filings.actors import Actor
from filings.errors import FactsRefused, MoveRefused
from filings.models import Entrance, Filing
from filings.rules import checks
from filings.verification.worksheets import SheetEntry
from icp_portal.demo import invent, play
from icp_portal.tests.builders import BEIJING, GUANGDONG, host, number, provider, sign_in, staff, user_of
from ministry.reference import code_tables, provinces
from providers.models import Provider

pytestmark = pytest.mark.django_db

INDIVIDUAL = {"subject.nature": code_tables.PERSON, "subject.province": BEIJING}
COMPANY = {"subject.nature": code_tables.ENTERPRISE, "subject.province": BEIJING}
USUAL = {"ways": [code_tables.CLOUD], "places": [provinces.by_code(BEIJING).placement_id]}


def connected() -> Provider:
    """A provider that says itself how its hosts are connected."""
    return provider(access_ways=USUAL["ways"], access_places=USUAL["places"])


class Draft:
    """A draft of a first filing with what is known already, before its host."""

    def __init__(self, known: dict[str, Any] | None = None, of: Provider | None = None) -> None:
        self.host: Actor = host()
        self.client = sign_in(Client(), user_of(self.host))
        self.pk = services.start(
            self.host, provider_id=(of or provider()).pk, entrance=Entrance.MINISTRY, values=known
        ).pk

    @property
    def filing(self) -> Filing:
        return Filing.objects.get(pk=self.pk)

    def open(self, page: str) -> HttpResponse:
        return self.client.get(f"/filings/{self.pk}/edit/{page}/")

    def asked(self, page: str) -> dict[str, Any]:
        """The fields of a page, with what stands in them."""
        form = self.open(page).context["form"]
        return {one.name: form.get_initial_for_field(form.fields[one.name], one.name) for one in form.open_fields}

    def send(self, page: str, **typed: Any) -> str:
        """Save a page; where one goes from there."""
        sent = {"version": self.filing.version, **typed}
        return self.client.post(f"/filings/{self.pk}/edit/{page}/", sent)["Location"].removeprefix(
            f"/filings/{self.pk}/"
        )

    def step(self, page: str) -> tuple[int, int]:
        step = self.open(page).context["step"]
        return step.number, step.of


# --- What is offered first, and what is told ---------------------------------------------------------------


@pytest.mark.parametrize(("province", "usual"), [(BEIJING, {"24"}), (GUANGDONG, {"6", "24"})])
def test_a_content_that_the_province_does_not_allow_is_not_among_the_usual_ones(province, usual):
    draft = Draft({"subject.nature": code_tables.PERSON, "subject.province": province})

    assert set(draft.open("website").context["form"].fields["services"].widget.usual) == usual


@pytest.mark.parametrize(("province", "first"), [("540000", "西藏"), (GUANGDONG, "广东")])
def test_the_hosts_own_province_is_the_first_place_offered(province, first):
    draft = Draft({"subject.nature": code_tables.PERSON, "subject.province": province})

    usual = draft.open("access").context["form"].fields["places"].widget.usual

    names = {str(row.placement_id): row.name for row in provinces.PROVINCES}
    others = [name for name in ("北京", "上海", "江苏", "浙江", "广东") if name != first]
    assert [names[one] for one in usual] == [first, *others]


def test_a_rule_on_domain_endings_is_told_when_it_is_not_met():
    draft, rule = Draft(INDIVIDUAL), "大多数国家和地区的域名后缀不予备案"

    assert rule not in draft.open("website").content.decode()
    services.save_facts(draft.pk, draft.host, {"websites.0.domain": "example.jp"}, version=None)
    page = draft.client.get(f"/filings/{draft.pk}/edit/website/?check").content.decode()
    assert "此处通常不受理使用该后缀的域名" in page


def test_a_word_that_a_province_does_not_accept_in_domains_is_told_when_the_domain_has_it():
    draft, rule = Draft(INDIVIDUAL), "域名中不得带有“中国”“国家”"

    assert rule not in draft.open("website").content.decode()
    services.save_facts(draft.pk, draft.host, {"websites.0.domain": "xn--fiq26am7nzn2b.cn"}, version=None)
    page = draft.client.get(f"/filings/{draft.pk}/edit/website/?check").content.decode()
    assert "此处通常不受理带有“中国”的域名" in page
    assert rule in page


def test_a_rule_on_two_persons_is_told_where_the_second_is_asked_for():
    draft, rule = Draft(COMPANY), "四处手机和应急号码中至少要有3个不同的号码"

    assert rule not in draft.open("responsible").content.decode()
    assert rule in draft.open("manager").content.decode()


def test_the_approval_of_games_is_told_to_those_who_offer_games():
    draft, rule = Draft(INDIVIDUAL), "网络游戏须先取得出版主管部门的批准"

    assert rule not in draft.open("website").content.decode()
    services.save_facts(draft.pk, draft.host, {"websites.0.services": [13]}, version=None)
    assert rule in draft.client.get(f"/filings/{draft.pk}/edit/website/?check").content.decode()


# --- Who is asked what --------------------------------------------------------------------------------------


def test_an_individual_is_asked_for_the_person_once():
    person, company = Draft(INDIVIDUAL), Draft(COMPANY)

    assert "investor" not in person.asked("subject")
    optional = {"cert_from", "im", "im_account"}
    assert person.asked("responsible").keys() - optional == {"cert_until", "mobile", "emergency_mobile", "email"}
    assert "investor" in company.asked("subject")
    assert {"legal_representative", "name", "office_phone"} <= company.asked("responsible").keys()


def test_what_most_hosts_enter_stands_there_and_is_saved_with_its_page_only():
    draft = Draft(COMPANY)

    assert draft.asked("responsible")["email"] == user_of(draft.host).email
    assert draft.asked("responsible")["cert_type"] == code_tables.RESIDENT_ID
    assert draft.asked("subject")["cert_type"] == code_tables.LICENCE
    assert draft.asked("website")["languages"] == [code_tables.CHINESE]
    assert draft.asked("manager")["same"] is True
    assert (draft.filing.get("responsible"), draft.filing.get("websites.0.languages")) == ({}, "")

    draft.client.post(f"/filings/{draft.pk}/edit/website/", {"version": draft.filing.version, "name": "示例官网"})
    assert draft.asked("website")["languages"] == []


@pytest.mark.parametrize(
    ("cert_type", "cert_number"),
    [(1, invent.credit_code(1, GUANGDONG)), (2, invent.person(1, GUANGDONG).id_number)],
    ids=["credit code", "identity card"],
)
def test_the_province_is_the_one_that_the_certificate_names(cert_type, cert_number):
    known = {"subject.cert_type": cert_type, "subject.cert_number": cert_number}
    assert Draft(known).asked("basics")["province"] == GUANGDONG


@pytest.mark.parametrize("cert_number", ["", "990105195501010019", "\x00", "9" * 255])
def test_no_province_is_named_by_a_number_without_one(cert_number):
    known = {"subject.cert_type": code_tables.RESIDENT_ID, "subject.cert_number": cert_number}
    assert not Draft(known).asked("basics")["province"]


def test_the_county_is_the_certificates_if_it_is_in_the_chosen_province():
    code = invent.credit_code(number(), BEIJING)
    known = {**COMPANY, "subject.cert_type": 1, "subject.cert_number": code}
    assert Draft(known).asked("subject")["division"] == code[2:8]
    assert not Draft({**known, "subject.province": GUANGDONG}).asked("subject")["division"]


def test_an_address_is_cleaned_and_shown_as_it_is_kept():
    draft = Draft(COMPANY)
    typed = {"name": "示例官网", "domain": "ｈｔｔｐ://WWW.示例.中国/a?b", "services": [8], "languages": [1]}
    sent = {"version": draft.filing.version, **typed}
    page = draft.client.post(f"/filings/{draft.pk}/edit/website/", sent, follow=True)

    assert [str(message) for message in page.context["messages"]] == [
        _("%(field)s: saved as %(value)s") % {"field": _("Domain"), "value": "示例.中国"},
        _("%(field)s: saved as %(value)s") % {"field": _("Home page"), "value": "www.示例.中国"},
    ]
    assert draft.asked("website")["domain"] == "示例.中国"


# --- Where one is -------------------------------------------------------------------------------------------


def test_every_page_says_where_one_is_and_leads_back():
    draft = Draft(COMPANY)
    pages = ("basics", "subject", "responsible", "website", "manager", "access", "papers")

    assert [draft.step(page) for page in pages] == [(n, 8) for n in range(1, 8)]
    assert draft.client.get(f"/filings/{draft.pk}/check/").context["step"].number == 8
    back = [draft.open(page).context["step"].previous_url for page in pages]
    assert back == ["", *(f"/filings/{draft.pk}/edit/{page}/" for page in pages[:-1])]


def test_pages_that_an_individual_and_its_provider_answer_are_not_on_the_way():
    draft = Draft(INDIVIDUAL, connected())

    assert [draft.step(page) for page in ("basics", "subject", "responsible", "website", "papers")] == [
        (n, 6) for n in range(1, 6)
    ]
    states = {
        str(task.title): str(task.state)
        for group in draft.client.get(f"/filings/{draft.pk}/edit/").context["groups"]
        for task in group["tasks"]
    }
    assert states[_("The website's responsible person")] == _("You yourself")
    assert states[_("Access")] == _("From your access provider")
    assert draft.step("manager") == (5, 7)  # whoever opens it all the same


def test_a_further_website_follows_the_last_page_of_the_one_before():
    draft = Draft(INDIVIDUAL, connected())
    said = invent.values(number(), province=BEIJING, individual=True)
    typed = {
        name: said[f"websites.0.{name}"] for name in ("name", "domain", "services", "languages", "remark", "registrar")
    }

    assert draft.send("website", **typed, another="1") == "edit/website-2/"
    assert [(entry["responsible"], entry["access"]) for entry in draft.filing.facts["websites"]] == [
        ({"same": True}, USUAL)
    ] * 2
    other = {"name": "另一个示例主页", "domain": f"www.other-{draft.pk}.cn"}
    assert draft.send("website-2", **typed | other) == "edit/papers/"


# --- The access, which the provider knows ------------------------------------------------------------------


def test_the_verifier_enters_the_addresses_that_the_host_was_not_asked_for():
    of = connected()
    draft = Draft(of=of)
    play.fill(draft.filing, draft.host, number(), province=BEIJING)
    services.save_facts(draft.pk, draft.host, {"websites.0.access.ip_ranges": ""}, version=None)
    services.submit(draft.pk, draft.host, version=None)
    services.claim(draft.pk, verifier := staff(of))
    play.photograph(draft.filing, verifier)
    passed = partial(services.verify, draft.pk, verifier, version=None, answers=play.answers(draft.filing), place="厅")

    with pytest.raises(MoveRefused, match=re.escape(str(fields.find("websites.0.access.ip_ranges")[1].label))):
        passed()
    with pytest.raises(FactsRefused) as refused:
        passed(entries={"access_correct": SheetEntry(filled={"websites.0.access.ip_ranges": "192.168.1.1"})})
    assert [(one.code, one.path) for one in refused.value.findings if one.blocks] == [
        ("1006", "websites.0.access.ip_ranges")
    ]
    passed(entries=play.filled_in(draft.filing))
    assert draft.filing.get("websites.0.access") == {**USUAL, "ip_ranges": "192.31.196.7"}


def test_an_ip_only_website_still_says_its_addresses():
    draft = Draft({**COMPANY, "websites.0.ip_only": True}, connected())
    assert draft.step("access") == (6, 8)
    missing = [finding.path for finding in checks.findings(draft.filing) if finding.section == "access"]
    assert missing == ["websites.0.access.ip_ranges"]


def test_without_usual_access_the_host_is_asked_for_all_of_it():
    missing = [finding.path for finding in checks.findings(Draft(COMPANY).filing) if finding.section == "access"]
    assert missing == [f"websites.0.access.{name}" for name in ("ways", "places", "ip_ranges")]
