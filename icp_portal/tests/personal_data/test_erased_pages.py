"""Pages of filings whose data were erased, for their host and at both desks."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from accounts.models import User
from desks.staff import addresses
from filings import services
from filings.kinds import Kind
from filings.models import Evidence, OfficialPage, Photograph, Sheet, SheetScan
from filings.states import Status
from filings.verification import photo_seals
from hosts import urls as host_urls
from icp_portal.demo import play, play_kinds
from icp_portal.tests.builders import case_at, client_of
from icp_portal.tests.personal_data.erasable_filings import (
    A_DAY,
    A_YEAR,
    IN_FIVE_YEARS,
    START,
    erase,
    unverified,
    verified,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]
ERASED = "此备案单的资料和证件图片已于2027年3月3日删除，仅保留办理记录。"


def shown(actor: Any, page: str, *args: Any) -> str:
    response = client_of(actor).get(reverse(page, args=args))
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("end", ["withdraw", "close", "lapse"])
def test_the_host_is_told_until_when_the_data_are_kept(time_machine, end):
    time_machine.move_to(START, tick=False)
    case = unverified(end)
    page = shown(case.host, "filings:status", case.filing.pk)
    assert "资料和证件图片保留至2027年3月2日（周二），到期删除" in page
    assert "资料保留期内，您可以用这份资料重新填写。" in page
    host = User.objects.get(pk=case.host.user_id)
    mails = [mail.message for mail in Email.objects.order_by("-pk") if host.email in mail.to]
    assert end == "withdraw" or "资料和证件图片保留至2027年3月2日（周二），到期删除。" in mails[0]


def test_the_host_of_a_verified_filing_is_told_when_its_papers_are_erased(time_machine):
    time_machine.move_to(START, tick=False)
    case = case_at(Status.RETURNED_TO_PROVIDER).send_back().withdraw()
    page = shown(case.host, "filings:status", case.filing.pk)
    assert "资料和证件图片保留至2031年3月2日（周日），到期删除" in page


def test_the_host_sees_that_the_data_are_gone_and_is_offered_nothing(time_machine):
    time_machine.move_to(START, tick=False)
    case = unverified()
    picture = Evidence.objects.filter(filing=case.filing).first()
    erase(time_machine, START + A_YEAR + A_DAY)

    page = shown(case.host, "filings:status", case.filing.pk)

    assert ERASED in page
    gone = {name: reverse(f"filings:{name}", args=[case.filing.pk]) for name in ("copy", "summary", "rounds")}
    assert not [name for name, url in gone.items() if url in page]
    host = client_of(case.host)
    assert host.get(gone["summary"]).status_code == host.get(gone["rounds"]).status_code == 404
    assert host.get(reverse("filings:evidence", args=[case.filing.pk, picture.pk])).status_code == 404
    assert "此备案单的资料已删除" in host.post(gone["copy"], follow=True).content.decode()


@pytest.mark.parametrize("desk", ["provider_desk", "bureau_desk"])
def test_both_desks_see_that_and_when_the_data_were_erased_and_nothing_else(time_machine, desk):
    time_machine.move_to(START, tick=False)
    case = verified()
    sheet, scan, page = Sheet.objects.get(), SheetScan.objects.get(), OfficialPage.objects.get()
    reply = case.filing.replies.get()
    picture = Evidence.objects.filter(filing=case.filing).first()
    erase(time_machine, IN_FIVE_YEARS + A_DAY)
    actor = case.staff if desk == "provider_desk" else case.reviewer
    client = client_of(actor)
    keys = {"evidence_id": picture.pk, "sheet_id": sheet.pk, "scan_id": scan.pk, "page_id": page.pk}
    keys |= {"reply_id": reply.pk, "filing_id": case.filing.pk}

    main = "verify" if desk == "provider_desk" else "review"
    told = shown(actor, f"{desk}:{main}", case.filing.pk)
    assert "已于2031年3月3日删除，仅保留办理记录。" in told
    assert client.post(reverse(f"{desk}:{main}", args=[case.filing.pk]), {"pass": "1"}).status_code == 200
    assert client.get(f"{reverse(f'{desk}:index')}?tab=withdrawn").content.decode().count("资料已删除") == 1
    if desk == "provider_desk":
        exported = client.post(reverse("provider_desk:bulk"), {"act": "export", "filing": case.filing.pk})
        assert exported.status_code == 200
    for route, _view, name in addresses.SHARED:
        if "<int:filing_id>" in route:
            wanted = {key: value for key, value in keys.items() if f":{key}>" in route}
            for form in ("pdf", "zip") if ":form>" in route else ("",):
                url = reverse(f"{desk}:{name}", kwargs=wanted | ({"form": form} if form else {}))
                assert {client.get(url).status_code, client.post(url).status_code} <= {404, 405}, url
    assert client.get(reverse(f"{desk}:sheets", args=[case.filing.pk])).status_code == 404
    assert Client().get(reverse("sheet", args=[sheet.token])).status_code == 404


def test_a_seal_that_was_erased_survives_a_new_digest_key(time_machine):
    time_machine.move_to(START, tick=False)
    unverified()
    erase(time_machine, START + A_YEAR + A_DAY)
    photo_seals.derive_digests()
    assert Photograph.objects.get().person == ""


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (Kind.CHANGE_SUBJECT, {"subject.name": "更名后的公司"}),
        (Kind.CHANGE_WEBSITE, {"websites.0.name": "更名后的网站"}),
    ],
)
def test_no_page_of_the_host_breaks_for_an_erased_change_of_a_record(time_machine, kind, written):
    time_machine.move_to(START, tick=False)
    on_record = case_at(Status.FILED)
    target = play_kinds.target_of(on_record.filing)
    filing = play_kinds.complete_draft(on_record.host, kind, target, on_record.provider.pk, 77, **written)
    play.submit(filing, on_record.host)
    services.withdraw(filing.pk, on_record.host, version=None)
    assert erase(time_machine, START + A_YEAR + A_DAY) == 1
    host, staff = client_of(on_record.host), client_of(on_record.staff)

    for pattern in host_urls.urlpatterns:
        route = str(pattern.pattern)
        if "<int:filing_id>" in route and route.count("<") == 1:
            assert host.get(f"/filings/{route.replace('<int:filing_id>', str(filing.pk))}").status_code in (
                200,
                302,
                404,
                405,
            )
    assert ERASED in shown(on_record.host, "filings:status", filing.pk)
    assert host.get(f"/api/filings/{filing.pk}/findings").status_code == 200
    assert staff.get(reverse("provider_desk:verify", args=[filing.pk])).status_code == 200
