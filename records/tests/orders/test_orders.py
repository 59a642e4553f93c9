"""Orders: what they do to the register, who is told, the receipts, and who may not."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from filings.errors import MoveRefused
from filings.evidence import documents
from icp_portal.tests.builders import GUANGDONG, Case, host, provider, reviewer, sign_in, sister_of, staff, user_of
from icp_portal.tests.queued_mails import mails
from ministry.calendar import workdays
from ministry.models import Access, BlacklistedDomain, BlacklistedSubject, Subject, SubjectCertificate, Website
from ministry.reference import certificates
from ministry.register import writer
from ministry.register.conflict_types import ConflictQuestion
from ministry.register.conflicts import conflicts
from records.legal_grounds import GROUNDS, PENALTIES, Act, Scope
from records.models import Order, OrderEvent, OrderTask
from records.orders import making, reminders
from records.tests.orders.orders_made import draft, website_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def listed_codes(certificate: SubjectCertificate, *domains: str) -> list[str]:
    asked = ConflictQuestion(timezone.localdate(), certificate.cert_type, certificate.number, uses=domains)
    return [met.code for met in conflicts(asked).blacklist]


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


def test_an_order_is_open_at_both_desks_until_its_last_receipt(case, settings):
    settings.RELAX_SECOND_FACTOR = True
    order = making.make(case.reviewer, Scope.SUBJECT, case.filing.subject_id, draft())
    tasks = list(order.tasks.order_by("pk"))
    bureau, access_provider = sign_in(Client(), user_of(case.reviewer)), sign_in(Client(), user_of(case.staff))

    def listed() -> list[int]:
        views = [(bureau, "/bureau/orders/", tab) for tab in ("open", "all")]
        views += [(access_provider, "/provider/orders/", tab) for tab in ("open", "done")]
        return [len(client.get(url, {"tab": tab}).context["rows"]) for client, url, tab in views]

    assert listed() == [1, 1, 1, 0]
    for task in sorted(tasks, key=lambda task: task.provider_id != case.provider.pk):
        making.confirm(task.pk, staff(task.provider), timezone.now())
        is_last = not order.tasks.filter(confirmed_at=None).exists()
        assert listed() == [0 if is_last else 1, 1, 0, 1]
    assert len(tasks) == 2


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


UNFOUNDED = [
    (act, scope, ground.code)
    for act in (Act.CANCEL, Act.SUSPEND)
    for scope in Scope
    for ground in GROUNDS
    if (act, scope) not in ground.carries
]


def refusal_of(case: Case, act: Act, scope: Scope, pk: int, ground: str) -> str:
    try:
        making.make(case.reviewer, scope, pk, draft(act, ground))
    except MoveRefused as refused:
        return str(refused)
    return "made"


def test_a_ground_that_does_not_allow_the_order_is_refused(case):
    keys = {
        Scope.SUBJECT: case.filing.subject_id,
        Scope.WEBSITE: website_of(case).pk,
        Scope.ACCESS: Access.objects.first().pk,
    }

    refusals = {
        (act, scope, ground): refusal_of(case, act, scope, keys[scope], ground) for act, scope, ground in UNFOUNDED
    }

    assert len(refusals) == len(UNFOUNDED)
    assert {asked: words for asked, words in refusals.items() if "ground" not in words} == {}


def test_without_its_paper_there_is_no_order(case):
    with pytest.raises(MoveRefused, match="document"):
        making.make(case.reviewer, Scope.SUBJECT, case.filing.subject_id, draft(pages=()))


@pytest.mark.parametrize("content", [b"", b"<script>", b"%PDF-1.7 nothing", b"\xff\xd8\xff\xe0 half a picture"])
def test_a_bad_file_is_no_paper(content):
    with pytest.raises(ValidationError) as refusal:
        documents.read([SimpleUploadedFile("order.pdf", content)])
    assert refusal.value.code == "unreadable"


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
