"""Which mails staff get in person: at once, once a day, or not; nothing that is held is lost or sent twice."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from bureaus import morning_mail
from filings import services
from filings.actors import Actor
from filings.mail import notices, staff_mails
from filings.models import FilingMail, HeldMail, MailChoice, MailWay
from filings.moves import assignment
from filings.review import questions
from filings.states import Status
from icp_portal.tests.builders import Case, case_at, client_of, reviewer, staff, user_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]

AT_ONCE, DAILY, OFF = MailWay.AT_ONCE, MailWay.DAILY, MailWay.OFF


def chosen(actor: Actor, **ways: str) -> None:
    staff_mails.choose(user_of(actor), ways)


def to(actor: Actor) -> list[str]:
    """The subjects of the mails to a member of staff, in their order."""
    return list(Email.objects.filter(to=user_of(actor).email).order_by("pk").values_list("subject", flat=True))


def handed_over(case: Case, colleague: Actor) -> None:
    services.claim(case.filing.pk, case.staff)
    assignment.hand_over(case.filing.pk, case.staff, to=colleague, note="")


def answered(case: Case) -> None:
    services.claim(case.filing.pk, case.reviewer)
    question = questions.ask(case.filing.pk, case.reviewer, text="域名是否已过户？", days=3)
    questions.answer(case.filing.pk, case.staff, question.pk, text="已过户。")


def tomorrow(hour: int = 9) -> datetime:
    return (timezone.localtime() + timedelta(days=1)).replace(hour=hour, minute=0, second=0, microsecond=0)


# --- The page ---------------------------------------------------------------------------------------------


def test_each_desk_offers_the_mails_that_its_staff_get():
    of_provider = client_of(case_at(Status.WITH_PROVIDER).staff).get(reverse("provider_desk:my_mails"))
    of_bureau = client_of(reviewer()).get(reverse("bureau_desk:my_mails"))

    assert list(of_provider.context["form"].fields) == ["work", "host", "mention"]
    assert list(of_bureau.context["form"].fields) == ["work", "answer", "mention", "overview"]
    assert len(of_provider.context["fixed"]) == 1
    assert len(of_bureau.context["fixed"]) == 2
    assert of_bureau.context["form"].initial == {
        "work": AT_ONCE,
        "answer": AT_ONCE,
        "mention": AT_ONCE,
        "overview": DAILY,
    }


def test_choices_are_kept_per_person_and_the_header_leads_there():
    one, other = reviewer(), reviewer()
    page = reverse("bureau_desk:my_mails")

    saved = client_of(one).post(page, {"work": DAILY, "answer": OFF, "mention": DAILY, "overview": OFF})

    assert saved.status_code == 302
    assert client_of(one).get(page).context["form"].initial == {
        "work": DAILY,
        "answer": OFF,
        "mention": DAILY,
        "overview": OFF,
    }
    assert client_of(other).get(page).context["form"].initial["work"] == AT_ONCE
    assert f'href="{page}"' in client_of(one).get(reverse("bureau_desk:index")).content.decode()


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"work": AT_ONCE, "answer": OFF, "mention": OFF, "overview": AT_ONCE}, ["overview"]),
        ({"work": "never", "answer": OFF, "mention": OFF, "overview": OFF}, ["work"]),
        ({"reminder": OFF}, ["work", "answer", "mention", "overview"]),
    ],
)
def test_what_is_not_offered_is_refused_at_its_field_and_nothing_is_saved(sent, wrong):
    answer = client_of(reviewer()).post(reverse("bureau_desk:my_mails"), sent)

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == wrong
    assert not MailChoice.objects.exists()


# --- At once, daily, off ----------------------------------------------------------------------------------


def test_without_a_choice_every_mail_is_sent_at_once():
    case = case_at(Status.WITH_PROVIDER)
    colleague = staff(case.provider)

    handed_over(case, colleague)

    assert len(to(colleague)) == 1
    assert not HeldMail.objects.exists()


def test_off_sends_none_and_to_nobody_else():
    case = case_at(Status.WITH_BUREAU)
    chosen(case.reviewer, answer=OFF)
    before = Email.objects.count()

    answered(case)

    assert to(case.reviewer) == []
    assert Email.objects.count() == before + 1  # the question to the provider
    assert not HeldMail.objects.exists()


def test_the_organisations_address_is_nobodys_own():
    case = case_at(Status.WITH_BUREAU)
    chosen(case.reviewer, answer=OFF)
    services.claim(case.filing.pk, case.reviewer)
    question = questions.ask(case.filing.pk, case.reviewer, text="域名是否已过户？", days=3)
    services.release(case.filing.pk, case.reviewer)

    questions.answer(case.filing.pk, case.staff, question.pk, text="已过户。")

    assert Email.objects.filter(to=case.refresh().filing.bureau.contact_email).exists()


def test_a_day_of_mails_comes_as_one_once_and_each_is_linked_to_its_filing():
    case = case_at(Status.WITH_PROVIDER)
    second = Case(of=case.provider).submit()
    colleague = staff(case.provider)
    chosen(colleague, work=DAILY)
    handed_over(case, colleague)
    second.staff = case.staff
    handed_over(second, colleague)
    assert (to(colleague), HeldMail.objects.count()) == ([], 2)

    with time_machine.travel(tomorrow()):
        written = [staff_mails.collect(), staff_mails.collect()]

    assert written == [1, 0]
    mail = Email.objects.get(to=user_of(colleague).email)
    assert all(str(one.filing.pk) in mail.message for one in (case, second))
    assert not HeldMail.objects.exists()
    linked = FilingMail.objects.filter(mail=mail).values_list("filing_id", "name", "is_shared")
    assert set(linked) == {(one.filing.pk, "hand_over_colleague", True) for one in (case, second)}


def test_what_waits_when_the_choice_changes_still_comes_and_the_next_at_once():
    case = case_at(Status.WITH_BUREAU)
    chosen(case.reviewer, answer=DAILY)
    answered(case)
    chosen(case.reviewer, answer=OFF)

    with time_machine.travel(tomorrow()):
        assert staff_mails.collect() == 1
    chosen(case.reviewer, answer=AT_ONCE)
    answered(case)

    assert len(to(case.reviewer)) == 2


def test_a_mail_of_this_morning_waits_for_the_next_and_a_missed_run_is_made_up_for():
    case = case_at(Status.WITH_PROVIDER)
    colleague = staff(case.provider)
    chosen(colleague, work=DAILY)
    with time_machine.travel(tomorrow(9)):
        handed_over(case, colleague)
        assert staff_mails.collect() == 0
    with time_machine.travel(tomorrow(9) + timedelta(days=3)):
        assert staff_mails.collect() == 1


def test_whose_account_is_closed_gets_nothing():
    case = case_at(Status.WITH_PROVIDER)
    colleague = staff(case.provider)
    chosen(colleague, work=DAILY)
    handed_over(case, colleague)
    User.objects.filter(pk=colleague.user_id).update(is_active=False)

    with time_machine.travel(tomorrow()):
        assert staff_mails.collect() == 0

    assert (to(colleague), HeldMail.objects.count()) == ([], 0)


# --- What can't be switched off ---------------------------------------------------------------------------


def test_reminders_of_due_dates_come_whatever_was_chosen():
    case = case_at(Status.WITH_BUREAU)
    services.claim(case.filing.pk, case.reviewer)
    MailChoice.objects.bulk_create(
        MailChoice(user_id=case.reviewer.user_id, kind=kind, way=OFF) for kind in ("work", "answer", "reminder_bureau")
    )

    notices.remind([(case.refresh().filing, ["bureau"], 3)])

    assert len(to(case.reviewer)) == 1


def test_who_switches_the_overview_off_gets_none_and_the_others_still_do():
    case = case_at(Status.WITH_BUREAU)
    other = reviewer()
    chosen(case.reviewer, overview=OFF)

    with time_machine.travel("2026-12-01 09:00+08:00"):
        morning_mail.write()

    assert (len(to(case.reviewer)), len(to(other))) == (0, 1)
