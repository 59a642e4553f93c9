"""The operators' desk: organisations, staff and calendar are edited here; the register is only looked at."""

from datetime import date

import pytest
from django.conf import settings
from django.db import Error, transaction

from accounts import api_keys, quotas
from accounts.models import Party, User
from icp_portal.demo import invent
from icp_portal.tests.builders import Case, blacklisted_domain, blacklisted_subject, host_user, provider
from ministry.models import BlacklistChange, BlacklistedDomain, BlacklistedSubject, CalendarYear
from ministry.reference.topics import Demand, Topic
from ministry.register import blacklist
from ministry.register.conflict_types import ConflictQuestion
from ministry.register.conflicts import conflicts
from ministry.rules.rules import rules_on
from providers.models import Provider

pytestmark = pytest.mark.django_db


def test_every_list_and_every_row_opens(operator):
    Case().submit().verify().approve()
    index = operator.get("/ministry/")
    for app in index.context["app_list"]:
        for model in app["models"]:
            assert operator.get(model["admin_url"]).status_code == 200
            row = model["model"].objects.first()
            assert row is None or operator.get(f"{model['admin_url']}{row.pk}/change/").status_code == 200
    assert {model["object_name"] for app in index.context["app_list"] for model in app["models"]} == {
        "Access",
        "ApiKey",
        "AuditCheck",
        "BlacklistedDomain",
        "BlacklistedSubject",
        "Bureau",
        "FileCheck",
        "OrganisationChange",
        "NumberSeries",
        "OfficeChange",
        "Provider",
        "ProvinceRule",
        "Reviewer",
        "Staff",
        "Subject",
        "User",
        "Website",
    }


def test_an_operator_sets_how_much_the_programs_of_a_user_look_up_a_day(operator):
    owner = host_user()
    address = f"/ministry/accounts/user/{owner.pk}/change/"
    typed = {"name": "", "party": "host", "is_active": "on"}

    for text, quota in (("20000", 20_000), ("0", 0), ("", settings.LOOK_UPS_A_DAY)):
        assert operator.post(address, {**typed, "look_ups_a_day": text}).status_code == 302
        owner.refresh_from_db()
        assert quotas.of_today(owner).a_day == quota
    for text in ("-1", "x", "9" * 12):
        assert operator.post(address, {**typed, "look_ups_a_day": text}).status_code == 200


def test_an_operator_learns_whose_key_it_is_and_nothing_more(operator):
    owner = host_user()
    row, key = api_keys.make(owner, "nightly check")
    list_of_keys = operator.get("/ministry/accounts/apikey/", {"q": row.prefix}).content.decode()
    page = operator.get(f"/ministry/accounts/apikey/{row.pk}/change/").content.decode()

    assert owner.email in list_of_keys
    assert "nightly check" not in operator.get("/ministry/accounts/apikey/", {"q": "icp_00000000"}).content.decode()
    assert row.digest not in list_of_keys + page
    assert key not in list_of_keys + page


def test_a_provider_is_added_with_its_provinces(operator):
    response = operator.post(
        "/ministry/providers/provider/add/",
        {
            "name": "新接入",
            "slug": "new",
            "provinces": ["110000", "440000"],
            "licence": "B1-1",
            "about": "",
            "contact_phone": "400",
            "contact_email": "a@b.cn",
            "address": "某路",
            "accepts_new": "on",
            "is_active": "on",
            "ip_ranges-TOTAL_FORMS": "0",
            "ip_ranges-INITIAL_FORMS": "0",
        },
    )
    assert response.status_code == 302
    assert Provider.objects.get().provinces == ["110000", "440000"]


def test_a_member_of_staff_is_added_without_a_password(operator):
    operator.post(
        "/ministry/accounts/user/add/", {"email": "New@B.cn", "name": "新", "party": "bureau", "is_active": "on"}
    )
    added = User.objects.get(email="new@b.cn")
    assert (added.party, added.has_usable_password()) == (Party.BUREAU, False)


@pytest.mark.parametrize(("today", "shown"), [("2026-10-31", False), ("2026-11-01", True)])
def test_from_november_on_the_desk_says_that_the_next_years_notice_is_missing(operator, time_machine, today, shown):
    time_machine.move_to(f"{today} 09:00 +0800")
    assert ("/ministry/calendar/2027/edit/" in operator.get("/ministry/").content.decode()) is shown
    CalendarYear.objects.create(year=2027, published=True, source="通知")
    assert "/ministry/calendar/2027/edit/" not in operator.get("/ministry/").content.decode()


def test_the_start_page_leads_to_every_table_in_words(operator):
    page = operator.get("/ministry/")

    links = [task["url"] for _title, tasks in page.context["groups"] for task in tasks]
    assert len(links) == len(set(links))
    assert {model["admin_url"] for app in page.context["app_list"] for model in app["models"]} <= set(links)
    adds = {task["add_url"] for _title, tasks in page.context["groups"] for task in tasks} - {""}
    assert adds == {model["add_url"] for app in page.context["app_list"] for model in app["models"]} - {None}
    for url in (*links, *adds):
        assert (url, operator.get(url).status_code) == (url, 200)
    assert operator.get("/ministry/ministry/").context["groups"] == page.context["groups"]


@pytest.mark.parametrize("table", ["subject", "website", "access", "numberseries"])
def test_the_register_is_only_looked_at(operator, table):
    Case().submit().verify().approve()
    assert operator.get(f"/ministry/ministry/{table}/add/").status_code == 403
    pk = operator.get(f"/ministry/ministry/{table}/").context["cl"].result_list[0].pk
    assert operator.post(f"/ministry/ministry/{table}/{pk}/change/", {"name": "x"}).status_code == 403
    assert operator.post(f"/ministry/ministry/{table}/{pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_strangers_provider_page_is_not_there(client):
    closed = provider(is_active=False)
    assert client.get(f"/providers/{closed.slug}/").status_code == 404


# --- The blacklist ----------------------------------------------------------------------------------------

SUBJECTS, DOMAINS = "/ministry/ministry/blacklistedsubject/", "/ministry/ministry/blacklisteddomain/"
ORDER = {"reason": "传播违法信息", "source": "示例令〔2026〕1号", "since": "2026-07-01", "until": ""}


def changes_of(entry) -> list[tuple[str, date | None]]:
    return list(entry.changes.values_list("why", "until"))


def change(operator, page: str, typed: dict[str, str]):
    """Post the page of an entry with what a browser sends along for the list of changes."""
    (inline,) = operator.get(page).context["inline_admin_formsets"]
    formset, count = inline.formset, len(inline.formset.forms)
    sent = {f"{formset.prefix}-TOTAL_FORMS": count, f"{formset.prefix}-INITIAL_FORMS": count}
    for position, form in enumerate(formset.forms):
        sent[f"{formset.prefix}-{position}-id"] = form.instance.pk
        sent[f"{formset.prefix}-{position}-{formset.fk.name}"] = formset.instance.pk
        sent[f"{formset.prefix}-{position}-why"] = "changed"
    return operator.post(page, sent | typed)


def test_a_subject_is_put_on_the_blacklist(operator):
    number = invent.credit_code(7)
    typed = f" {number[:9].lower()} {number[9:].lower()} "
    company = {"name": "示例公司", "cert_type": "1", "number": typed}

    assert operator.post(f"{SUBJECTS}add/", ORDER | company).status_code == 302

    entry = BlacklistedSubject.objects.get()
    assert (entry.number, entry.until) == (number, None)
    assert changes_of(entry) == [("示例令〔2026〕1号", None)]
    assert entry.changes.get().user.party == Party.MINISTRY
    assert [met.code for met in conflicts(ConflictQuestion(date(2026, 7, 1), 1, number)).blacklist] == ["1065"]
    assert number not in operator.get(SUBJECTS).content.decode()
    page = operator.get(f"{SUBJECTS}{entry.pk}/change/").content.decode()
    assert (number in page, f"{number[:3]}***********{number[-4:]}" in page) == (False, True)


def test_a_domain_is_put_on_the_blacklist_in_its_normal_form(operator):
    assert operator.post(f"{DOMAINS}add/", ORDER | {"domain": "例子.中国"}).status_code == 302

    entry = BlacklistedDomain.objects.get()
    assert entry.domain == "xn--fsqu00a.xn--fiqs8s"
    assert changes_of(entry) == [("示例令〔2026〕1号", None)]
    assert "例子.中国" in operator.get(DOMAINS).content.decode()


@pytest.mark.parametrize(
    ("url", "typed", "field"),
    [
        (SUBJECTS, {"name": "甲", "cert_type": "1", "number": "91350100M000100Y44"}, "number"),
        (SUBJECTS, {"name": "甲", "cert_type": "1", "number": "\0"}, "number"),
        (SUBJECTS, {"name": "甲", "cert_type": "99", "number": "91350100M000100Y43"}, "cert_type"),
        (SUBJECTS, {"name": "", "cert_type": "1", "number": "91350100M000100Y43"}, "name"),
        (DOMAINS, {"domain": "www.example.cn"}, "domain"),
        (DOMAINS, {"domain": "x" * 1000}, "domain"),
        (DOMAINS, {"domain": "example.cn", "since": "yesterday"}, "since"),
        (DOMAINS, {"domain": "example.cn", "reason": ""}, "reason"),
        (DOMAINS, {"domain": "example.cn", "until": "2026-06-30"}, "until"),
    ],
)
def test_a_wrong_entry_is_refused_at_its_field(operator, url, typed, field):
    response = operator.post(f"{url}add/", ORDER | typed)

    assert response.status_code == 200
    assert set(response.context["adminform"].form.errors) == {field}
    assert not BlacklistChange.objects.exists()


@pytest.mark.parametrize(("url", "make"), [(SUBJECTS, blacklisted_subject), (DOMAINS, blacklisted_domain)])
def test_an_entry_is_ended_and_opened_again_with_a_reason_and_nothing_else_of_it_changes(operator, url, make):
    entry = make()
    before = type(entry).objects.values().get()
    other = {"reason": "x", "source": "x", "since": "2020-01-01", "domain": "x.cn", "name": "x", "number": "x"}
    page = f"{url}{entry.pk}/change/"

    change(operator, page, other | {"until": "2026-07-31", "why": "示例令〔2026〕2号", **seen(entry)})
    change(operator, page, other | {"until": "", "why": "误解除", **seen(entry)})

    assert type(entry).objects.values().get() == before
    assert changes_of(entry) == [
        ("示例令〔2026〕1号", None),
        ("示例令〔2026〕2号", date(2026, 7, 31)),
        ("误解除", None),
    ]
    assert "示例令〔2026〕2号" in operator.get(page).content.decode()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"until": "2026-07-31", "why": ""}, "why"),
        ({"until": "", "why": "x"}, "until"),
        ({"until": "2025-12-31", "why": "x"}, "until"),
    ],
    ids=["without a reason", "the same day", "before its first day"],
)
def test_an_end_without_sense_is_refused(operator, typed, field):
    entry = blacklisted_domain()

    response = change(operator, f"{DOMAINS}{entry.pk}/change/", typed | seen(entry))

    assert response.status_code == 200
    assert set(response.context["adminform"].form.errors) == {field}
    assert entry.changes.count() == 1


def seen(entry) -> dict[str, int]:
    """What the page says of what it has shown."""
    return {"seen": blacklist.version(entry)}


def test_of_two_operators_the_slower_is_told_and_keeps_what_was_typed(operator):
    entry = blacklisted_domain()
    page, before = f"{DOMAINS}{entry.pk}/change/", seen(entry)
    change(operator, page, {"until": "2026-07-31", "why": "先到", **before})

    late = change(operator, page, {"until": "2026-12-31", "why": "后到", **before})

    (told,) = late.context["adminform"].form.non_field_errors().as_data()
    assert (told.code, str(told.message).split(" changed")[0]) == ("changed", "You (in another window)")
    assert "后到" in late.content.decode()
    assert [why for why, _until in changes_of(entry)][1:] == ["先到"]
    again = {"until": "2026-12-31", "why": "后到", "seen": late.context["adminform"].form["seen"].value()}
    change(operator, page, again)
    assert [why for why, _until in changes_of(entry)][1:] == ["先到", "后到"]


@pytest.mark.parametrize(("url", "make"), [(SUBJECTS, blacklisted_subject), (DOMAINS, blacklisted_domain)])
def test_entries_and_their_changes_are_never_deleted(operator, url, make):
    entry = make()

    assert operator.post(f"{url}{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    operator.post(url, {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"})
    assert type(entry).objects.count() == 1
    change, entries = entry.changes.all(), type(entry).objects.all()
    for statement in (change.delete, lambda: change.update(why="x"), lambda: entries._raw_delete(entries.db)):
        with pytest.raises(Error), transaction.atomic():
            statement()


def test_the_desk_says_where_verification_codes_are_asked_for_and_leads_to_the_switch(operator):
    assert "Off everywhere" in operator.get("/ministry/").content.decode()
    add = "/ministry/ministry/provincerule/add/?topic=codes"
    assert f'href="{add}"' in operator.get("/ministry/").content.decode()
    form = operator.get(add).context["adminform"].form
    assert (form.initial["demand"], "2020年8月17日" in form.initial["source"]) == (Demand.CODE, True)

    said = {name: form[name].value() or "" for name in form.fields}
    operator.post(add, said | {"valid_from": "2026-01-01"})

    assert rules_on("540000", date(2026, 7, 1)).one(Topic.CODES, individual=True).demand == Demand.CODE
    page = operator.get("/ministry/").content.decode()
    assert "Off everywhere" not in page
    assert "The filing password is issued and sent in any case." in page
