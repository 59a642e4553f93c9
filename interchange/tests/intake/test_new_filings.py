"""First filings that a provider's system reports: taken in, returned, corrected, approved, handed back."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from filings import facts, services, states
from filings.actors import portal
from filings.models import Entrance, Filing
from filings.moves import moving
from filings.services import splitting
from filings.states import Status
from icp_portal.demo import play
from icp_portal.tests.builders import reviewer, sign_in, user_of
from interchange.models import ReportedRecord, Upload, UploadState
from interchange.tests.intake.reported_records import SentFiling, newest, records, sent
from interchange.tests.systems import System
from ministry.models import Subject, Website

pytestmark = pytest.mark.django_db


def codes(row: Upload) -> list[str]:
    return [one["Jgdm"] for record in records(row.result) for one in record["Jgxx"]]


def test_a_record_becomes_a_filing_at_the_bureau_and_its_number_goes_back(system: System):
    one = SentFiling(system)

    assert codes(one.send()) == ["1062"]

    filing = Filing.objects.get()
    assert (filing.status, filing.entrance, filing.provider) == (
        Status.WITH_BUREAU,
        Entrance.SYSTEM,
        system.provider,
    )
    assert filing.domain == facts.read(one.values, "websites.0.domain")
    play.approve(filing, reviewer())

    subject, website = Subject.objects.get(), Website.objects.get()
    (published,) = records(newest(system), "ICP/BASJ/Baxx")
    about, (site,) = published["Zt_xx"], published["Wz_xx"]
    assert (about["IspZtid"], about["Ztid"], about["Baxh"]) == (
        one.ids.subject,
        str(subject.pk),
        str(subject.number),
    )
    assert (site["IspWzid"], site["Wzid"], site["Baxh"]) == (
        one.ids.websites[0].website,
        str(website.pk),
        str(website.number),
    )
    filing.refresh_from_db()
    decided = f"{timezone.localtime(filing.decided_at):%Y-%m-%d %H:%M:%S}"  # in the time of China
    assert (about["Zjxgsj"], site["Zjxgsj"]) == (decided, decided)
    sent_record = one.record()
    for name in ("Dwmc", "Dwxz", "Tzr", "Txdz", "Zj", "Fzr"):
        assert about[name] == sent_record["Zt_xx"][name], name
    for name in ("Wzmc", "Fwnr", "Yylb", "Wz_Fzr", "Syurl"):
        assert site[name] == sent_record["Wz_xx"][0][name], name
    (result,) = records(newest(system))
    (opinion,) = records(newest(system), "ICP/BAJG/GJSHS/Gjsh")
    assert ([row["Jgdm"] for row in result["Jgxx"]], result["Czlx"], result["Bs"]) == (
        ["1001"],
        "1",
        one.ids.subject,
    )
    assert (opinion["Shjg"], opinion["Czlx"], opinion["Jlid"]) == ("1", "1", one.ids.subject)


@pytest.mark.usefixtures("no_second_factor")
def test_the_opinion_goes_out_with_the_approval_and_the_reviewer_is_told_so(system: System):
    SentFiling(system).send()
    filing, decider = Filing.objects.get(), reviewer()
    services.claim(filing.pk, decider)
    page = sign_in(Client(), user_of(decider)).get(reverse("bureau_desk:review", args=[filing.pk])).text
    assert "审核结论的意见一并下发接入服务商的自有系统。" in page

    services.approve(filing.pk, decider, version=None, opinion="材料齐全，同意备案。")

    (opinion,) = records(newest(system), "ICP/BAJG/GJSHS/Gjsh")
    assert (opinion["Shjg"], opinion["Shyj"]) == ("1", "材料齐全，同意备案。")


def test_a_returned_record_is_corrected_under_the_same_id(system: System):
    one = SentFiling(system)
    one.send()
    filing = Filing.objects.get()
    with translation.override("en"):  # a reviewer whose pages are English
        play.return_to_provider(filing, reviewer())

    (opinion,) = records(newest(system), "ICP/BAJG/GJSHS/Gjsh")
    remark = filing.remarks.get()
    assert (opinion["Shjg"], opinion["Jlid"]) == ("0", one.ids.subject)
    assert opinion["Shyj"] == f"{remark.code} “网站名称”：{remark.seen}；{remark.expected}"

    assert codes(one.send(**{"websites.0.name": "示例更正后的网站"})) == ["1062"]
    again = Filing.objects.get()
    assert (again.pk, again.status, again.round) == (filing.pk, Status.WITH_BUREAU, 2)
    assert again.get("websites.0.name") == "示例更正后的网站"
    assert ReportedRecord.objects.get().upload == system.row.uploads.latest("sequence")


def test_the_end_of_a_filing_goes_back_in_chinese_whoever_ends_it(system: System):
    SentFiling(system).send()
    filing = Filing.objects.get()
    play.return_to_provider(filing, reviewer())

    with translation.override("en"), moving.making(states.LAPSE, filing.pk, portal(), None):
        pass

    (opinion,) = records(newest(system), "ICP/BAJG/GJSHS/Gjsh")
    assert (opinion["Shjg"], opinion["Shyj"]) == ("0", "逾期无人办理，已失效")


def test_a_record_is_not_taken_in_twice(system: System):
    one = SentFiling(system)
    one.send()

    assert codes(one.send()) == ["1037"]
    assert Filing.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"subject.province": "440000", "subject.division": "440106"}, "1045"),
        ({"subject.province": "990000", "subject.division": "990106"}, "1019"),
        ({"subject.cert_number": "91110105MA0000001X"}, "1008"),
        ({"responsible.mobile": "123-45678901"}, "1011"),
        ({"websites.0.domain": "not a domain"}, "1004"),
    ],
)
def test_what_is_wrong_is_answered_by_its_code_and_nothing_is_kept(system: System, changes: dict, code: str):
    row = SentFiling(system).send(**changes)

    assert code in codes(row)
    assert all("“" in one["Dmms"] or code in ("1019", "1045") for each in records(row.result) for one in each["Jgxx"])
    assert (row.state, row.records, row.refused) == (UploadState.CHECKED, 1, 1)
    assert not Filing.objects.exists()
    assert not ReportedRecord.objects.exists()


def test_one_bad_record_leaves_the_others(system: System):
    good, bad, other = SentFiling(system), SentFiling(system), SentFiling(system)
    wrong = bad.record(**{"responsible.email": "nobody"})

    row = sent(system, {"XZBA": {"Baxx": [good.record(), wrong, other.record()]}})

    results = records(row.result)
    assert [next(one["Jgdm"] for one in result["Jgxx"]) for result in results] == ["1062", "1009", "1062"]
    assert [result["Bs"] for result in results] == [good.ids.subject, bad.ids.subject, other.ids.subject]
    assert (row.records, row.refused, Filing.objects.count()) == (3, 1, 2)


def test_nobody_can_sign_in_as_the_system(system: System):
    SentFiling(system).send()

    account = User.objects.get(pk=system.reload().account_id)
    assert (account.is_active, account.has_usable_password()) == (False, False)
    assert Filing.objects.get().events.latest("pk").user_id == account.pk


def test_characters_beyond_gbk_do_not_stop_a_decision(system: System, caplog: pytest.LogCaptureFixture):
    SentFiling(system).send()
    filing = Filing.objects.get()
    filing.facts = facts.written(filing.facts, {"subject.address": "示例路𠮷号"})
    filing.save()

    play.approve(filing, reviewer())

    filing.refresh_from_db()
    assert filing.status == Status.FILED
    (opinion,) = records(newest(system), "ICP/BAJG/GJSHS/Gjsh")
    assert opinion["Shyj"] == str(Subject.objects.get().number)
    assert "can't be published" in caplog.text
    assert "示例路" not in caplog.text


def test_websites_returned_alone_are_reported_again_as_new_ones(system: System):
    one = SentFiling(system, websites=2, same=False)
    assert codes(one.send()) == ["1062"]
    decider = reviewer()
    filing = Filing.objects.get()
    services.claim(filing.pk, decider)
    remark = services.RemarkDraft("websites.1.name", "P301", "与企业业务不符", "改为能反映业务的名称")
    splitting.approve_in_part(filing.pk, decider, version=None, remarks=[remark])

    rest = Filing.objects.get(status=Status.RETURNED_TO_PROVIDER)
    returned, approved = system.row.downloads.order_by("-pk")[:2]
    (opinion,) = records(returned, "ICP/BAJG/GJSHS/Gjsh")
    own = one.ids.websites[1].website
    assert (opinion["Shjg"], opinion["Czlx"], opinion["Jlid"]) == ("0", "2", own)
    (published,) = records(approved, "ICP/BASJ/Baxx")
    assert [site["IspWzid"] for site in published["Wz_xx"]] == [one.ids.websites[0].website]

    subject = Subject.objects.get()
    record = one.record(**{"websites.1.name": "示例更正后的网站"})
    # Photo and certificate of the person of both websites stood at the first one; the sheet is its own.
    of_person = [each for each in record["Fj"] if each["Fjxx"]["Fjyt"] in ("4", "5")]
    sheet = [each for each in record["Fj"] if each["Fjxx"]["Fjssdx"]["Ssdxbs"] == own]
    of_host = [each for each in record["Fj"] if each["Fjxx"]["Fjssdx"]["Ssdxlx"] == "1"]
    files = [*of_host, *of_person, *sheet]
    for each in files:
        owner = each["Fjxx"]["Fjssdx"]
        owner["Ssdxbs"] = {"Jlid": subject.pk if owner["Ssdxlx"] == "1" else own}
    again = {"Zt_xx": {"Ztid": subject.pk}, "Wz_xx": record["Wz_xx"][1:], "Fj": files}
    assert codes(sent(system, {"XZWZ": {"Xzxx": [again]}})) == ["1062"]

    rest.refresh_from_db()
    assert (rest.status, rest.get("websites.0.name")) == (Status.WITH_BUREAU, "示例更正后的网站")
