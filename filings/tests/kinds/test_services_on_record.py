"""APPs, mini-programs and quick apps on record: later kinds of filing, each beside the others, and the register."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from post_office.models import Email

from desks.pictures import show_as_handed_on
from filings import facts, kinds, services
from filings.errors import MoveRefused
from filings.kinds import Kind
from filings.models import Entrance, Filing
from filings.rules import checks, corrections, ownership
from filings.services import splitting, starting
from filings.services.detection import RecordTarget
from filings.services.starting import PasswordProof
from filings.states import Status
from filings.tests.kinds.kinds_drafted import FILING_PASSWORD, knows_password
from filings.tests.kinds.service_types import ALL, OTHERS, found
from icp_portal.demo import invent, play_kinds
from icp_portal.tests.builders import Case, case_at, host, number, on_record, provider, sign_in, user_of
from ministry.models import Subject, Website
from ministry.reference import code_tables
from ministry.reference.lookups import understand
from ministry.register import ends, entry_types, history, public_search
from records import adoptions

pytestmark = pytest.mark.django_db


# --- Later kinds ----------------------------------------------------------------------------------------


@pytest.fixture
def filed() -> Case:
    return case_at(Status.FILED)


def app_of(case: Case, service: int = code_tables.APP) -> Website:
    """The next service under the case's number, through all desks."""
    target = play_kinds.target_of(case.filing)
    written = invent.service_values("websites.0", service, number(), province="110000")
    filing = play_kinds.complete_draft(case.host, Kind.NEW_WEBSITE, target, case.provider.pk, number(), **written)
    play_kinds.approved(filing, case.host, case.staff, case.reviewer)
    return Website.objects.select_related("subject").get(service=service)


def drafted(case: Case, kind: Kind, app: Website, of: int | None = None, **written: object) -> Filing:
    access = app.accesses.get()
    target = play_kinds.RecordTarget(app.subject_id, app.pk, access.pk)
    if kinds.KINDS[kind].about == kinds.About.WEBSITE:
        target = play_kinds.RecordTarget(app.subject_id, app.pk)
    return play_kinds.complete_draft(case.host, kind, target, of or case.provider.pk, number(), **written)


@pytest.mark.parametrize("service", OTHERS)
def test_a_new_service_gets_the_next_number_under_a_subject_on_record(filed, service):
    app = app_of(filed, service)

    assert str(app.number) == f"{filed.filing.subject.number}-2{code_tables.suffix_of(service)}"


def test_the_register_remembers_all_that_was_approved_of_an_app(filed):
    app = app_of(filed)

    said = history.as_of(app.subject_id, app.approved_on).websites[1]

    assert said.website_id == app.pk
    assert (said.facts["service"], said.facts["ios_sha1"]) == (code_tables.APP, history.facts_now(app)["ios_sha1"])
    assert history.first_version(app).facts["service"] == code_tables.APP


def test_an_app_is_returned_alone_while_the_website_beside_it_gets_its_number():
    case = case_at(Status.WITH_BUREAU, services=[code_tables.WEBSITE, code_tables.APP])
    services.claim(case.filing.pk, case.reviewer)
    remark = services.RemarkDraft("websites.1.domains", "1004", "域名无法访问", "填写实际使用的域名")
    filing = case.refresh().filing

    splitting.approve_in_part(filing.pk, case.reviewer, version=filing.version, remarks=[remark])

    rest = splitting.continuation_of(case.refresh().filing)
    assert [row.service for row in ownership.websites_of(case.filing)] == [code_tables.WEBSITE]
    assert (facts.service(rest.facts), rest.shown_domain) == (code_tables.APP, filing.get("websites.1.name"))
    assert case.filing.shown_withheld == [filing.get("websites.1.name")]


def test_a_change_of_an_app_keeps_number_and_type(filed):
    app = app_of(filed)
    filing = drafted(filed, Kind.CHANGE_WEBSITE, app, **{"websites.0.android_md5": "f" * 32})
    with pytest.raises(MoveRefused, match=corrections.closed_words(["websites.0.service"])):
        services.save_facts(filing.pk, filed.host, {"websites.0.service": code_tables.QUICK_APP}, version=None)

    play_kinds.approved(filing, filed.host, filed.staff, filed.reviewer)

    app.refresh_from_db()
    assert (app.service, history.facts_now(app)["android_md5"]) == (code_tables.APP, "f" * 32)
    assert str(app.number).endswith("-2A")


def test_an_app_that_was_renamed_is_still_that_of_the_filing_that_brought_it(filed):
    app = app_of(filed)
    change = drafted(filed, Kind.CHANGE_WEBSITE, app, **{"websites.0.name": "改名后的应用"})
    play_kinds.approved(change, filed.host, filed.staff, filed.reviewer)

    app.refresh_from_db()
    brought_by = Filing.objects.get(kind=Kind.NEW_WEBSITE)
    assert [one.name for one in ownership.websites_of(brought_by)] == ["改名后的应用"]
    assert ownership.is_about(brought_by, app)
    assert not ownership.is_about(filed.refresh().filing, app)


def test_what_was_typed_of_a_system_that_is_not_chosen_is_not_handed_on():
    case = Case(services=[code_tables.APP])
    typed = {"websites.0.platforms": [code_tables.IOS], "websites.0.android_md5": "not seen by anybody"}
    services.save_facts(case.filing.pk, case.host, typed, version=None)

    case.refresh().submit()

    [entry] = case.filing.facts["websites"]
    assert [name for name in entry if name.startswith("android")] == []
    assert case.filing.snapshots.get().facts == case.filing.facts


def test_an_app_keeps_its_name_at_a_desk_that_has_let_go_of_it():
    case = case_at(Status.RETURNED_TO_PROVIDER, services=[code_tables.APP])

    assert show_as_handed_on(case.filing, case.reviewer) is not None
    assert case.filing.domain == case.filing.get("websites.0.name") != ""


def test_a_website_on_record_never_becomes_an_app(filed):
    site = Website.objects.select_related("subject").get()
    filing = drafted(filed, Kind.CHANGE_WEBSITE, site, **{"websites.0.name": "示例改名官方网站"})

    with pytest.raises(MoveRefused, match=corrections.closed_words(["websites.0.service"])):
        services.save_facts(filing.pk, filed.host, {"websites.0.service": code_tables.APP}, version=None)


def test_an_app_gets_a_second_access_a_changed_one_and_loses_one(filed):
    app = app_of(filed)
    filing = drafted(filed, Kind.CHANGE_ACCESS, app, **{"websites.0.access.ip_ranges": "192.31.196.9"})
    play_kinds.approved(filing, filed.host, filed.staff, filed.reviewer)
    assert app.accesses.get().ip_ranges == ["192.31.196.9"]

    filing = drafted(filed, Kind.CANCEL_ACCESS, app, **{"cancellation.only_access": True})
    play_kinds.approved(filing, filed.host, filed.staff, filed.reviewer)

    assert not app.accesses.filter(live=True).exists()


def test_an_app_gets_a_second_provider_and_keeps_its_number(filed):
    app = app_of(filed)
    knows_password(filed)
    there = Case(owner=filed.host)
    target = play_kinds.RecordTarget(app.subject_id, app.pk)
    filing = play_kinds.complete_draft(
        filed.host, Kind.NEW_ACCESS, target, there.provider.pk, number(), password=FILING_PASSWORD
    )

    play_kinds.approved(filing, there.host, there.staff, there.reviewer)

    assert set(app.accesses.values_list("provider", flat=True)) == {filed.provider.pk, there.provider.pk}
    assert str(Website.objects.select_related("subject").get(pk=app.pk).number).endswith("-2A")


def test_a_record_is_taken_into_an_account_by_the_number_of_an_app(filed):
    app = app_of(filed)
    knows_password(filed)
    stranger = host()

    with pytest.raises(MoveRefused, match="1018"):
        adoptions.adopt(stranger, f"{filed.filing.subject.number}-2A", "wrong", address="127.0.0.1")

    subject = adoptions.adopt(stranger, str(app.number), FILING_PASSWORD, address="127.0.0.1")
    assert subject.pk == app.subject_id


def test_what_is_wrong_with_the_record_of_an_app_is_said_at_its_name(filed):
    app = app_of(filed)
    filing = drafted(filed, Kind.CHANGE_WEBSITE, app, **{"websites.0.android_md5": "e" * 32})
    with transaction.atomic():
        ends.cancel_website(app.pk, app.approved_on)

    assert ("1050", "websites.0.name") in found(filing)


def test_a_cancelled_app_keeps_its_number_for_good(filed):
    app = app_of(filed)
    filing = drafted(filed, Kind.CANCEL_WEBSITE, app)
    play_kinds.approved(filing, filed.host, filed.staff, filed.reviewer)

    app.refresh_from_db()
    assert not app.live
    again = [str(row.number) for row in Website.objects.select_related("subject").order_by("sequence")]
    assert again == [f"{filed.filing.subject.number}-1", f"{filed.filing.subject.number}-2A"]


# --- Beside each other -----------------------------------------------------------------------------------


@pytest.fixture
def whole() -> Case:
    """A host with a website, an APP, a mini-program and a quick app on record, who knows the filing password."""
    case = case_at(Status.FILED, services=ALL)
    knows_password(case)
    Email.objects.all().delete()
    return case


def row_of(service: int) -> Website:
    return Website.objects.select_related("subject").get(service=service)


def read(client: Client, case: Case, name: str, *args: object) -> str:
    answer = sign_in(client, user_of(case.host)).get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_cancelled_subject_takes_every_service_with_it(whole, client):
    numbers = [str(row.number) for row in Website.objects.select_related("subject").order_by("sequence")]
    target = play_kinds.RecordTarget(whole.filing.subject_id)
    filing = play_kinds.complete_draft(
        whole.host, Kind.CANCEL_SUBJECT, target, whole.provider.pk, number(), password=FILING_PASSWORD
    )
    begin = f"{reverse('filings:begin')}?kind=cancel_subject&subject={target.subject_id}"
    asked = sign_in(client, user_of(whole.host)).get(begin).content.decode()
    assert [one for one in numbers if one not in asked] == []

    play_kinds.approved(filing, whole.host, whole.staff, whole.reviewer)

    assert set(Website.objects.values_list("live", "accesses__live")) == {(False, False)}
    assert not Subject.objects.get().live
    mails = Email.objects.filter(subject__contains=numbers[0].split("-")[0], message__contains=numbers[0])
    told = {mail.to[0]: mail.message for mail in mails}
    for address in (user_of(whole.host).email, whole.provider.contact_email):
        assert [one for one in numbers if one not in told[address]] == []
    assert capfirst(_("in the register")) not in read(client, whole, "filings:status", whole.filing.pk)
    record = read(client, whole, "records:subject", target.subject_id)
    assert [one for one in numbers if one not in record] == []


def test_after_the_end_all_of_it_can_be_filed_anew_under_a_new_number(whole):
    filing = play_kinds.complete_draft(
        whole.host,
        Kind.CANCEL_SUBJECT,
        play_kinds.RecordTarget(whole.filing.subject_id),
        whole.provider.pk,
        number(),
        password=FILING_PASSWORD,
    )
    play_kinds.approved(filing, whole.host, whole.staff, whole.reviewer)

    again = Case(invented=whole.number, services=ALL, of=whole.provider, owner=whole.host)
    again.submit().verify().approve()

    rows = Website.objects.filter(live=True).select_related("subject").order_by("sequence")
    assert [(row.service, row.sequence) for row in rows] == list(zip(ALL, range(1, 5), strict=True))
    assert {row.subject_id for row in rows} == {again.filing.subject_id}
    assert again.filing.subject_id != whole.filing.subject_id


@pytest.mark.parametrize("service", ALL)
def test_each_service_moves_to_another_provider_and_the_others_stay(whole, client, service):
    row, there = row_of(service), Case(owner=whole.host)
    old = row.accesses.get()
    filing = starting.begin(
        whole.host,
        Kind.NEW_ACCESS,
        RecordTarget(row.subject_id, row.pk),
        provider_id=there.provider.pk,
        entrance=Entrance.PROVIDER,
        proof=PasswordProof(FILING_PASSWORD, "127.0.0.1"),
        moves_from_id=old.pk,
    )
    filing = play_kinds.fill(filing, whole.host, number(), {})
    assert checks.findings(filing) == []
    play_kinds.approved(filing, whole.host, there.staff, whole.reviewer)

    end = f"kind=cancel_access&amp;subject={row.subject_id}&amp;website={row.pk}&amp;access={old.pk}"
    assert end in read(client, whole, "filings:status", filing.pk)
    assert set(row.accesses.filter(live=True).values_list("provider", flat=True)) == {
        whole.provider.pk,
        there.provider.pk,
    }

    ending = play_kinds.complete_draft(
        whole.host, Kind.CANCEL_ACCESS, RecordTarget(row.subject_id, row.pk, old.pk), whole.provider.pk, number()
    )
    assert ending.get("cancellation.reason") == code_tables.CHANGED_PROVIDER
    assert checks.findings(ending) == []
    play_kinds.approved(ending, whole.host, whole.staff, whole.reviewer)

    serving = {one.service: {*one.accesses.filter(live=True).values_list("provider", flat=True)} for one in all_rows()}
    assert serving == {one: {there.provider.pk if one == service else whole.provider.pk} for one in ALL}
    assert str(row_of(service).number) == str(row.number)
    assert all(one.live for one in all_rows())
    assert end not in read(client, whole, "filings:status", filing.pk)


def all_rows() -> list[Website]:
    return list(Website.objects.all())


# --- The register ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", [{"service": 2}, {"service": code_tables.APP}, {"domain": ""}])
def test_the_database_knows_which_types_there_are_and_which_of_them_have_a_domain(change):
    row = on_record(provider())

    with pytest.raises(IntegrityError), transaction.atomic():
        Website.objects.filter(pk=row.pk).update(**change)


def test_many_services_without_a_domain_are_in_force_and_a_domain_is_still_one_websites():
    of = provider()
    for service in OTHERS * 2:
        on_record(of, service=service, domain="", home_url="")
    site = on_record(of)

    with pytest.raises(entry_types.RegisterConflict) as refusal, transaction.atomic():
        on_record(of, domain=site.domain)
    assert refusal.value.code == 1005


def test_the_public_finds_an_app_by_its_number_and_by_no_other_letter(filed):
    app = app_of(filed)
    subject = Subject.objects.get()

    assert [one.website for one in public_search.found(understand(f"{subject.number}-2A"))] == [app]
    assert [len(public_search.found(understand(f"{subject.number}-2{letter}"))) for letter in ("", "X", "K")] == [
        0,
        0,
        0,
    ]
    assert [row.website.service for row in public_search.found(understand(str(subject.number)))] == [
        code_tables.WEBSITE,
        code_tables.APP,
    ]
