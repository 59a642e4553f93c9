"""The pages about bureaus' systems at the provider's desk, as a supervisor uses them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from filings.models import Look
from filings.states import Status
from icp_portal.tests.builders import BEIJING, sign_in, staff_user, user_of
from interchange import kept_files
from interchange.models import Exchange, FetchedFile, Report, ReportingConnection, ReportState, ReportUpload
from interchange.tests.reporting import reporting_provider
from interchange.tests.reporting.conftest import BUREAU
from interchange.tests.reporting.reporting_provider import ReportingProvider, report_of
from interchange.tests.reporting.test_certificates import issued
from providers.models import OrganisationChange, StaffRole, What

pytestmark = pytest.mark.usefixtures("english", "no_second_factor")
KEYS = ("password", "secret", "iv")
LATER = datetime(2099, 1, 1, tzinfo=UTC)


@pytest.fixture
def desk(reporting: ReportingProvider) -> Client:
    return sign_in(Client(), user_of(reporting.supervisor))


def typed(reporting: ReportingProvider, **changes: Any) -> dict[str, Any]:
    """The settings as they are issued by the bureau."""
    keys = reporting.system.keys
    row = {"url": BUREAU, "isp_id": reporting.system.row.isp_id, "user_name": reporting.system.row.user_name}
    return (
        {**row, "profile": "strict", "certificate": "", "authority": "", "version": reporting.reload().version}
        | {name: getattr(keys, name) for name in KEYS}
        | changes
    )


def one(reporting: ReportingProvider) -> str:
    return reverse("reporting:one", args=[reporting.connection.pk])


def test_a_connection_is_added_tested_paused_and_used(reporting: ReportingProvider, desk: Client):
    values = typed(reporting, bureau=BEIJING)
    reporting.connection.delete()

    made = desk.post(reverse("reporting:new"), values, follow=True)
    reporting.connection = ReportingConnection.objects.get()
    assert made.redirect_chain[0][0] == one(reporting)
    assert all(getattr(reporting.connection, name) == values[name] for name in KEYS)
    assert not any(values[name] in made.text for name in KEYS)

    assert "Number of the last upload there: 0" in desk.post(one(reporting), {"test": "1"}, follow=True).text
    desk.post(one(reporting), {"pause": "1", "version": reporting.reload().version})
    assert reporting.reload().is_paused
    desk.post(one(reporting), {"use": "1", "version": reporting.connection.version})
    assert not reporting.reload().is_paused
    said = list(OrganisationChange.objects.order_by("pk").values_list("what", flat=True))
    assert said == [What.REPORTING_MADE, What.REPORTING_PAUSED, What.REPORTING_USED]
    changes = "".join(OrganisationChange.objects.values_list("after", flat=True))
    assert not any(values[name] in changes for name in KEYS)


def test_an_empty_secret_stays_and_a_stop_ends(reporting: ReportingProvider, desk: Client):
    ReportingConnection.objects.update(stopped_by=5)
    assert "5 Wrong password of the interface · 密码错" in desk.get(one(reporting)).text

    desk.post(one(reporting), typed(reporting, password="", secret="", iv="", user_name="isp9"))

    row = reporting.reload()
    assert (row.user_name, row.password, row.stopped_by) == ("isp9", reporting.system.keys.password, None)


def test_an_authority_is_shown_by_name_and_taken_away_again(reporting: ReportingProvider, desk: Client):
    pem = issued("Bureau's authority").pem
    desk.post(one(reporting), typed(reporting, authority=f"from the bureau:\r\n{pem}"))
    assert reporting.reload().authority == pem
    assert "CN=Bureau&#x27;s authority – " in desk.get(one(reporting)).text
    assert "CN=Bureau's authority" in OrganisationChange.objects.latest("pk").after

    desk.post(one(reporting), typed(reporting))
    assert reporting.reload().authority == ""
    assert "public authorities" in desk.get(one(reporting)).text


def test_a_client_certificate_is_shown_by_name_and_never_its_key(reporting: ReportingProvider, desk: Client):
    own = issued("Provider's system")
    desk.post(one(reporting), typed(reporting, certificate=own.with_key))

    page = desk.get(one(reporting)).text
    assert f"CN=Provider&#x27;s system – {own.certificate.not_valid_after_utc:%Y-%m-%d}" in page
    assert "PRIVATE KEY" not in page


def test_an_expired_client_certificate_is_refused_with_its_last_day(reporting: ReportingProvider, desk: Client):
    page = desk.post(one(reporting), typed(reporting, certificate=issued("Provider's system", days=-2).with_key))

    (said,) = page.context["form"].errors["certificate"]
    last = timezone.localtime() - timedelta(days=2)
    assert said == f"This certificate was valid until {date_format(last, 'DATE_FORMAT')}. Ask the bureau for a new one."
    assert reporting.reload().certificate == ""


def test_a_connection_that_is_closed_points_at_the_client_certificate(reporting: ReportingProvider, desk: Client):
    closed = typed(reporting, url="http://closed.example", certificate=issued("Provider's system").with_key)
    desk.post(one(reporting), closed)

    page = desk.post(one(reporting), {"test": "1", "version": reporting.reload().version}, follow=True).text

    assert "ask the bureau whether it knows your client certificate" in page


def test_an_upload_whose_number_is_another_files_gets_the_next_one(reporting: ReportingProvider, desk: Client):
    reporting.verified()
    reporting.run()
    for _file in range(2):
        assert reporting.system.upload().code == 0  # of another program that uses the account
    case = reporting.verified()
    assert reporting.run().stopped_by == 14
    reporting.run()
    assert report_of(case).upload.sequence == 2
    pressed = {"renumber": "1", "version": reporting.connection.version}
    assert "Give it the next number" in desk.get(one(reporting)).text

    assert "In use again" in desk.post(one(reporting), pressed, follow=True).text
    reporting.run()

    upload = report_of(case).upload
    assert (upload.sequence, upload.sent_at is None, reporting.connection.last_sequence) == (4, False, 4)
    reporting.hands_out(
        {"BAJG": reporting_provider.result(report_of(case), 1037)}
    )  # known there, as after a restore from a backup
    reporting.run()
    reporting.apply()
    assert report_of(case).state == ReportState.TAKEN
    assert reporting.system.row.uploads.order_by("-sequence")[0].digest == upload.digest
    assert (reporting.connection.stopped_by, OrganisationChange.objects.latest("pk").after) == (None, "4")
    reporting.verified()
    reporting.run()
    assert reporting.connection.last_sequence == 5


def test_a_number_is_given_anew_only_where_it_has_stopped_the_connection(reporting: ReportingProvider, desk: Client):
    ReportingConnection.objects.update(stopped_by=19)
    assert "Give it the next number" not in desk.get(one(reporting)).text

    page = desk.post(one(reporting), {"renumber": "1", "version": reporting.reload().version}, follow=True).text

    assert "This connection was not stopped because of the number" in page
    assert reporting.reload().stopped_by == 19


@pytest.mark.parametrize(("in_flight", "last_there"), [(False, 1), (True, 0)])
def test_a_number_that_is_nobody_elses_is_not_given_anew(
    reporting: ReportingProvider, desk: Client, in_flight: bool, last_there: int
):
    reporting.verified()
    reporting.run()
    if in_flight:
        ReportUpload.objects.update(sent_at=None)
        reporting.system.row.uploads.all().delete()  # their system was restored
        type(reporting.system.row).objects.update(last_sequence=0)
    ReportingConnection.objects.update(stopped_by=14)
    pressed = {"renumber": "1", "version": reporting.reload().version}

    page = desk.post(one(reporting), pressed, follow=True).text

    assert f"has no other file under this number: its last one is {last_there}" in page
    assert (reporting.reload().stopped_by, reporting.connection.last_sequence) == (14, 1)
    assert ReportUpload.objects.get().sequence == 1


def test_a_number_is_not_given_anew_without_an_answer(reporting: ReportingProvider, desk: Client):
    reporting.verified()
    ReportingConnection.objects.update(stopped_by=14, url="http://closed.example")

    page = desk.post(one(reporting), {"renumber": "1", "version": reporting.reload().version}, follow=True).text

    assert "gave no answer" in page
    assert (reporting.reload().stopped_by, reporting.connection.last_sequence) == (14, 0)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"secret": "short"}, "secret"),
        ({"profile": "modern"}, "secret"),
        ({"iv": "密钥密钥密钥密钥"}, "iv"),
        ({"url": "ftp://bureau.example"}, "url"),
        ({"certificate": "-----BEGIN CERTIFICATE-----"}, "certificate"),
        ({"authority": "-----BEGIN CERTIFICATE-----"}, "authority"),
        ({"isp_id": str(2**63)}, "isp_id"),
        ({"version": 0}, None),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(
    reporting: ReportingProvider, desk: Client, changes: dict, field: str | None
):
    before = reporting.reload().version

    page = desk.post(one(reporting), typed(reporting, **changes))

    assert (page.status_code, reporting.reload().version) == (200, before)
    assert list(page.context["form"].errors) == [field or "__all__"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Within a minute"),
        ({"next_at": LATER}, "At 1 January 2099, 08:00"),
        ({"fetch_at": LATER}, "At 1 January 2099, 08:00"),  # there is nothing to send
        ({"busy_until": LATER}, "Now; by 1 January 2099, 08:00 at the latest, if this call was cut off"),
        ({"stopped_by": 4, "next_at": LATER}, "—"),
        ({"stopped_by": 19, "fetch_at": LATER}, "At 1 January 2099, 08:00"),  # results are fetched all the same
        ({"is_paused": True, "busy_until": LATER}, "—"),
    ],
)
def test_a_connection_says_when_the_next_call_is(reporting: ReportingProvider, desk: Client, changes: dict, words: str):
    ReportingConnection.objects.update(**changes)

    assert f"<dt>Next call</dt><dd>{words}</dd>" in desk.get(one(reporting)).text


def test_a_report_that_waits_goes_out_before_anything_is_fetched(reporting: ReportingProvider, desk: Client):
    reporting.verified()
    ReportingConnection.objects.update(fetch_at=LATER)

    assert "<dt>Next call</dt><dd>Within a minute</dd>" in desk.get(one(reporting)).text


def test_reports_say_why_they_wait_and_are_sent_again(reporting: ReportingProvider, desk: Client):
    case = reporting.verified()
    assert "Sent with the next call: within a minute." in desk.get(reverse("reporting:reports"), {"only": "open"}).text
    reporting.run()
    report = report_of(case)
    reporting.hands_out({"BAJG": {"Jg_xx": [{"Jgxx": [{"Jgdm": 5001, "Dmms": "a.xml"}], "Czlx": 1}]}})
    reporting.run()
    reporting.apply()
    address = reverse("reporting:report", args=[report.pk])
    text = desk.get(address).text
    assert all(words in text for words in ("5001 Doesn", "不符合XSD", "5001 a.xml", "Send again"))

    desk.post(address, {"again": "1"})
    assert Report.objects.get().state == ReportState.WAITING
    desk.post(address, {"again": "1"})  # once more: it waits already
    assert OrganisationChange.objects.filter(what=What.REPORTING_AGAIN).count() == 1
    reporting.run()
    assert (Report.objects.get().state, reporting.connection.last_sequence) == (ReportState.PACKED, 2)


def test_a_report_whose_upload_has_no_answer_is_not_said_to_be_sent(reporting: ReportingProvider, desk: Client):
    case = reporting.verified()
    reporting.run()
    assert report_of(case).state == ReportState.PACKED
    ReportUpload.objects.update(sent_at=None)  # as if the call had been cut off

    text = desk.get(reverse("reporting:reports"), {"only": "open"}).text
    assert "Not yet taken by the bureau&#x27;s system" in text
    assert "Sent with the next call: " in text
    assert "Sent, no result yet" not in text
    assert (
        "Not yet taken by the bureau&#x27;s system"
        in desk.get(reverse("reporting:report", args=[report_of(case).pk])).text
    )
    assert "<dt>Reports waiting</dt><dd>1</dd>" in desk.get(one(reporting)).text


def test_a_wrong_key_is_named_by_the_test_and_in_the_exchanges(reporting: ReportingProvider, desk: Client):
    reporting.verified()
    reporting.run()
    reporting.hands_out({"BAJG": {"Jg_xx": [{"Jgxx": [{"Jgdm": 1062}], "Czlx": 1, "Bs": "nobody"}]}})
    right = reporting.connection.secret
    reporting.connection.secret = right[::-1]
    reporting.connection.save(update_fields=["secret"])

    assert "its file can&#x27;t be opened" in desk.post(one(reporting), {"test": "1"}, follow=True).text
    reporting.run()
    assert FetchedFile.objects.count() == 0
    ends = reporting.connection.exchanges.order_by("-pk").values_list("operation", "ended_by")
    assert [*ends[:2]] == [("isp_download", "unopened"), ("isp_querypreviousupload", "unopened")]
    assert "The file can&#x27;t be opened" in desk.get(reverse("reporting:exchanges")).text

    reporting.connection.secret = right
    reporting.connection.save(update_fields=["secret"])
    reporting.run()
    assert FetchedFile.objects.count() == 1


def test_a_file_with_open_results_is_applied_again_from_the_list(reporting: ReportingProvider, desk: Client):
    reporting.hands_out({"BAJG": {"Jg_xx": [{"Jgxx": [{"Jgdm": 1062}], "Czlx": 1, "Bs": "nobody"}]}})
    reporting.run()
    reporting.apply()
    row, exchanges = FetchedFile.objects.get(), reverse("reporting:exchanges")
    assert row.open_results == 1
    assert "Apply again" in desk.get(exchanges).text

    address = reverse("reporting:apply_again", args=[row.pk])
    assert desk.get(address).status_code == 405
    answer = desk.post(address, follow=True)
    assert answer.redirect_chain == [(exchanges, 302)]
    assert "The file is applied again." in answer.text
    assert "Apply again" not in answer.text
    assert "Nothing in this file is left" in desk.post(address, follow=True).text
    assert OrganisationChange.objects.filter(what=What.REPORTING_AGAIN, about=row.file_name).count() == 1
    reporting.apply()
    row.refresh_from_db()
    assert (row.open_results, row.applied_at is None) == (1, False)


def test_exchanges_are_listed_and_a_message_is_read_on_record(reporting: ReportingProvider, desk: Client):
    case = reporting.verified()
    reporting.run()
    report = report_of(case)
    reporting.hands_out(reporting_provider.judged(report, is_approved=False))
    reporting.run()

    text = desk.get(reverse("reporting:exchanges")).text
    assert all(words in text for words in ("isp_upload", "0 Success · 成功", "2 Nothing to download · 无可下载数据"))
    assert case.filing.get("subject.name") not in text

    read = desk.post(reverse("reporting:upload_message", args=[report.upload_id]))
    fetched = desk.post(reverse("reporting:file_message", args=[FetchedFile.objects.get().pk]))
    assert (read.content, fetched.content) == (
        kept_files.read(report.upload),
        kept_files.read(FetchedFile.objects.get()),
    )
    assert case.filing.get("subject.name").encode("gbk") in read.content
    look = Look.objects.get(what="interchange")
    assert (look.filing_id, look.user_id) == (case.filing.pk, reporting.supervisor.user_id)
    assert OrganisationChange.objects.filter(what=What.REPORTING_LOOK).count() == 2


def test_what_could_not_be_entered_stands_beside_its_exchange(reporting: ReportingProvider, desk: Client):
    case = reporting.verified()
    reporting.run()
    report = report_of(case)
    reporting.hands_out(
        reporting_provider.published(report, "粤ICP备2026000077号")
        | reporting_provider.judged(report, is_approved=True)
    )
    reporting.run()
    reporting.apply()

    text = desk.get(reverse("reporting:exchanges")).text

    assert all(line in text for line in FetchedFile.objects.get().faults.splitlines())
    assert "1 result not applied" in text


def test_a_report_that_was_returned_offers_no_button_that_would_be_refused(reporting: ReportingProvider, desk: Client):
    case = reporting.verified()
    reporting.run()
    report = report_of(case)
    reporting.hands_out({"BAJG": reporting_provider.result(report, 1005)})
    reporting.run()
    reporting.apply()
    assert case.refresh().filing.status == Status.RETURNED_TO_PROVIDER

    assert "Send again" not in desk.get(reverse("reporting:report", args=[report.pk])).text


def test_another_provider_sees_nothing_of_it(reporting: ReportingProvider):
    reporting.verified()
    reporting.run()
    other = sign_in(Client(), staff_user(ReportingProvider(BUREAU).provider, StaffRole.SUPERVISOR))
    upload = Report.objects.get().upload_id

    assert other.get(one(reporting)).status_code == 404
    assert other.get(reverse("reporting:report", args=[Report.objects.get().pk])).status_code == 404
    assert other.post(reverse("reporting:upload_message", args=[upload])).status_code == 404
    reporting.hands_out({"BAJG": {"Jg_xx": [{"Jgxx": [{"Jgdm": 1062}], "Czlx": 1, "Bs": "nobody"}]}})
    reporting.run()
    reporting.apply()
    assert other.post(reverse("reporting:apply_again", args=[FetchedFile.objects.get().pk])).status_code == 404
    rows = Exchange.objects.filter(connection=reporting.connection)
    assert rows.exists()
    assert other.get(reverse("reporting:exchanges")).context["rows"] == []
