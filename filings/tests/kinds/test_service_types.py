"""APPs, mini-programs and quick apps: from the form to the register and through what becomes of them later."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext as _
from post_office.models import Email

from desks.pictures import show_as_handed_on
from filings import facts, fields, kinds, services
from filings.errors import MoveRefused
from filings.fields import attachments
from filings.kinds import Kind
from filings.models import Entrance, Filing, ReservationKind
from filings.rules import checks, corrections, ownership
from filings.services import splitting, starting
from filings.services.starting import PasswordProof, RecordTarget
from filings.states import Status
from filings.tests.kinds.kinds_drafted import FILING_PASSWORD, knows_password
from icp_portal.demo import invent, play, play_kinds
from icp_portal.tests.builders import (
    Case,
    blacklisted_domain,
    blocked_by,
    case_at,
    host,
    number,
    on_record,
    provider,
    sign_in,
    user_of,
)
from ministry.models import Subject, Website
from ministry.reference import code_tables
from ministry.register import entry_types, history, query, writer
from records import adoptions

pytestmark = pytest.mark.django_db

ALL = [code_tables.WEBSITE, code_tables.APP, code_tables.MINI_PROGRAM, code_tables.QUICK_APP]
OTHERS = ALL[1:]
ICON = "websites.0.papers.app_icon"


def found(filing: Filing, **values: object) -> list[tuple[str, str]]:
    filing.facts = facts.written(filing.facts, {path.replace("__", "."): value for path, value in values.items()})
    return [(finding.code, finding.path) for finding in checks.findings(filing)]


# --- A first filing -------------------------------------------------------------------------------------


def test_all_services_of_a_subject_share_one_running_number_and_the_letter_tells_what_each_is():
    case = Case(services=ALL)
    assert checks.findings(case.filing) == []

    case.submit().verify().approve()

    rows = Website.objects.select_related("subject").order_by("sequence")
    subject = case.filing.subject.number
    assert [str(row.number) for row in rows] == [f"{subject}-1", f"{subject}-2A", f"{subject}-3X", f"{subject}-4K"]
    assert [row.service for row in rows] == ALL
    assert [row.accesses.get().provider_id for row in rows] == [case.provider.pk] * 4


@pytest.mark.parametrize("service", OTHERS)
def test_a_subject_may_have_no_website_at_all(service):
    case = case_at(Status.FILED, services=[service])

    row = Website.objects.select_related("subject").get()
    name = case.filing.get("websites.0.name")
    assert (row.service, row.name, row.domain, row.home_url, row.shown_domain) == (service, name, "", "", name)
    assert case.filing.shown_domain == name
    assert str(row.number).endswith(f"-1{code_tables.suffix_of(service)}")


@pytest.mark.parametrize("service", ALL)
def test_an_entry_has_the_questions_of_what_it_is(service):
    values = facts.blank() | {"websites": [facts.blank_website(service)]}

    names = [field.name for _path, section, field in fields.each(values) if section.part == "website"]

    assert {name for name in OWN if name in names} == OWN_OF[service]


OWN = {"domain", "home_url", "ip_only", "domains", "platforms", "android_md5", "ios_sha1", "runs_on", "languages"}
OWN_OF = {
    code_tables.WEBSITE: {"domain", "home_url", "ip_only", "languages"},
    code_tables.APP: {"domains", "platforms", "android_md5", "ios_sha1", "languages"},
    code_tables.MINI_PROGRAM: {"domains", "runs_on"},
    code_tables.QUICK_APP: {"domains", "runs_on"},
}


@pytest.mark.parametrize("service", OTHERS)
def test_every_field_has_help_and_what_is_typed_has_an_example(service):
    asked = [field for page in fields.PAGES[service] for field in page.fields]

    assert [field.name for field in asked if not field.hint] == []
    assert [field.name for field in asked if field.type in fields.TYPED and not field.example] == []


def test_of_the_systems_it_runs_on_alone_the_details_are_asked_for():
    filing = Case(services=[code_tables.APP]).filing
    empty = {f"websites__0__ios_{name}": "" for name in ("bundle", "public_key", "sha1")}

    empty |= {f"websites__0__harmony_{name}": "" for name in ("package", "public_key", "md5")}

    assert found(filing, websites__0__platforms=[code_tables.ANDROID], **empty) == []
    assert found(filing, websites__0__platforms=[code_tables.ANDROID, code_tables.IOS]) == [
        ("1999", f"websites.0.ios_{name}") for name in ("bundle", "public_key", "sha1")
    ]
    assert found(filing, websites__0__platforms=[code_tables.HARMONY]) == [
        ("1999", f"websites.0.harmony_{name}") for name in ("package", "public_key", "md5")
    ]


@pytest.mark.parametrize(
    ("path", "typed", "kept"),
    [
        ("android_md5", "5D:41:40:2A:BC:4B:2A:76:B9:71:9D:91:10:17:C5:92", "5d41402abc4b2a76b9719d911017c592"),
        ("ios_sha1", "AAF4C61DDCC5E8A2DABEDE0F3B482CD9AEA9434D", "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"),
        ("domains", "API.Example.cn\nexample.cn api.example.cn", "api.example.cn\nexample.cn"),
    ],
)
def test_what_is_typed_takes_its_normal_form(path, typed, kept):
    case = Case(services=[code_tables.APP])

    filing = services.save_facts(case.filing.pk, case.host, {f"websites.0.{path}": typed}, version=None)

    assert filing.get(f"websites.0.{path}") == kept


@pytest.mark.parametrize(
    ("path", "typed", "code"),
    [
        ("android_md5", "5d41402abc4b2a76b9719d911017c59", "1999"),
        ("android_md5", "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d", "1999"),
        ("android_md5", "zd41402abc4b2a76b9719d911017c592", "1999"),
        ("ios_sha1", "5d41402abc4b2a76b9719d911017c592", "1999"),
        ("harmony_md5", "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d", "1999"),
        ("domains", "https://api.example.cn/v1", "1004"),
        ("domains", "example.invalidsuffix", "1004"),
        ("domains", "192.31.196.7", "1004"),
        ("name", "示例📱", "1999"),
        ("domains", "", "1004"),
        ("languages", [], "1066"),
        ("services", [], "1034"),
        ("access.ip_ranges", "192.168.0.1", "1006"),
    ],
)
def test_what_is_wrong_with_an_app_is_found_at_its_field(path, typed, code):
    filing = Case(services=[code_tables.APP]).filing

    assert (code, f"websites.0.{path}") in found(filing, **{f"websites.0.{path}": typed})


@pytest.mark.parametrize("service", [code_tables.MINI_PROGRAM, code_tables.QUICK_APP])
def test_a_service_on_a_platform_need_not_call_any_domain(service):
    filing = Case(services=[service]).filing

    assert found(filing, websites__0__domains="") == []
    assert found(filing, websites__0__runs_on="") == [("1999", "websites.0.runs_on")]


def test_an_app_may_use_the_domain_of_the_hosts_website_and_bear_its_name():
    filing = Case(services=[code_tables.WEBSITE, code_tables.APP]).filing
    same = {"websites.1.domains": filing.get("websites.0.domain"), "websites.1.name": filing.get("websites.0.name")}

    assert found(filing, **same) == []


def test_the_rules_for_names_of_websites_are_not_held_against_an_app():
    filing = Case(services=[code_tables.APP]).filing

    assert found(filing, websites__0__name="Demo") == []


def test_a_domain_on_the_blacklist_is_not_used_by_an_app_either():
    filing = Case(services=[code_tables.APP]).filing
    entry = blacklisted_domain()

    assert found(filing, websites__0__domains=f"api.{entry.domain}") == [("1064", "websites.0.domains")]


# --- The icon -------------------------------------------------------------------------------------------


def test_an_app_shows_its_icon_and_nothing_else_does():
    for service in ALL:
        values = Case(services=[service]).filing.facts
        wanted = [paper.path for paper in attachments.needed(values)]
        assert (ICON in wanted) == (service == code_tables.APP)


def test_without_its_icon_an_app_is_not_submitted():
    case = Case(services=[code_tables.APP])
    services.remove_evidence(case.filing.pk, case.host, ICON, version=None)

    with blocked_by("P103"):
        services.submit(case.filing.pk, case.host, version=None)

    assert found(case.refresh().filing) == [("P103", ICON)]


def test_an_icon_has_at_most_100_kb_and_may_be_small():
    case = Case(services=[code_tables.APP])
    big = SimpleUploadedFile("icon.png", invent.icon(1).read() + b"0" * 100 * 1024, content_type="image/png")

    with pytest.raises(ValidationError, match="100 KB"):
        services.add_evidence(case.filing.pk, case.host, ICON, big)

    assert case.filing.evidence.get(path=ICON, replaced_at=None).advice == []


# --- Another choice -------------------------------------------------------------------------------------


def test_what_was_typed_of_another_service_goes_when_the_host_chooses_anew():
    case = Case(services=[code_tables.APP])

    filing = services.save_facts(case.filing.pk, case.host, {"websites.0.service": ""}, version=None)

    website = filing.facts["websites"][0]
    assert not fields.names_of(code_tables.APP) - fields.names_of(code_tables.WEBSITE) & website.keys()
    assert website["access"] == case.filing.facts["websites"][0]["access"]
    assert not filing.evidence.filter(path=ICON, replaced_at=None).exists()
    assert filing.domain == ""


def test_a_domain_that_is_typed_no_more_is_held_no_more():
    case = case_at(Status.RETURNED_TO_HOST)
    services.unlock(case.filing.pk, case.host, version=None)
    values = invent.service_values("websites.0", code_tables.MINI_PROGRAM, case.number, province="110000")

    filing = services.save_facts(case.filing.pk, case.host, values, version=None)

    assert "domain" not in filing.facts["websites"][0]
    case.submit()
    assert not case.filing.reservations.filter(kind=ReservationKind.DOMAIN).exists()


def test_of_a_returned_filing_it_is_chosen_anew_only_when_everything_is_open():
    """A remark that names it opens the field, but not the questions that another service asks."""
    case = case_at(Status.WITH_PROVIDER)
    play.send_back(case.filing, case.staff, services.RemarkDraft("websites.0.service", "P301", "网站", "应为 APP"))

    with pytest.raises(
        MoveRefused, match=_("Only the items in the remarks can be changed now. Choose “Edit everything” first.")
    ):
        services.save_facts(case.filing.pk, case.host, {"websites.0.service": code_tables.APP}, version=None)


@pytest.mark.parametrize("said", [99, "6", [6], None])
def test_what_is_no_service_type_counts_as_a_website(said):
    values = facts.written(facts.blank(), {"websites.0.service": said})

    assert facts.service(values) == code_tables.WEBSITE


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

    rest = splitting.rest_of(case.refresh().filing)
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
        writer.cancel_website(app.pk, app.approved_on)

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
    assert str(_("in the register")) not in read(client, whole, "filings:status", whole.filing.pk)
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

    assert query.public_search(f"{subject.number}-2A") == [app]
    assert [len(query.public_search(f"{subject.number}-2{letter}")) for letter in ("", "X", "K")] == [0, 0, 0]
    assert [row.service for row in query.public_search(str(subject.number))] == [code_tables.WEBSITE, code_tables.APP]
