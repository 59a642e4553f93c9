"""A record in an account by its filing password: how that ends, and what it leaves behind."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from filings import services
from filings.actors import Actor
from filings.errors import FactsRefused, MoveRefused
from filings.evidence import documents
from filings.kinds import Kind
from filings.models import Adoption, AdoptionEnd, AdoptionEnding, Entrance, Filing
from filings.services import starting
from filings.services.detection import RecordTarget
from filings.services.starting import PasswordProof
from filings.states import Status
from icp_portal.demo import invent, play, play_kinds
from icp_portal.tests.builders import Case, case_at, host, number, on_record, provider, sign_in, user_of
from ministry.models import Subject
from ministry.passwords import passwords
from ministry.register import ends
from ops.mailsink import MailSink
from records import addresses, adoptions
from records.legal_grounds import Act, Scope
from records.orders import making
from records.orders.making import OrderDraft

pytestmark = pytest.mark.django_db

PASSWORD, CHOSEN = "filingpass", "chosen-By-Owner-77"
HERE = "192.0.2.9"


@pytest.fixture
def filed() -> Case:
    case = case_at(Status.FILED)
    an_hour_ago = timezone.now() - timedelta(hours=1)
    Subject.objects.update(password_hash=make_password(PASSWORD), password_wanted_at=None, password_set_at=an_hour_ago)
    return case


@pytest.fixture
def adopter(filed) -> Actor:
    """A host that knew the password."""
    member = host()
    adoptions.adopt(member, str(Subject.objects.get().number), PASSWORD, address=HERE)
    Email.objects.all().delete()
    return member


def paper() -> SimpleUploadedFile:
    return invent.card("ORDER", 1)


def sent_anew(mailbox: MailSink) -> str:
    """What recovery, counter and provider all come to: a new password by mail; it is answered."""
    passwords.want(Subject.objects.get().pk)
    passwords.send(Subject.objects.get().pk)
    return re.search(r"^\s*([a-z2-9]{10})\s*$", mailbox.messages()[-1].get_content(), re.MULTILINE).group(1)


def changed(by: int | None = None) -> None:
    passwords.change(str(Subject.objects.get().number), PASSWORD, CHOSEN, address=HERE, by=by)


def sees(client, member: Actor) -> list[int]:
    """What the account's page of the record and the start of a filing about it answer."""
    sign_in(client, user_of(member))
    subject = Subject.objects.get().pk
    urls = (
        f"/records/{subject}/",
        f"/records/{subject}/as-of/",
        f"/filings/begin/?kind=change_subject&subject={subject}",
    )
    return [client.get(url).status_code for url in urls]


def told() -> list[tuple[str, ...]]:
    return sorted(tuple(mail.to) for mail in Email.objects.all())


@pytest.mark.parametrize("way", ["sent", "changed", "changed by the first host"])
def test_a_new_password_shuts_out_at_once_whoever_knew_the_old_one(filed, adopter, client, mailbox, way):
    assert sees(client, adopter) == [200] * 3
    if way == "sent":
        sent_anew(mailbox)
    else:
        changed(filed.host.user_id if way.endswith("host") else None)

    assert sees(client, adopter) == [404] * 3
    assert sees(client, filed.host) == [200] * 3
    assert addresses.of_hosts([Subject.objects.get().pk])[Subject.objects.get().pk] == [user_of(filed.host).email]


def test_the_owner_and_the_ended_account_are_told_once_and_the_history_stays(filed, adopter, mailbox):
    sent_anew(mailbox)
    Email.objects.all().delete()

    assert [adoptions.end_lapsed(), adoptions.end_lapsed()] == [1, 0]

    owner = Subject.objects.get().responsible_email
    assert told() == sorted([(owner,), (user_of(adopter).email,)])
    assert Adoption.objects.count() == 1
    assert AdoptionEnd.objects.get().why == AdoptionEnding.PASSWORD


def test_every_address_on_record_is_told_of_an_adoption_and_of_its_end(filed):
    subject = Subject.objects.get()
    subject.responsible_email = "first@example.cn; second@example.cn"
    subject.save()
    Email.objects.all().delete()
    member, both = host(), ("first@example.cn", "second@example.cn")

    adoptions.adopt(member, str(subject.number), PASSWORD, address=HERE)
    assert told() == [both]
    adoptions.give_back(member, subject.pk)
    assert told() == [both] * 2


def test_one_run_ends_all_that_have_lapsed(filed, adopter, mailbox, monkeypatch):
    for _n in range(2):
        adoptions.adopt(host(), str(Subject.objects.get().number), PASSWORD, address=HERE)
    sent_anew(mailbox)
    monkeypatch.setattr(adoptions, "BATCH", 1)

    assert [adoptions.end_lapsed(), adoptions.end_lapsed()] == [3, 0]
    assert AdoptionEnd.objects.count() == 3


def test_what_lapsed_while_no_task_ran_is_ended_at_night(filed, adopter, mailbox):
    sent_anew(mailbox)

    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert [adoptions.end_lapsed(), adoptions.end_lapsed(None)] == [0, 1]
    assert AdoptionEnd.objects.get().why == AdoptionEnding.PASSWORD


def test_those_that_lapsed_just_now_are_found_from_the_record_and_not_by_reading_all(filed, adopter):
    now = timezone.now()
    rows = Adoption.objects.lapsed(now - timedelta(hours=1))
    assert not rows.exists()
    for ended in ({"password_set_at": now}, {"live": False, "cancelled_on": timezone.localdate()}):
        with transaction.atomic():
            Subject.objects.update(**ended)
            assert rows.get().host_id == adopter.user_id
            transaction.set_rollback(True)

    with connection.cursor() as cursor:
        # What is best for the small tables of a test; a bitmap needs a condition, so no index is read as a whole.
        for way in ("seqscan", "indexscan", "indexonlyscan", "mergejoin", "hashjoin"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
    plan = rows.explain()
    assert "subject_password_set" in plan
    assert "subject_cancelled" in plan


def test_who_chooses_a_new_password_keeps_the_record_others_lose_it(filed, adopter, client):
    other = host()
    adoptions.adopt(other, str(Subject.objects.get().number), PASSWORD, address=HERE)
    sign_in(client, user_of(adopter))
    typed = {"number": str(Subject.objects.get().number), "old": PASSWORD, "new": CHOSEN, "again": CHOSEN}

    assert client.post(reverse("ministry:change_password"), typed).status_code == 302

    assert (sees(client, adopter), sees(client, other)) == ([200] * 3, [404] * 3)
    assert adoptions.end_lapsed() == 1


def test_with_the_new_password_it_is_taken_in_again(filed, adopter, client, mailbox):
    new = sent_anew(mailbox)

    with pytest.raises(MoveRefused, match="1018"):
        adoptions.adopt(adopter, str(Subject.objects.get().number), PASSWORD, address=HERE)
    adoptions.adopt(adopter, str(Subject.objects.get().number), new, address=HERE)

    assert sees(client, adopter) == [200] * 3
    Email.objects.all().delete()
    assert adoptions.end_lapsed() == 1  # the earlier one
    assert told() == []
    assert sees(client, adopter) == [200] * 3


CHANGES = {
    "cancelled": (
        lambda: ends.cancel_subject(Subject.objects.get().pk, timezone.localdate()),
        "1049: 该备案已注销，备案号作废。",
    ),
    "password replaced": (changed, "1018: 备案密码刚刚已更换，请使用新密码。"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_record_that_changes_while_its_password_is_proved_is_not_adopted(filed, monkeypatch, change):
    subject, prove = Subject.objects.get(), passwords.prove_number
    make, expected = CHANGES[change]

    def prove_then_change(*args, **kwargs):
        proven = prove(*args, **kwargs)
        monkeypatch.undo()  # a changed password is proved, too
        make()
        Email.objects.all().delete()
        return proven

    monkeypatch.setattr(passwords, "prove_number", prove_then_change)

    with pytest.raises(MoveRefused) as refused:
        adoptions.adopt(host(), str(subject.number), PASSWORD, address=HERE)

    assert str(refused.value) == expected
    assert (Adoption.objects.exists(), told()) == (False, [])


def test_a_cancelled_record_leaves_the_account(filed, adopter, client):
    ends.cancel_subject(Subject.objects.get().pk, timezone.localdate())

    assert sees(client, adopter) == [404] * 3
    assert sees(client, filed.host)[0] == 200
    adoptions.end_lapsed()
    assert AdoptionEnd.objects.get().why == AdoptionEnding.CANCELLED


def test_a_record_is_given_back(filed, adopter, client):
    sign_in(client, user_of(adopter))
    url = f"/records/{Subject.objects.get().pk}/give-back/"
    assert f'href="{url}"' in client.get(f"/records/{Subject.objects.get().pk}/").content.decode()
    assert client.get(url).status_code == 200

    assert client.post(url).url == "/records/"

    assert sees(client, adopter) == [404] * 3
    assert client.post(url).status_code == 404
    assert told() == [(Subject.objects.get().responsible_email,)]
    assert AdoptionEnd.objects.get().why == AdoptionEnding.GIVEN_BACK
    assert adoptions.end_lapsed() == 0


def test_nobody_gives_back_what_is_not_adopted(filed, adopter, client):
    url = f"/records/{Subject.objects.get().pk}/give-back/"
    for member in (filed.host, host()):
        sign_in(client, user_of(member))
        assert client.post(url).status_code == 404

    assert not AdoptionEnd.objects.exists()
    with pytest.raises(Adoption.DoesNotExist):
        adoptions.give_back(filed.host, Subject.objects.get().pk)


@pytest.mark.parametrize("chosen", ["a password of my own, " * 5, " with-a-blank-before-it-7"], ids=["long", "blank"])
def test_the_password_an_owner_has_chosen_is_taken_wherever_it_is_asked_for(filed, client, chosen):
    number_of = str(Subject.objects.get().number)
    typed = {"number": number_of, "old": PASSWORD, "new": chosen, "again": chosen}
    assert client.post(reverse("ministry:change_password"), typed).status_code == 302
    sign_in(client, user_of(host()))

    client.post("/filings/begin/adopt/", {"number": number_of, "password": chosen})

    assert Adoption.objects.in_force().count() == 1


# --- What was filed from the account ---------------------------------------------------------------


def change_of_name(case: Case, member: Actor) -> Filing:
    filing = starting.begin(
        member,
        Kind.CHANGE_SUBJECT,
        RecordTarget(Subject.objects.get().pk),
        provider_id=case.provider.pk,
        entrance=Entrance.PROVIDER,
        proof=PasswordProof("", HERE),
    )
    return play_kinds.fill(filing, member, number(), {"subject.name": "改名后的示例有限公司"})


def test_what_has_been_filed_from_the_account_makes_the_record_none_of_its_own(filed, adopter, client, mailbox):
    play_kinds.approved(change_of_name(filed, adopter), adopter, filed.staff, filed.reviewer)

    sent_anew(mailbox)

    assert sees(client, adopter) == [404] * 3


def test_filings_of_the_ended_account_stop(filed, adopter, mailbox):
    filing = change_of_name(filed, adopter)
    play.submit(filing, adopter)
    sent_anew(mailbox)

    with pytest.raises(FactsRefused) as refused:
        play.verify(filing, filed.staff)
    assert [finding.code for finding in refused.value.findings] == ["P114"]


def test_what_lies_with_the_bureau_already_is_not_approved(filed, adopter, mailbox):
    filing = change_of_name(filed, adopter)
    play.submit(filing, adopter)
    play.verify(filing, filed.staff)
    sent_anew(mailbox)

    with pytest.raises(MoveRefused, match="P114"):
        play.approve(filing, filed.reviewer)

    assert Subject.objects.get().name != "改名后的示例有限公司"


def test_the_present_password_lets_a_stopped_filing_go_on(filed, adopter, mailbox):
    filing = change_of_name(filed, adopter)
    new = sent_anew(mailbox)
    adoptions.adopt(adopter, str(Subject.objects.get().number), new, address=HERE)

    services.submit(filing.pk, adopter, version=None)

    assert Filing.objects.get(pk=filing.pk).status == Status.WITH_PROVIDER


def test_a_closed_account_is_not_written_to(filed, adopter, mailbox):
    sent_anew(mailbox)
    User.objects.filter(pk=adopter.user_id).update(is_active=False)
    Email.objects.all().delete()

    adoptions.end_lapsed()

    assert told() == [(Subject.objects.get().responsible_email,)]


# --- Who is reached about the record ------------------------------------------------------------------


def test_who_has_lost_the_record_hears_of_no_order_about_it_any_more(filed, adopter, mailbox):
    done = change_of_name(filed, adopter)
    play_kinds.approved(done, adopter, filed.staff, filed.reviewer)
    subject = Subject.objects.get()
    email = user_of(adopter).email
    assert email in addresses.of_record(subject)

    sent_anew(mailbox)

    assert email not in addresses.of_record(subject)
    assert user_of(filed.host).email in addresses.of_record(subject)


@pytest.mark.parametrize("scope", [Scope.SUBJECT, Scope.WEBSITE])
def test_who_has_only_taken_the_record_over_hears_of_each_order_once(filed, adopter, scope):
    subject = Subject.objects.get()
    key = subject.pk if scope == Scope.SUBJECT else subject.websites.get().pk

    making.make(
        filed.reviewer, scope, key, OrderDraft(Act.SUSPEND, "令1号", "失联", "33-27", documents.read([paper()]))
    )

    asked = [mail.to for mail in Email.objects.all() if "失联" in mail.message]
    assert asked.count([user_of(adopter).email]) == 1
    assert asked.count([user_of(filed.host).email]) == 1


def test_of_a_cancellation_the_adopter_hears_although_the_record_has_ended_with_it(filed, adopter):
    subject = Subject.objects.get()
    subject.responsible_email = user_of(adopter).email
    subject.save(update_fields=["responsible_email"])

    making.make(
        filed.reviewer,
        Scope.SUBJECT,
        subject.pk,
        OrderDraft(Act.CANCEL, "令2号", "虚假", "33-23", documents.read([paper()])),
    )

    told = [mail.to for mail in Email.objects.all() if "虚假" in mail.message]
    assert told.count([user_of(adopter).email]) == 1


def test_a_stranger_and_who_has_given_the_record_back_hear_of_no_order(filed, adopter):
    subject, stranger = Subject.objects.get(), host()
    adoptions.give_back(adopter, subject.pk)

    told = addresses.of_record(subject, subject.websites.get())

    assert {user_of(adopter).email, user_of(stranger).email} & {*told} == set()


def test_a_record_that_came_without_a_filing_is_adopted_and_kept_up(client):
    website = on_record(provider())
    Subject.objects.update(password_hash=make_password(PASSWORD))
    member = host()

    adoptions.adopt(member, str(Subject.objects.get().number), PASSWORD, address=HERE)

    sign_in(client, user_of(member))
    for page in (reverse("records:home"), reverse("records:subject", args=[website.subject_id])):
        assert client.get(page).status_code == 200
