"""A bureau that decides in a system of its own: who switches it, and what its people and hosts see here."""

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from accounts.models import Party
from bureaus import distribution, morning_mail, rechecks
from bureaus.models import Bureau, Draw, OfficeChange
from filings import services
from filings.actors import portal
from filings.deadlines import sweeps
from filings.errors import MoveRefused
from filings.evidence import documents
from filings.figures import decisions
from filings.figures.provider_work import Span
from filings.models import Filing
from filings.moves.moving import record
from filings.services import transfers
from filings.states import Status
from filings.tests.services.decided_elsewhere import approve, send_back, waiting
from icp_portal.demo import invent
from icp_portal.tests.builders import (
    BEIJING,
    FILING_PASSWORD,
    Case,
    case_at,
    chief,
    client_of,
    host,
    on_record,
    provider,
    reviewer,
    sign_in,
    user,
    user_of,
)
from ministry.models import Recovery, Subject
from records.orders import password_resets

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]

REASON = "Beijing Communications Administration decides in a system of its own."


# --- The switch -----------------------------------------------------------------------------------------------


def switch(external: bool) -> str:
    """Have an operator save the bureau's page with the box ticked or not; return what stands beside the box."""
    client = sign_in(Client(), user(Party.MINISTRY, name="值班员"))
    bureau = Bureau.objects.get(pk=BEIJING)
    said = {name: getattr(bureau, name) for name in ("contact_email", "chief_email", "contact_phone", "address")}
    url = reverse("ministry_desk:bureaus_bureau_change", args=[BEIJING])
    answer = client.post(url, said | ({"external": "on"} if external else {}))
    return "" if answer.status_code == 302 else str(answer.context["adminform"].form.errors["external"][0])


def test_an_operator_switches_a_bureau_on_record():
    reviewer()

    assert [switch(True), switch(True), switch(False)] == ["", "", ""]

    said = OfficeChange.objects.order_by("pk").values_list("what", "value", "actor_name")
    assert list(said) == [("external", "1", "值班员"), ("external", "0", "值班员")]
    assert OfficeChange.objects.latest("pk").words == "switched off"


def test_a_bureau_is_not_switched_while_filings_wait_for_its_decision():
    case_at(Status.WITH_BUREAU)
    refusal = "1 filing is waiting for this bureau's decision. Let it be decided first."

    assert switch(True) == refusal
    Bureau.objects.update(external=True)
    assert switch(False) == refusal
    assert (Bureau.objects.get(pk=BEIJING).external, OfficeChange.objects.count()) == (True, 0)


# --- The desk -------------------------------------------------------------------------------------------------


def test_its_reviewers_read_the_queue_and_the_filing_only():
    case = waiting()
    head = client_of(chief())

    queue = head.get(reverse("bureau_desk:index")).content.decode()
    page = head.get(reverse("bureau_desk:review", args=[case.filing.pk])).content.decode()

    assert "Your bureau decides in a system of its own." in queue
    assert (case.filing.subject_name in queue, reverse("bureau_desk:assign") in queue) == (True, False)
    assert (REASON in page, case.filing.subject_name in page) == (True, True)
    assert reverse("bureau_desk:claim", args=[case.filing.pk]) not in queue + page


def attempts(case: Case):
    """Return the moves that a reviewer could try, by name."""
    by, pk = case.reviewer, case.filing.pk
    yield lambda: services.claim(pk, by)
    yield lambda: services.approve(pk, by, version=None)
    yield lambda: services.return_to_provider(pk, by, version=None, remarks=[])
    yield lambda: transfers.transfer(pk, by, provider().pk, version=None)


def test_its_reviewers_decide_nothing():
    case = waiting()

    for decide in attempts(case):
        with pytest.raises(MoveRefused, match=REASON):
            decide()
    posted = client_of(case.reviewer).post(
        reverse("bureau_desk:review", args=[case.filing.pk]), {"approve": "1", "version": case.filing.version}
    )
    assert REASON in posted.content.decode()
    assert case.refresh().filing.status == Status.WITH_BUREAU


def test_nothing_is_assigned_at_such_a_bureau():
    waiting()
    Bureau.objects.update(assigns_by_load=True)

    assert distribution.give_out() == 0
    assert Filing.objects.get().claimed_by is None


def test_mails_to_its_people_say_where_to_decide(time_machine):
    time_machine.move_to("2026-07-06 10:00 +0800")
    case, head = waiting(), user_of(chief())
    staff = {case.filing.bureau.contact_email, head.email, user_of(case.reviewer).email}
    Email.objects.all().delete()

    for day in ("2026-08-03", "2026-08-04", "2026-08-10"):
        time_machine.move_to(f"{day} 10:00 +0800")
        sweeps.watch_deadlines()
        morning_mail.write()

    told = [mail for mail in Email.objects.all() if staff.intersection(mail.to)]
    assert [mail.subject for mail in told if "in a system of its own" not in mail.message] == []
    assert len(told) == 10  # the levels: two, one, one; the digests of three mornings for two reviewers


# --- What hosts see -------------------------------------------------------------------------------------------


def test_the_hosts_page_and_mail_say_who_decides_and_sends_the_password():
    case = waiting()
    owner, page = client_of(case.host), reverse("filings:status", args=[case.filing.pk])
    assert REASON in owner.get(page).content.decode()

    approve(case)

    words = "The system of Beijing Communications Administration sends the filing password"
    assert words in owner.get(page).content.decode()
    assert [words in mail.message for mail in Email.objects.filter(to=case.filing.host.email).order_by("-pk")[:1]] == [
        True
    ]
    at_provider = client_of(case.staff).get(reverse("provider_desk:verify", args=[case.filing.pk])).content.decode()
    assert (words in at_provider, reverse("provider_desk:password", args=[case.filing.pk]) in at_provider) == (
        True,
        False,
    )


def test_a_returned_filing_shows_the_reason_in_its_provider_s_notice():
    case = send_back(waiting(), "网站名称与主体不符")
    browser, url = sign_in(Client(), user_of(case.staff)), reverse("provider_desk:verify", args=[case.filing.pk])

    notice = browser.get(url).text.partition("The bureau has returned this filing")[2].partition("</section>")[0]
    assert "网站名称与主体不符" in notice
    assert "It was decided in the bureau" in notice

    record(case.filing, "reason", portal(), note="首页与备案内容不一致")  # the reason came later
    assert "首页与备案内容不一致" in browser.get(url).text.partition("</section>")[0]


def test_a_returned_filing_shows_the_reason_to_its_host():
    case = send_back(waiting(), "The name doesn't fit the host")

    for who, name in ((case.host, "filings:status"), (case.staff, "provider_desk:verify")):
        page = client_of(who).get(reverse(name, args=[case.filing.pk])).content.decode()
        assert "The name doesn&#x27;t fit the host" in page


def test_nobody_gets_a_new_password_here():
    case = approve(waiting())
    words = "The system of Beijing Communications Administration makes the filing passwords of its records."
    proof = documents.read([invent.card("PROOF", 1)])

    with pytest.raises(MoveRefused, match=words):
        services.order_password(case.filing.pk, case.staff)
    with pytest.raises(MoveRefused, match=words):
        password_resets.reset_password(case.reviewer, case.filing.subject_id, came="李四", proof="执照", pages=proof)
    counter = client_of(case.reviewer).get(reverse("bureau_desk:reset", args=[case.filing.subject_id]))
    assert words in counter.content.decode()
    assert Subject.objects.get().password_wanted_at is None


@pytest.mark.parametrize("serial", ["004711", "999998"])
def test_a_recovery_names_the_bureau_whether_the_number_is_on_record_or_not(client, serial):
    approve(waiting())
    said = {
        "province": BEIJING,
        "number": f"京ICP备2026{serial}号",
        "cert_type": 1,
        "cert_number": invent.credit_code(1),
    }

    errors = client.post(reverse("ministry:recover_password"), said).context["form"].errors

    assert errors["number"] == [
        "The system of Beijing Communications Administration makes the filing passwords of its records. "
        "Ask that bureau for a new one."
    ]
    assert not Recovery.objects.exists()


@pytest.mark.parametrize("serial", ["004711", "999998"])
def test_a_wrong_password_names_the_bureau_whether_the_number_is_on_record_or_not(serial):
    case = approve(waiting())
    said = {"number": f"京ICP备2026{serial}号", "password": "something else"}

    page = client_of(case.host).post(reverse("filings:adopt"), said).content.decode()

    assert "Beijing Communications Administration has sent can&#x27;t be checked in this portal." in page


def test_what_needs_the_password_is_begun_without_and_says_who_checks_it():
    case = approve(waiting())
    url = f"{reverse('filings:begin')}?kind=cancel_subject&subject={case.filing.subject_id}"

    page = client_of(case.host).get(url).content.decode()

    words = "The system of Beijing Communications Administration sent the filing password of this record"
    assert (words in page, 'type="password"' in page) == (True, False)


def test_a_password_made_here_before_stays_valid_here():
    website = on_record(provider())
    Subject.objects.update(password_hash=make_password(FILING_PASSWORD))
    Bureau.objects.filter(pk=BEIJING).update(external=True)
    said = {"number": str(website.subject.number), "password": FILING_PASSWORD}

    assert client_of(host()).post(reverse("filings:adopt"), said).status_code == 302


# --- Figures --------------------------------------------------------------------------------------------------


def test_its_decisions_count_but_are_no_reviewers_work_and_not_read_again():
    approve(waiting())
    today = timezone.localdate()

    assert [one.moves["approve"] for one in decisions.providers(BEIJING, Span.of(today))] == [1]
    assert decisions.reviewers(BEIJING, Span.of(today)) == []
    assert rechecks.draw(BEIJING, today) == 0
    assert Draw.objects.get().candidates == 0


def test_what_its_system_has_decided_takes_no_other_filing_out_of_the_second_readings():
    case_at(Status.FILED)
    approve(waiting())

    rechecks.draw(BEIJING, timezone.localdate())

    assert Draw.objects.get().candidates == 1
