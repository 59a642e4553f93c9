"""Orders: what they do to the register, who is told, the receipts, and who may not."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from post_office.models import Email

from filings import services
from filings.errors import MoveRefused
from filings.evidence import documents
from filings.figures import bureau_time
from filings.kinds import Kind
from filings.models import Filing, Tick, Why
from filings.states import Status
from icp_portal.demo import invent, play, play_kinds
from icp_portal.tests.builders import (
    FILING_PASSWORD,
    GUANGDONG,
    Case,
    case_at,
    host,
    number,
    provider,
    reviewer,
    sign_in,
    sister_of,
    staff,
    user_of,
)
from ministry.calendar import workdays
from ministry.models import Access, BlacklistedDomain, BlacklistedSubject, Subject, SubjectCertificate, Website
from ministry.reference import certificates
from ministry.register import writer
from ministry.register.conflict_types import ConflictQuestion
from ministry.register.conflicts import conflicts
from records.legal_grounds import GROUNDS, PENALTIES, Act, Scope
from records.models import CounterReset, Order, OrderEvent, OrderTask
from records.orders import making, password_resets, reminders
from records.orders.making import OrderDraft

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


def draft(act: Act = Act.CANCEL, ground: str = "33-23", **said: object) -> OrderDraft:
    known = {"document": "京通管令〔2026〕7号", "reason": "登记信息与证件不符", "pages": documents.read([paper()])}
    return OrderDraft(act=act, ground="" if act == Act.LIFT else ground, **(known | said))


def paper() -> SimpleUploadedFile:
    return invent.card("ORDER", 1)


@pytest.fixture
def case() -> Case:
    """A website on record that a second provider gives access to as well."""
    case = case_at(Status.FILED)
    Access.objects.create(
        website=website_of(case), provider=provider(), ways=[1], places=[1], ip_ranges=["203.0.113.9"]
    )
    Email.objects.all().delete()
    return case


def website_of(case: Case) -> Website:
    return Website.objects.get(subject=case.filing.subject_id)


def listed_codes(certificate: SubjectCertificate, *domains: str) -> list[str]:
    asked = ConflictQuestion(timezone.localdate(), certificate.cert_type, certificate.number, uses=domains)
    return [met.code for met in conflicts(asked).blacklist]


def mails() -> list[tuple[str, str]]:
    return [(mail.to[0], mail.subject) for mail in Email.objects.order_by("pk")]


# --- Making -------------------------------------------------------------------------------------------------


def test_a_cancelled_subject_gives_every_provider_a_task_and_tells_the_host(case):
    subject = case.filing.subject
    order = making.make(case.reviewer, Scope.SUBJECT, subject.pk, draft())

    subject.refresh_from_db()
    assert (subject.live, website_of(case).live) == (False, False)
    accesses = Access.objects.order_by("pk")
    assert [(task.provider_id, task.access_ids) for task in order.tasks.all()] == [
        (access.provider_id, [access.pk]) for access in accesses
    ]
    number = str(subject.number)
    told = mails()
    assert (subject.responsible_email, f"{number}: cancelled by order of the bureau") in told
    assert {(access.provider.contact_email, f"{number}: end access at once") for access in accesses} <= set(told)
    assert [event.name for event in order.events.all()] == ["make"]
    assert case.filing.events.order_by("pk").last().name == "order"


def test_the_host_reads_reason_ground_paper_and_whom_to_turn_to_and_no_provider_reads_the_reason(case):
    making.make(case.reviewer, Scope.SUBJECT, case.filing.subject_id, draft())

    letters = {mail.to[0]: mail.message for mail in Email.objects.all()}
    host_letter = letters[case.filing.subject.responsible_email]
    for said in (
        "登记信息与证件不符",
        "Order 33 Art. 23",
        "京通管令〔2026〕7号",
        "Beijing Communications Administration",
    ):
        assert said in host_letter
    assert "登记信息与证件不符" not in letters[case.provider.contact_email]
    assert "登记信息与证件不符" not in case.filing.events.order_by("pk").last().note


def test_an_access_ends_alone(case):
    access = Access.objects.get(provider=case.provider)
    order = making.make(case.reviewer, Scope.ACCESS, access.pk, draft(ground="33-18"))

    assert [task.provider_id for task in order.tasks.all()] == [case.provider.pk]
    assert website_of(case).live is True
    assert list(Access.objects.filter(live=True).values_list("provider_id", flat=True)) != [case.provider.pk]


def test_a_website_is_suspended_and_the_suspension_is_lifted(case):
    website = website_of(case)
    making.make(case.reviewer, Scope.WEBSITE, website.pk, draft(Act.SUSPEND, "33-27"))
    website.refresh_from_db()
    assert (website.live, website.suspended_on) == (True, timezone.localdate())

    lifted = making.make(case.reviewer, Scope.WEBSITE, website.pk, draft(Act.LIFT))
    website.refresh_from_db()
    assert website.suspended_on is None
    assert lifted.tasks.count() == 2
    assert (case.provider.contact_email, f"{website.number}: access can be resumed") in mails()


def test_with_the_cancellation_the_record_is_put_on_the_blacklist_until_a_day(case):
    until = timezone.localdate() + timedelta(days=365)
    website = website_of(case)
    certificate = case.filing.subject.certificates.get()
    making.make(case.reviewer, Scope.WEBSITE, website.pk, draft(is_listed=True, listed_until=until))
    making.make(case.reviewer, Scope.SUBJECT, case.filing.subject_id, draft(is_listed=True))

    domain, subject = BlacklistedDomain.objects.get(), BlacklistedSubject.objects.get()
    assert (domain.domain, domain.until, domain.province) == (website.domain, until, "110000")
    assert (subject.number, subject.until, subject.source) == (certificate.number, None, "京通管令〔2026〕7号")
    assert listed_codes(certificate, website.domain) == ["1064", "1065"]


def test_every_certificate_of_a_cancelled_subject_is_listed_but_one_of_a_unit_is_enough(case):
    """Its first one is a credit code; then came a licence number, which tells no unit, and the unit's present code."""
    subject, first = case.filing.subject, case.filing.subject.certificates.get()
    body = f"91110108{first.number[8:17]}"
    present = writer.enter_certificate(subject, 1, body + certificates.check_character_uscc(body))
    licence = writer.enter_certificate(subject, 1, "110108000000016")

    making.make(case.reviewer, Scope.SUBJECT, subject.pk, draft(is_listed=True))

    listed = BlacklistedSubject.objects.order_by("pk")
    assert [entry.number for entry in listed] == [licence.number, present.number]
    for certificate in (first, licence, present):
        assert listed_codes(certificate) == ["1065"]


def test_an_order_about_one_website_is_read_by_the_account_it_belongs_to_and_not_by_its_sisters(case):
    sister = sister_of(case)
    own, other = website_of_filing(case), website_of_filing(sister)
    Email.objects.all().delete()
    order = making.make(case.reviewer, Scope.WEBSITE, other.pk, draft(Act.SUSPEND, "33-27", reason="只与姊妹网站有关"))

    told = {to for to, _subject in mails()}
    assert user_of(sister.host).email in told
    assert user_of(case.host).email not in told
    for reader, reads in ((case, False), (sister, True)):
        page = as_host(reader).get(reverse("filings:status", args=[reader.filing.pk])).content.decode()
        assert ("只与姊妹网站有关" in page, order.document in page) == (reads, reads)
        assert reader.filing.events.filter(name="order").exists() is reads
        assert [one.pk for one in making.about(reader.filing, reader.host)] == ([order.pk] if reads else [])
    assert not making.about(sister.filing, host())
    assert as_host(case).get(reverse("filings:status", args=[sister.filing.pk])).status_code == 404

    making.make(case.reviewer, Scope.WEBSITE, own.pk, draft(Act.SUSPEND, "33-27", reason="只与首个网站有关"))
    making.make(case.reviewer, Scope.SUBJECT, case.filing.subject_id, draft(Act.SUSPEND, "33-27", reason="整个主体"))
    for reader, reasons in ((case, ["整个主体", "只与首个网站有关"]), (sister, ["整个主体", "只与姊妹网站有关"])):
        assert [one.reason for one in making.about(reader.filing, reader.host)] == reasons


def website_of_filing(case: Case) -> Website:
    return Website.objects.get(subject=case.filing.subject_id, domain=case.filing.domain)


def as_host(case: Case) -> Client:
    client = Client()
    client.force_login(user_of(case.host))
    return client


# --- What is refused ----------------------------------------------------------------------------------------


def test_a_record_of_another_province_is_not_there(case):
    for scope, pk in (
        (Scope.SUBJECT, case.filing.subject_id),
        (Scope.WEBSITE, website_of(case).pk),
        (Scope.ACCESS, Access.objects.first().pk),
    ):
        with pytest.raises(Subject.DoesNotExist):
            making.make(reviewer(GUANGDONG), scope, pk, draft())
    assert Order.objects.count() == 0


@pytest.mark.parametrize("who", [host, lambda: staff(provider())])
def test_nobody_but_a_bureau_orders(case, who):
    with pytest.raises(Subject.DoesNotExist):
        making.make(who(), Scope.SUBJECT, case.filing.subject_id, draft())


def test_the_second_press_of_the_button_is_refused_and_tells_nobody(case):
    making.make(case.reviewer, Scope.SUBJECT, case.filing.subject_id, draft())
    told = Email.objects.count()
    with pytest.raises(MoveRefused, match="somebody else may have acted first"):
        making.make(case.reviewer, Scope.SUBJECT, case.filing.subject_id, draft())
    assert (Order.objects.count(), Email.objects.count()) == (1, told)


def test_nothing_is_suspended_twice_or_lifted_twice(case):
    website = website_of(case)
    with pytest.raises(MoveRefused, match="not suspended"):
        making.make(case.reviewer, Scope.WEBSITE, website.pk, draft(Act.LIFT))
    making.make(case.reviewer, Scope.WEBSITE, website.pk, draft(Act.SUSPEND, "33-27"))
    with pytest.raises(MoveRefused, match="already suspended"):
        making.make(case.reviewer, Scope.WEBSITE, website.pk, draft(Act.SUSPEND, "33-27"))


@pytest.mark.parametrize(
    ("act", "scope", "ground"),
    [
        (act, scope, ground.code)
        for act in (Act.CANCEL, Act.SUSPEND)
        for scope in Scope
        for ground in GROUNDS
        if (act, scope) not in ground.carries
    ],
)
def test_a_ground_that_does_not_carry_the_order_is_refused(case, act, scope, ground):
    keys = {
        Scope.SUBJECT: case.filing.subject_id,
        Scope.WEBSITE: website_of(case).pk,
        Scope.ACCESS: Access.objects.first().pk,
    }
    with pytest.raises(MoveRefused, match="ground"):
        making.make(case.reviewer, scope, keys[scope], draft(act, ground))


def test_without_its_paper_there_is_no_order(case):
    with pytest.raises(MoveRefused, match="document"):
        making.make(case.reviewer, Scope.SUBJECT, case.filing.subject_id, draft(pages=()))


@pytest.mark.parametrize("content", [b"", b"<script>", b"%PDF-1.7 nothing", b"\xff\xd8\xff\xe0 half a picture"])
def test_a_bad_file_is_no_paper(content):
    with pytest.raises(ValidationError):
        documents.read([SimpleUploadedFile("order.pdf", content)])


def test_what_is_on_record_can_not_be_changed_in_the_database(case):
    order = making.make(case.reviewer, Scope.SUBJECT, case.filing.subject_id, draft())
    for row in (order, order.events.get(), order.paper.pages.get()):
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Order.objects.update(document="another")


# --- Receipts -----------------------------------------------------------------------------------------------


def task_of(case: Case) -> OrderTask:
    making.make(case.reviewer, Scope.SUBJECT, case.filing.subject_id, draft())
    return OrderTask.objects.get(provider=case.provider)


def test_a_provider_confirms_once_when_access_was_cut(case):
    task, done_at = task_of(case), timezone.now()
    making.confirm(task.pk, case.staff, done_at, "机房已断网")

    task.refresh_from_db()
    assert (task.done_at, task.confirmed_by) == (done_at, case.staff.name)
    assert OrderEvent.objects.order_by("pk").last().note.endswith("机房已断网")
    with pytest.raises(MoveRefused, match="already"):
        making.confirm(task.pk, case.staff, done_at)


def test_a_receipt_from_before_the_order_or_from_the_future_is_refused(case):
    task = task_of(case)
    for moment in (task.made_at - timedelta(minutes=2), timezone.now() + timedelta(minutes=1)):
        with pytest.raises(MoveRefused, match="between"):
            making.confirm(task.pk, case.staff, moment)


def test_a_provider_that_is_not_concerned_knows_of_nothing(case):
    task = task_of(case)
    for stranger in (staff(provider()), host(), reviewer(GUANGDONG)):
        with pytest.raises(OrderTask.DoesNotExist):
            making.confirm(task.pk, stranger, timezone.now())
    with pytest.raises(MoveRefused, match="Only the provider"):
        making.confirm(task.pk, case.reviewer, timezone.now())


def test_who_owes_a_receipt_is_reminded_once_a_working_day(case):
    task, today = task_of(case), timezone.localdate()
    Email.objects.all().delete()
    assert reminders.remind(today) == 0  # not on the day of the order itself

    making.confirm(task.pk, case.staff, timezone.now())
    tomorrow, day_after = (workdays.nth_working_day(today, n) for n in (1, 2))
    assert (reminders.remind(tomorrow), reminders.remind(tomorrow)) == (1, 0)
    other = OrderTask.objects.exclude(pk=task.pk).get()
    assert mails() == [(other.provider.contact_email, "One order is waiting for your receipt")]
    assert [event.name for event in other.events.all()] == ["remind"]
    assert reminders.remind(day_after) == 1


def test_nobody_is_reminded_on_a_day_that_is_not_worked(case):
    task_of(case)
    assert reminders.remind(date(2027, 1, 3)) == 0  # a Sunday


# --- The counter --------------------------------------------------------------------------------------------


def at_counter(case: Case, **said: object) -> CounterReset:
    known = {"came": "李四，办公室主任", "proof": "营业执照原件、介绍信", "pages": documents.read([paper()])}
    return password_resets.reset_password(case.reviewer, case.filing.subject_id, **(known | said))


def test_a_password_is_ordered_at_the_counter_for_the_address_on_record(case):
    Subject.objects.update(password_wanted_at=None)
    reset = at_counter(case)

    subject = Subject.objects.get()
    assert subject.password_wanted_at is not None
    assert (reset.came, reset.old_email, reset.new_email) == ("李四，办公室主任", subject.responsible_email, "")
    assert mails() == []  # the password has a way of its own
    with pytest.raises(MoveRefused, match="already being sent"):
        at_counter(case)


def test_a_new_address_takes_the_place_of_the_old_one_which_is_told(case):
    old = case.filing.subject.responsible_email
    at_counter(case, new_email="new@example.cn")

    assert Subject.objects.get().responsible_email == "new@example.cn"
    [(to, subject)] = mails()
    assert (to, "the e-mail address on record was changed" in subject) == (old, True)
    assert "new@example.cn" not in Email.objects.get().message


def test_at_the_counter_of_another_province_the_record_is_not_there(case):
    case.reviewer = reviewer(GUANGDONG)
    with pytest.raises(Subject.DoesNotExist):
        at_counter(case)
    case.reviewer = case.staff
    with pytest.raises(Subject.DoesNotExist):
        at_counter(case)


def test_without_proof_or_for_a_dead_record_nothing_is_done_at_the_counter(case):
    with pytest.raises(MoveRefused, match="proof"):
        at_counter(case, pages=[], new_email="new@example.cn")
    making.make(case.reviewer, Scope.SUBJECT, case.filing.subject_id, draft())
    with pytest.raises(MoveRefused, match="no longer in force"):
        at_counter(case)


# --- An order and a filing at the same time -----------------------------------------------------------------


def test_after_the_order_the_same_certificate_is_filed_anew_under_a_new_number(case):
    second = Case(invented=case.number, of=case.provider)
    making.make(case.reviewer, Scope.SUBJECT, case.filing.subject_id, draft())
    second.submit().verify().approve()

    assert second.filing.subject.serial == case.filing.subject.serial + 1
    assert services.copy_refusal(case.filing, case.host)


# --- What the host reads on its page ------------------------------------------------------------------------


def test_the_hosts_page_says_what_was_ordered_and_why_and_that_nothing_is_left(case):
    client = Client()
    client.force_login(user_of(case.host))
    page = reverse("filings:status", args=[case.filing.pk])
    assert "at the bottom of the home page" in client.get(page).content.decode()

    making.make(case.reviewer, Scope.SUBJECT, case.filing.subject_id, draft())

    shown = client.get(page).content.decode()
    for said in ("登记信息与证件不符", "京通管令〔2026〕7号", "no longer on record", "Order of the bureau"):
        assert said in shown
    assert "at the bottom of the home page" not in shown


# --- The filings under way about what is cancelled ----------------------------------------------------------


def under_way(case: Case, kind: Kind, *, submitted: bool = True) -> Filing:
    """A filing of this kind about the case's record, in its host's account."""
    Subject.objects.filter(pk=case.filing.subject_id).update(password_hash=make_password(FILING_PASSWORD))
    written = {"websites.0.name": f"{case.filing.get('subject.name')}新站"} if kind == Kind.CHANGE_WEBSITE else {}
    target, house = play_kinds.target_of(case.filing), case.provider.pk
    if kind == Kind.NEW_ACCESS:
        house = provider().pk
    draft = play_kinds.complete_draft(case.host, kind, target, house, number(), password=FILING_PASSWORD, **written)
    if submitted:
        play.submit(draft, case.host)
        draft.refresh_from_db()
    Email.objects.all().delete()
    return draft


@pytest.mark.parametrize("kind", [Kind.NEW_WEBSITE, Kind.CHANGE_WEBSITE, Kind.NEW_ACCESS, Kind.CANCEL_SUBJECT])
def test_a_filing_about_a_cancelled_record_ends_with_it(case, kind):
    filing = under_way(case, kind)
    making.make(case.reviewer, Scope.SUBJECT, case.filing.subject_id, draft())

    filing.refresh_from_db()
    assert (filing.status, filing.reservations.count()) == (Status.CLOSED, 0)
    event = filing.events.get(name="end_by_order")
    assert (event.role, event.note) == ("system", str(case.filing.subject.number))
    told = [address for address, subject in mails() if subject == f"Filing {filing.pk} ({filing.topic}) has ended"]
    assert told == [user_of(case.host).email, filing.provider.contact_email]
    page = sign_in(Client(), user_of(case.host)).get(reverse("filings:status", args=[filing.pk])).content.decode()
    assert "Ended: the bureau has cancelled the record concerned" in page
    assert "start a new filing with these data" not in page


def test_before_the_order_its_page_says_how_many_filings_it_ends(case, settings):
    settings.RELAX_SECOND_FACTOR = True
    client = sign_in(Client(), user_of(case.reviewer))
    cancel, suspend = (
        reverse("bureau_desk:order_new", args=[act, Scope.SUBJECT, case.filing.subject_id])
        for act in (Act.CANCEL, Act.SUSPEND)
    )
    assert "under way about it" not in client.get(cancel).content.decode()
    under_way(case, Kind.CHANGE_WEBSITE)
    assert "One filing under way about it ends; its host and provider" in client.get(cancel).content.decode()
    assert "under way about it" not in client.get(suspend).content.decode()


def test_a_draft_ends_too_and_no_provider_hears_of_it(case):
    filing = under_way(case, Kind.CHANGE_WEBSITE, submitted=False)
    making.make(case.reviewer, Scope.WEBSITE, website_of(case).pk, draft())
    filing.refresh_from_db()
    assert filing.status == Status.CLOSED
    told = [address for address, subject in mails() if "has ended" in subject]
    assert told == [user_of(case.host).email]


def test_a_cancelled_website_ends_only_what_is_about_it(case):
    filing = under_way(case, Kind.NEW_WEBSITE)
    making.make(case.reviewer, Scope.WEBSITE, website_of(case).pk, draft())
    filing.refresh_from_db()
    assert filing.status == Status.WITH_PROVIDER


def test_a_cancelled_access_ends_its_change_and_no_other_filing(case):
    target = play_kinds.target_of(case.filing)
    change = under_way(case, Kind.CANCEL_ACCESS)
    making.make(case.reviewer, Scope.ACCESS, target.access_id, draft(ground="33-18"))
    change.refresh_from_db()
    assert change.status == Status.CLOSED


def test_a_suspension_ends_nothing(case):
    filing = under_way(case, Kind.CHANGE_WEBSITE)
    making.make(case.reviewer, Scope.SUBJECT, case.filing.subject_id, draft(Act.SUSPEND, "33-27"))
    filing.refresh_from_db()
    assert filing.status == Status.WITH_PROVIDER


def test_the_clock_of_what_the_bureau_was_deciding_stops(case):
    filing = under_way(case, Kind.CHANGE_WEBSITE)
    play.verify(filing, case.staff)
    making.make(case.reviewer, Scope.WEBSITE, website_of(case).pk, draft())
    last = filing.clock_entries.latest("pk")
    assert (last.what, last.why) == (Tick.STOPPED, Why.ENDED)
    assert bureau_time.of_bureau(case.reviewer.bureau_id).decided == 1  # the first filing's approval


# --- The table of penalties -----------------------------------------------------------------------------------


def test_the_penalties_are_the_provisions_that_punish_and_none_of_them_without_an_order_can_be_chosen(case, settings):
    settings.RELAX_SECOND_FACTOR = True
    page = sign_in(Client(), user_of(case.reviewer)).get(reverse("bureau_desk:penalties")).content.decode()

    fines = {ground.code: ground.fine for ground in PENALTIES}
    assert fines == {
        "33-22-1": (10_000, 10_000),
        "33-22-2": (5_000, 10_000),
        "33-22": None,
        "33-23": None,
        "33-24": (10_000, 10_000),
        "33-25": (5_000, 10_000),
        "33-26": (10_000, 10_000),
        "33-28": None,
        "33-27": None,
        "292-19": None,
        "292-22": (5_000, 50_000),
    }
    assert [said in page for said in ("State Council Order 292 Art. 22", "5000–50000", "<td>release")] == [
        True,
        True,
        False,
    ]
    with pytest.raises(MoveRefused, match="Choose a ground that applies"):
        making.make(case.reviewer, Scope.WEBSITE, website_of(case).pk, draft(ground="33-22-1"))
