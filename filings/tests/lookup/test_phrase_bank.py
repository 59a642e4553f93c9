"""The phrase bank: learned from what was sent, most used first, nobody's data in it, nobody else's phrases."""

from typing import Any

import pytest
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _

from filings import services
from filings.errors import MoveRefused
from filings.lookup import phrase_bank
from filings.lookup.phrase_bank import GAP, OFFICIAL
from filings.models import Filing, Phrase, PhraseChange
from filings.services import RemarkDraft
from filings.states import Status
from icp_portal.demo import play
from icp_portal.tests.builders import GUANGDONG, Case, case_at, provider, reviewer, staff
from providers.models import StaffRole

pytestmark = pytest.mark.django_db

NAME, PERSON = "websites.0.name", "responsible.name"


def draft(
    path: str = NAME, code: str = "P301", seen: str = "名称与主办者无关", expected: str = "改用单位全称"
) -> RemarkDraft:
    return RemarkDraft(path, code, seen, expected)


def sent(*remarks: RemarkDraft, **case: Any) -> Case:
    """A filing that its provider has returned with these remarks."""
    made = Case(**case).submit()
    services.claim(made.filing.pk, made.staff)
    services.send_back(made.filing.pk, made.staff, version=None, remarks=list(remarks))
    return made.refresh()


def texts(actor: Any, path: str = NAME, code: str = "P301") -> list[tuple[str, str, int]]:
    """What is offered, without the code's own wording."""
    offers = phrase_bank.offered(actor, [(code, path)])[code, phrase_bank.kind_of(path)]
    return [(offer.seen, offer.expected, offer.uses) for offer in offers if offer.key != OFFICIAL]


# --- Learning and offering ----------------------------------------------------------------------------


def test_what_was_sent_is_offered_for_its_code_and_field_on_any_website():
    case = sent(draft())

    assert texts(case.staff) == [("名称与主办者无关", "改用单位全称", 1)]
    assert texts(case.staff, "websites.3.name") == texts(case.staff)
    assert texts(case.staff, "websites.0.domain") == []
    assert texts(case.staff, code="1020") == []


def test_the_most_used_comes_first_and_the_codes_own_wording_last():
    of = provider()
    for _n in range(2):
        sent(draft(seen="不规范"), of=of)
    case = sent(draft(seen="太笼统"), of=of)

    with translation.override("en"):
        offers = phrase_bank.offered(case.staff, [("P301", NAME)])["P301", "websites.name"]

    assert [(offer.seen, offer.uses) for offer in offers] == [
        ("不规范", 2),
        ("太笼统", 1),
        ("The website name breaks the rules", 0),
    ]


def test_no_more_than_a_few_are_offered_in_one_query(django_assert_num_queries):
    of = provider()
    case = sent(*(draft(seen=f"理由{mark}") for mark in "甲乙丙丁戊己庚辛"), of=of)

    with django_assert_num_queries(1):
        found = phrase_bank.offered(case.staff, [("P301", NAME), ("1020", NAME), ("nonsense", NAME), ("P301", "")])

    assert len(found["P301", "websites.name"]) == phrase_bank.MOST_OFFERED + 1
    assert set(found) == {("P301", "websites.name"), ("1020", "websites.name")}


def test_a_refused_return_teaches_nothing():
    case = case_at(Status.WITH_PROVIDER)

    with pytest.raises(
        MoveRefused,
        match=_("You have not claimed this filing, or your claim has expired. Claim it; what you typed has been kept."),
    ):
        services.send_back(case.filing.pk, case.staff, version=None, remarks=[draft()])

    assert not Phrase.objects.exists()


def test_the_bureau_learns_for_its_province():
    case = case_at(Status.WITH_BUREAU)
    play.return_to_provider(case.filing, case.reviewer, draft())

    assert texts(reviewer()) == [("名称与主办者无关", "改用单位全称", 1)]
    assert texts(reviewer(GUANGDONG)) == []
    assert texts(case.staff) == []


def test_nobody_gets_another_organisations_phrases():
    case = sent(draft())
    key = str(Phrase.objects.get().pk)

    for stranger in (staff(provider()), reviewer(), case.host):
        assert texts(stranger) == []
        assert phrase_bank.picked(stranger, key, "P301") is None
    assert phrase_bank.picked(case.staff, key, "P301").expected == "改用单位全称"
    for nonsense in ("", "0", "-1", "²", "9" * 40, "x", "1;drop"):
        assert phrase_bank.picked(case.staff, nonsense, "P301") is None
    assert phrase_bank.picked(case.staff, OFFICIAL, "no such code") is None


# --- Nobody's data ------------------------------------------------------------------------------------


def own_values(filing: Filing) -> list[str]:
    """Every value somebody would be harmed by, as it stands in the filing."""
    names = ("name", "cert_number", "mobile", "emergency_mobile", "office_phone", "email")
    return [
        *(str(filing.get(f"responsible.{name}")) for name in names),
        *(str(filing.get(f"subject.{name}")) for name in ("name", "cert_number", "cert_address", "address")),
        str(filing.get("websites.0.domain")),
        str(filing.get("websites.0.name")),
        str(filing.get("websites.0.home_url")),
        str(filing.get("websites.0.access.ip_ranges")),
        filing.host.email,
    ]


def test_the_filings_own_values_never_get_into_the_bank():
    case = Case().submit()
    values = [value for value in own_values(case.filing) if value]
    assert len(values) > 11
    services.claim(case.filing.pk, case.staff)

    services.send_back(
        case.filing.pk,
        case.staff,
        version=None,
        remarks=[draft(seen=f"写的是{value}吗", expected=f"不是{value}，请核对后修改") for value in values],
    )

    kept = [text for phrase in Phrase.objects.all() for text in (phrase.seen, phrase.expected)]
    assert kept
    for text in kept:
        assert GAP in text
        assert [value for value in values if value in text] == []


@pytest.mark.parametrize(
    "disguise",
    [
        " ".join,
        "-".join,
        "\u200b".join,
        lambda value: value.upper(),
        lambda value: "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in value),
        lambda value: value[: len(value) // 2 + 1],
        lambda value: value[len(value) // 2 - 1 :],
        lambda value: f"{value[:3]}****{value[-4:]}",
    ],
)
def test_a_value_in_disguise_is_taken_out_too(disguise):
    case = Case().submit()
    cleaner = phrase_bank._Cleaner(case.filing)
    for name in ("responsible.mobile", "responsible.cert_number", "subject.cert_number", "responsible.email"):
        hidden = disguise(str(case.filing.get(name)))

        text = cleaner.without_values(f"写的是 {hidden} ，请核对")

        assert text.replace(" ", "") == f"写的是{GAP},请核对".replace(",", "，")


def test_an_ending_in_common_with_the_own_domain_leaves_nothing_of_anothers():
    case = Case().submit()
    case.filing.facts["websites"][0]["domain"] = "own-site.com.cn"

    found = phrase_bank._Cleaner(case.filing).without_values("域名other-site.com.cn已过期")

    assert found == f"域名{GAP}已过期"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("证件上是13912345678", f"证件上是{GAP}"),
        ("证件上是139 1234 5678", f"证件上是{GAP}"),
        ("电话010-66005678打不通", f"电话{GAP}打不通"),
        ("身份证110105199001011234过期", f"身份证{GAP}过期"),
        ("身份证110105********1234过期", f"身份证{GAP}过期"),
        ("信用代码91110108MA01ABCD2X不符", f"信用代码{GAP}不符"),
        ("号码一三八零零零零一二三四错误", f"号码{GAP}错误"),
        ("邮箱 someone@other.example 退信", f"邮箱 {GAP} 退信"),
        ("域名other-site.com.cn已过期", f"域名{GAP}已过期"),
        ("首页https://other.cn/a?b=c 打不开", f"首页{GAP} 打不开"),
        ("地址198.51.100.7不在池内", f"地址{GAP}不在池内"),
        ("地址2001:db8::1不在池内", f"地址{GAP}不在池内"),
        ("有效期至2026年11月25日", f"有效期至{GAP}"),
        ("名称写成“王五的小站”", f"名称写成{GAP}"),
        ("王五先生不是负责人", f"{GAP}不是负责人"),
        ("应当为建国路88号3单元502室，请改", f"{GAP}，请改"),
    ],
)
def test_what_looks_like_anybodys_data_is_taken_out(written, kept):
    case = Case().submit()

    found = phrase_bank._Cleaner(case.filing).without_values(written)

    assert found == kept


@pytest.mark.parametrize(
    "text",
    [
        "证件照片不清晰，四角不完整",
        "请按《网站备案信息真实性核验单》逐项填写",
        "图片小于 800×600，请重拍",
        "1.请上传证件正反面；2.请盖章",
        "请在 24 个月内补办",
        "首页底部没有备案号或没有链接",
    ],
)
def test_plain_words_stay_as_they_are(text):
    assert phrase_bank._Cleaner(Case().submit().filing).without_values(text) == text


def test_words_about_a_person_are_kept_only_when_a_second_host_gets_them():
    of, words = provider(), draft(PERSON, "1015", "证件上是李四", "改成与证件一致的姓名")
    first = sent(words, of=of)
    waiting = Phrase.objects.get()
    assert (waiting.seen, waiting.expected, waiting.waits) == ("", "", True)
    assert texts(first.staff, PERSON, "1015") == []

    again = sent(words, of=of, owner=first.host)
    assert texts(again.staff, PERSON, "1015") == []

    second = sent(words, of=of)
    assert texts(second.staff, PERSON, "1015") == [("证件上是李四", "改成与证件一致的姓名", 3)]


def test_what_would_help_nobody_is_not_learned():
    with translation.override("en"):
        official = phrase_bank.official("P301")
    case = sent(draft(seen="看到的", expected="13912345678"), draft(seen=official.seen, expected=official.expected))

    with translation.override("en"):
        phrase_bank.learn(case.filing, case.staff, [draft(seen=official.seen, expected=official.expected)])

    assert [phrase.seen for phrase in Phrase.objects.all() if phrase.seen == "看到的"] == []
    assert case.filing.remarks.count() == 2


def test_the_bank_is_sealed():
    sent(draft())

    with connection.cursor() as cursor:
        cursor.execute("SELECT seen, expected FROM filings_phrase")
        rows = cursor.fetchall()

    assert all("名称" not in text and "全称" not in text for row in rows for text in row)


# --- Hiding -------------------------------------------------------------------------------------------


def test_a_supervisor_hides_a_phrase_and_it_stays_hidden_however_often_it_is_sent():
    of = provider()
    sent(draft(), of=of)
    phrase = Phrase.objects.get()
    chief = staff(of, StaffRole.SUPERVISOR)

    phrase_bank.hide(phrase.pk, chief)
    phrase_bank.hide(phrase.pk, chief)
    case = sent(draft(), of=of)

    assert texts(case.staff) == []
    assert phrase_bank.picked(case.staff, str(phrase.pk), "P301") is None
    assert list(PhraseChange.objects.values_list("hides", "user_id")) == [(True, chief.user_id)]
    phrase_bank.show(phrase.pk, chief)
    assert texts(case.staff) == [("名称与主办者无关", "改用单位全称", 2)]


def test_who_may_not_hide_a_phrase():
    case = sent(draft())
    phrase = Phrase.objects.get()

    with pytest.raises(MoveRefused, match=_("Only a supervisor or the chief may hide or restore wordings.")):
        phrase_bank.hide(phrase.pk, case.staff)
    with pytest.raises(Phrase.DoesNotExist):
        phrase_bank.hide(phrase.pk, staff(provider(), StaffRole.ADMINISTRATOR))

    phrase.refresh_from_db()
    assert phrase.hidden_at is None
