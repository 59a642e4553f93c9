"""The yearly confirmation at both desks: who is listed where, reminders once a day, the export, who sees nothing."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone, translation
from openpyxl import load_workbook
from post_office.models import Email

from accounts.models import Party
from filings.errors import MoveRefused
from filings.models import Export
from filings.states import Status
from icp_portal.demo import old_records
from icp_portal.tests.builders import (
    BEIJING,
    GUANGDONG,
    Case,
    case_at,
    client_of,
    number,
    provider,
    reviewer,
    staff,
    user,
    user_of,
)
from icp_portal.tests.hostile import filings_listed
from ministry.models import ProvinceRule, Website
from ministry.reference.topics import Topic
from ministry.register import ends
from ministry.rules.rules import save_rule
from records import annual_confirmation, confirmation_desk, reminders
from records.models import Upkeep, YearlyAnswer, YearlyReminder

pytestmark = pytest.mark.django_db

BUREAU, PROVIDER = "/bureau/orders/confirmations/", "/provider/orders/confirmations/"
BEGUN = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def _english(settings) -> Iterator[None]:
    settings.LANGUAGE_CODE, settings.RELAX_SECOND_FACTOR = "en", True
    with translation.override("en"), time_machine.travel(BEGUN, tick=False):
        yield


def rule(province: str = BEIJING, first: int = -10, last: int | None = 20) -> ProvinceRule:
    today = timezone.localdate()
    made = ProvinceRule(
        province=province,
        topic=Topic.YEARLY_CONFIRMATION,
        source="示例公告",
        valid_from=today + timedelta(days=first),
        valid_to=None if last is None else today + timedelta(days=last),
    )
    return save_rule(made, user(Party.MINISTRY))


def in_days(days: int) -> time_machine.travel:
    return time_machine.travel(BEGUN + timedelta(days=days), tick=False)


def told() -> None:
    """The portal's own reminder at the beginning; its mails are of no interest here."""
    reminders.sweep()
    Email.objects.all().delete()


def website_of(case: Case) -> Website:
    return case.filing.subject.websites.order_by("sequence").first()


def answer(case: Case, said: YearlyAnswer) -> None:
    annual_confirmation.confirm(website_of(case).pk, case.host, said)


def page(actor, address: str, query: str = "") -> str:
    response = client_of(actor).get(f"{address}{query}")
    assert response.status_code == 200
    return response.content.decode()


def numbers(actor, address: str, query: str = "") -> list[str]:
    """The websites that a page lists."""
    return [str(row["website"].number) for row in client_of(actor).get(f"{address}{query}").context["rows"]]


def press(actor, address: str, act: str, *websites: Website, query: str = "") -> str:
    """Press a button; return the page that follows."""
    data = {"act": act, "chosen": [str(one.pk) for one in websites]}
    response = client_of(actor).post(f"{address}{query}", data, follow=True)
    assert response.status_code == 200
    return response.content.decode()


# --- The list -------------------------------------------------------------------------------------------------


def test_both_desks_list_each_website_by_its_answer_and_lead_to_its_record():
    of = provider()
    cases = [case_at(Status.FILED, of=of) for _n in range(4)]
    rule()
    told()
    answer(cases[1], YearlyAnswer.UNCHANGED)
    answer(cases[2], YearlyAnswer.UPDATED)
    answer(cases[3], YearlyAnswer.CANCELLED)
    there = {case: str(website_of(case).number) for case in cases}

    for actor, address in ((reviewer(), BUREAU), (staff(of), PROVIDER)):
        for case, tab in zip(cases, ("open", "unchanged", "updated", "cancelled"), strict=True):
            assert numbers(actor, address, f"?tab={tab}") == [there[case]]
            counts = [tab.count for tab in client_of(actor).get(address).context["tabs"]]
            assert counts == ["1", "1", "1", "1"]
    assert f'href="/bureau/orders/record/{cases[0].filing.subject_id}/"' in page(reviewer(), BUREAU)
    found = client_of(staff(of)).get(client_of(staff(of)).get(PROVIDER).context["rows"][0]["url"])
    assert filings_listed(found) == [cases[0].filing.pk]
    assert "Still on record" in page(reviewer(), BUREAU, "?tab=cancelled")
    assert cases[3].host.name not in page(staff(of), PROVIDER, "?tab=cancelled")
    assert "示例公告" in page(reviewer(), BUREAU)
    for desk in ("/bureau/orders/", "/provider/orders/"):
        actor = reviewer() if "bureau" in desk else staff(of)
        assert f'href="{desk}confirmations/"' in page(actor, desk)


def test_nobody_sees_the_websites_of_another_province_or_provider():
    case, other = case_at(Status.FILED), case_at(Status.FILED)
    rule("", last=None)
    told()
    ours, theirs = str(website_of(case).number), str(website_of(other).number)

    assert numbers(staff(case.provider), PROVIDER) == [ours]
    assert numbers(staff(other.provider), PROVIDER) == [theirs]
    assert numbers(staff(provider()), PROVIDER) == []
    assert numbers(reviewer(), BUREAU) == [ours, theirs]
    assert numbers(reviewer(), BUREAU, f"?provider={other.provider.pk}") == [theirs]
    assert numbers(reviewer(GUANGDONG), BUREAU) == []


@pytest.mark.parametrize(
    "query", ["?provider=x", "?provider=999999", "?after=x", "?provider=²", f"?provider={'9' * 40}"]
)
def test_an_unknown_provider_or_cursor_is_ignored(query):
    case = case_at(Status.FILED)
    rule()
    told()
    assert numbers(reviewer(), BUREAU, query) == [str(website_of(case).number)]


def test_an_unknown_tab_or_button_is_not_found():
    rule()
    for actor, address in ((reviewer(), BUREAU), (staff(provider()), PROVIDER)):
        assert client_of(actor).get(f"{address}?tab=x").status_code == 404
        assert client_of(actor).post(address, {"act": "x"}).status_code == 404
    assert client_of(reviewer()).post(BUREAU, {"act": "remind_all"}).status_code == 404


def test_a_cancelled_website_is_not_asked_any_more_and_then_counts_as_answered():
    of = provider()
    case = case_at(Status.FILED, of=of)
    rule()
    told()
    ends.cancel_website(website_of(case).pk, timezone.localdate())

    assert numbers(reviewer(), BUREAU) == []
    reminders.sweep()
    for actor, address in ((reviewer(), BUREAU), (staff(of), PROVIDER)):
        assert numbers(actor, address, "?tab=cancelled") == [str(website_of(case).number)]
    assert not Email.objects.filter(message__contains="/confirm/").exists()


def test_outside_the_period_there_is_only_the_result_of_the_last_one():
    case = case_at(Status.FILED)
    asked = rule()
    assert "No period" in page(reviewer(GUANGDONG), BUREAU)
    told()
    website = website_of(case)

    with in_days(21):
        assert numbers(reviewer(), BUREAU) == [str(website.number)]
        assert "The period is over" in page(reviewer(), BUREAU)
        assert "Remind the selected" not in page(reviewer(), BUREAU)
        assert "Nobody is left to remind" in press(reviewer(), BUREAU, "remind", website)
        assert not Email.objects.exists()
    with in_days(60):
        later = rule(first=0)
        reminders.sweep()
        answer(case, YearlyAnswer.UNCHANGED)
        view = client_of(reviewer()).get(f"{BUREAU}?tab=unchanged").context
        assert view["view"].rules == [later]
        assert [row["answer"].rule_id for row in view["rows"]] == [later.pk]
    assert asked.pk != later.pk
    with in_days(60 + 20 + confirmation_desk.RESULT_DAYS + 1):
        assert "No period" in page(reviewer(), BUREAU)
        assert "No period" in page(staff(case.provider), PROVIDER)


# --- Reminders ------------------------------------------------------------------------------------------------


def test_a_bureau_reminds_those_selected_once_a_day_whoever_presses():
    case, other, done = (case_at(Status.FILED) for _n in range(3))
    asked = rule()
    told()
    answer(done, YearlyAnswer.UNCHANGED)
    websites, member = [website_of(case), website_of(done)], reviewer()

    with in_days(1):
        said = press(member, BUREAU, "remind", *websites)
        again = press(reviewer(), BUREAU, "remind", *websites)
        by_provider = press(staff(case.provider), PROVIDER, "remind", *websites)

        assert "One site host has been reminded." in said
        for refused in (again, by_provider):
            assert "Nobody is left to remind: they have answered, or been reminded today already." in refused
        mail = Email.objects.get()
        assert mail.to == [user_of(case.host).email]
        assert "北京市通信管理局 reminds you of the yearly confirmation." in mail.message
        assert f"/records/websites/{websites[0].pk}/confirm/" in mail.message
        row = YearlyReminder.objects.get()
        assert (row.website, row.rule, row.role, row.user_id) == (websites[0], asked, "bureau", member.user_id)
        assert member.name in page(reviewer(), BUREAU)
        assert member.name not in page(staff(case.provider), PROVIDER)
        assert str(website_of(other).number) in numbers(reviewer(), BUREAU)
    with in_days(2):
        assert "One site host has been reminded." in press(member, BUREAU, "remind", *websites)
    assert Email.objects.count() == 2


def test_who_was_reminded_by_the_portal_today_is_left_out_and_the_portal_leaves_out_whom_a_desk_has_reminded():
    case = case_at(Status.FILED)
    rule(last=8)
    told()
    assert "Nobody is left to remind" in press(reviewer(), BUREAU, "remind", website_of(case))
    with in_days(1):  # seven days before the end, the portal's last reminder
        press(reviewer(), BUREAU, "remind", website_of(case))
        Email.objects.all().delete()
        reminders.sweep()
        assert not Email.objects.filter(message__contains="/confirm/").exists()
    with in_days(2):
        reminders.sweep()
        assert Email.objects.filter(message__contains="/confirm/").count() == 1


def test_a_provider_reminds_all_its_own_customers_and_no_others(monkeypatch):
    of = provider(name="京网")
    own, more, other = case_at(Status.FILED, of=of), case_at(Status.FILED, of=of), case_at(Status.FILED)
    rule()
    told()
    monkeypatch.setattr(confirmation_desk, "MOST_AT_ONCE", 1)

    with in_days(1):
        press(staff(of), PROVIDER, "remind", website_of(other))
        assert not Email.objects.exists()
        assert "There are more. Press the button again" in press(staff(of), PROVIDER, "remind_all")
        assert "There are more" not in press(staff(of), PROVIDER, "remind_all")
        assert "Nobody is left" in press(staff(of), PROVIDER, "remind_all")

    assert sorted(mail.to[0] for mail in Email.objects.all()) == sorted(user_of(one.host).email for one in (own, more))
    assert "京网 reminds you" in Email.objects.first().message
    assert set(YearlyReminder.objects.values_list("role", "provider")) == {("provider", of.pk)}


def test_one_mail_names_all_websites_of_a_host_without_an_answer():
    case = case_at(Status.FILED, websites=3)
    rule()
    told()
    websites = list(case.filing.subject.websites.order_by("pk"))
    annual_confirmation.confirm(websites[2].pk, case.host, YearlyAnswer.UNCHANGED)

    with in_days(1):
        press(reviewer(), BUREAU, "remind", websites[0])
        assert "Nobody is left" in press(reviewer(), BUREAU, "remind", websites[1])

    mail = Email.objects.get()
    assert [f"websites/{one.pk}/confirm/" in mail.message for one in websites] == [True, True, False]
    assert YearlyReminder.objects.count() == 2


def test_a_record_in_nobodys_account_is_reminded_at_the_address_on_record():
    of = provider()
    entered = old_records.enter(number(), of.pk, ["nobodys.cn"], province=BEIJING)
    rule()
    told()
    with in_days(1):
        press(staff(of), PROVIDER, "remind_all")
    assert Email.objects.get().to == [entered.subject.responsible_email]
    url = client_of(staff(of)).get(PROVIDER).context["rows"][0]["url"]
    assert url.startswith("/query/?q=")
    assert entered.name in Client().get(url).content.decode()


@pytest.mark.parametrize("chosen", [[], ["x"], ["-1"], ["9" * 40], ["²"]])
def test_with_nothing_selected_nobody_is_reminded(chosen):
    case_at(Status.FILED)
    rule()
    told()
    with in_days(1):
        response = client_of(reviewer()).post(BUREAU, {"act": "remind", "chosen": chosen}, follow=True)
        assert "Choose at least one website." in response.content.decode()
    assert not Email.objects.exists()


def test_after_a_reminder_the_same_view_is_shown():
    case = case_at(Status.FILED)
    rule()
    told()
    with in_days(1):
        query = f"?tab=open&provider={case.provider.pk}&after=abc"
        response = client_of(reviewer()).post(f"{BUREAU}{query}", {"act": "remind", "chosen": [website_of(case).pk]})
    assert response["Location"] == f"{BUREAU}{query}"


def test_a_host_reminds_nobody_and_a_reminder_is_never_changed():
    case = case_at(Status.FILED)
    rule()
    told()
    with in_days(1):
        with pytest.raises(MoveRefused, match="Nobody is left"):
            confirmation_desk.remind(case.host, Upkeep.objects.visible_to(case.host))
        press(reviewer(), BUREAU, "remind", website_of(case))
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        YearlyReminder.objects.update(actor_name="x")


# --- Export ---------------------------------------------------------------------------------------------------


def test_the_view_is_exported_and_the_export_recorded():
    of = provider()
    case, other = case_at(Status.FILED, of=of), case_at(Status.FILED)
    rule()
    told()
    answer(case, YearlyAnswer.UPDATED)
    member = staff(of)

    response = client_of(member).post(f"{PROVIDER}?tab=updated", {"act": "export"})

    rows = list(load_workbook(BytesIO(response.content)).active.values)
    website = website_of(case)
    assert rows[1][:5] == (str(website.number), website.subject.name, website.name, website.domain, "Updated")
    assert len(rows) == 2
    kept = Export.objects.get()
    assert (kept.user_id, kept.role, kept.count) == (member.user_id, "provider", 1)
    assert kept.query == "yearly-confirmation?tab=updated"
    of_bureau = client_of(reviewer()).post(BUREAU, {"act": "export"})
    assert [row[0] for row in load_workbook(BytesIO(of_bureau.content)).active.values][1:] == [
        str(website_of(other).number)
    ]


@pytest.mark.parametrize(("last", "left", "running"), [(20, 20, True), (20, 21, False), (None, 9999, True)])
def test_a_period_runs_to_the_end_of_its_last_day(last, left, running):
    assert confirmation_desk.runs(rule(last=last), timezone.localdate() + timedelta(days=left)) is running
