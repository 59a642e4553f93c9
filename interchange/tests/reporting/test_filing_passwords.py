"""A filing password that the bureau's system has made: the host needs none to begin, the bureau's system checks it."""

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from bureaus.models import Bureau
from filings.errors import MoveRefused
from filings.kinds import Kind
from filings.models import Filing
from filings.rules import checks
from filings.services import external_decisions
from filings.states import Status
from icp_portal.demo import play, play_kinds
from icp_portal.tests.builders import BEIJING, FILING_PASSWORD, Case, blocked_by, number, provider, sign_in, user_of
from interchange.envelope import password_md5
from interchange.models import Exchange, ReportState
from interchange.reporting import connections as desk
from interchange.tests.reporting import reporting_provider
from interchange.tests.reporting.reporting_provider import ReportingProvider, report_of
from ministry.models import Access, Subject

pytestmark = pytest.mark.usefixtures("no_second_factor", "english")

NUMBER = "京ICP备2026000077号"
KINDS = {Kind.NEW_ACCESS: "XZJR", Kind.CANCEL_SUBJECT: "ZXBA"}


@pytest.fixture
def case(reporting: ReportingProvider) -> Case:
    """A record that the bureau's system has approved; the portal has no filing password of it."""
    case, _published = reporting.approved(NUMBER)
    assert Subject.objects.get().password_hash == ""
    return case


def begun(reporting: ReportingProvider, case: Case, kind: Kind) -> Filing:
    """A filing begun in the browser, without a password, and filled in."""
    target = play_kinds.target_of(case.filing)
    url = f"{reverse('filings:begin')}?kind={kind}&subject={target.subject_id}&website={target.website_id}"
    browser = sign_in(Client(), user_of(case.host))
    page = browser.get(url)
    assert "The bureau's system checks the filing password" in page.text
    assert "password" not in page.context["form"].fields

    answer = browser.post(url, {"provider": reporting.provider.pk})

    assert answer.status_code == 302
    draft = Filing.objects.get(kind=kind)
    assert draft.proved_at is None
    return play_kinds.fill(draft, case.host, number(), {})


@pytest.mark.parametrize(("kind", "operation"), KINDS.items())
def test_the_supervisor_enters_it_and_the_bureaus_system_checks_it(
    reporting: ReportingProvider, case: Case, kind: Kind, operation: str
):
    if kind == Kind.NEW_ACCESS:
        Access.objects.update(provider=provider(provinces=[BEIJING]))
    draft = begun(reporting, case, kind)
    status = reverse("filings:status", args=[draft.pk])
    assert "checks it when this filing is reported" in sign_in(Client(), user_of(case.host)).get(status).text
    play.submit(draft, case.host)
    page = sign_in(Client(), user_of(case.staff)).get(reverse("provider_desk:verify", args=[draft.pk])).text
    assert "Ask the host for the filing password" in page
    play.verify(Filing.objects.get(pk=draft.pk), case.staff)
    vars(case)["filing"] = Filing.objects.get(pk=draft.pk)
    reporting_provider.sign(case)
    reporting.run()
    report = report_of(case)
    assert (report.operation, report.state, report.codes) == (operation, ReportState.UNWRITABLE, [1018])
    supervisor = sign_in(Client(), user_of(reporting.supervisor))
    assert "Waits for the filing password" in supervisor.get(reverse("reporting:reports")).text
    mail = Email.objects.latest("pk")
    assert mail.to == [user_of(reporting.supervisor).email]
    assert mail.subject.startswith(f"Filing {draft.pk} waits for its filing password")
    assert "can't carry" not in mail.message

    Bureau.objects.update(external=False)  # the server that stands for the bureau's system
    Subject.objects.update(password_hash=make_password(FILING_PASSWORD))
    with pytest.raises(MoveRefused, match="wrong"):
        desk.prove(reporting.supervisor, report.pk, "another password")
    said = Exchange.objects.filter(operation="isp_verifybamm").order_by("-pk").values_list("text", flat=True)
    assert said[0].endswith("password wrong")
    desk.prove(reporting.supervisor, report.pk, FILING_PASSWORD)
    assert said[0].endswith("password right")
    reporting.run()

    host = sign_in(Client(), user_of(case.host))
    Bureau.objects.filter(pk=BEIJING).update(external=True)
    Subject.objects.update(password_hash="")
    assert "checks it when this filing is reported" in host.get(status).text
    external_decisions.enter_acceptance(draft.pk, reported_round=report.round, bureau_id=BEIJING)
    assert "checks it when this filing is reported" not in host.get(status).text
    (record,) = reporting_provider.sent_records(report_of(case))
    assert record["ICPmm"] == password_md5(FILING_PASSWORD)


def test_the_portal_checks_a_password_that_it_has_made_itself(reporting: ReportingProvider, case: Case):
    Subject.objects.update(password_hash=make_password(FILING_PASSWORD))
    target = play_kinds.target_of(case.filing)
    url = f"{reverse('filings:begin')}?kind={Kind.CANCEL_SUBJECT}&subject={target.subject_id}"
    browser = sign_in(Client(), user_of(case.host))
    assert "The bureau's system checks the filing password" not in browser.get(url).text

    page = browser.post(url, {"provider": reporting.provider.pk, "password": "guess"})

    assert "1018" in page.text
    assert not Filing.objects.filter(kind=Kind.CANCEL_SUBJECT).exists()


def test_a_draft_needs_the_password_once_the_bureau_decides_in_the_portal(reporting: ReportingProvider, case: Case):
    draft = begun(reporting, case, Kind.CANCEL_SUBJECT)
    assert [found.code for found in checks.findings(draft) if found.blocks] == []

    Bureau.objects.filter(pk=BEIJING).update(external=False)

    assert [found.code for found in checks.findings(Filing.objects.get(pk=draft.pk)) if found.blocks] == ["1018"]
    with blocked_by("1018"):
        play.submit(draft, case.host)
    assert Filing.objects.get(pk=draft.pk).status == Status.DRAFT
