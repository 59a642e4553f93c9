"""A recovery that a contact stops, and a filing that its responsible persons prove, in a real browser."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _
from post_office.models import Email

from accounts.mail import mask_address
from filings import services
from filings.kinds import Kind
from filings.models import Entrance, PersonCheck
from filings.rules import mailboxes
from filings.services import starting
from filings.services.detection import RecordTarget
from filings.states import Status
from icp_portal.demo import invent, play_kinds
from icp_portal.tests import builders
from icp_portal.tests.browser import Person, with_second_step
from icp_portal.tests.tours import Tour
from ministry.models import Recovery, RecoveryOutcome, Subject
from ministry.passwords import recoveries
from ops.mailsink import MailSink
from records import adoptions

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

NUMBER = 5201
WEBMASTER = "webmaster@example.cn"
PASSWORD = "filingpass"


def test_a_contact_stops_a_recovery_and_no_password_comes(
    visitor: Callable[..., Person], tour: Callable[..., Tour]
) -> None:
    case = builders.Case(invented=NUMBER).submit().verify().approve()
    subject = case.filing.subject
    for website in subject.websites.all():
        website.responsible_email = WEBMASTER
        website.save(update_fields=["responsible_email"])
    Subject.objects.update(password_wanted_at=None)

    stranger = visitor()
    stranger.open("/")
    stranger.follow(_("Recover a filing password"))
    stranger.control(_("Province")).select_option(builders.BEIJING)
    stranger.write(_("Filing number"), str(subject.number))
    stranger.control(_("Certificate type")).select_option("1")
    stranger.write(_("Certificate number"), invent.credit_code(NUMBER))
    for _again in range(2):
        stranger.press(_("Request a new password"))
        stranger.sees(_("Your request has been submitted"))
        stranger.page.go_back()

    recovery = Recovery.objects.get()
    recoveries.look_up(recovery.pk)
    mail = Email.objects.get(to=WEBMASTER, message__contains="/recover/answer/")
    contact = tour()
    contact.visit(re.search(r"/recover/answer/\S+", mail.message).group())
    contact.press(_("Stop the request"), "stopped")
    contact.person.sees(_("The request has been stopped"))
    contact.person.reads(mask_address(WEBMASTER))

    recovery.refresh_from_db()
    assert recovery.outcome == RecoveryOutcome.STOPPED
    assert Subject.objects.get().password_wanted_at is None


def test_the_registered_address_confirms_a_recovery(tour: Callable[..., Tour]) -> None:
    subject = builders.Case(invented=NUMBER).submit().verify().approve().filing.subject
    Subject.objects.update(password_wanted_at=None)
    recoveries.look_up(recoveries.ask(str(subject.number), 1, invent.credit_code(NUMBER)).pk)
    mail = Email.objects.get(message__contains="/recover/answer/")
    holder = tour()
    holder.visit(re.search(r"/recover/answer/\S+", mail.message).group())
    holder.press(_("Confirm and send a new password"), "confirmed")
    holder.person.sees(_("A new filing password is being sent"))

    assert Recovery.objects.get().outcome == RecoveryOutcome.ORDERED
    assert Subject.objects.get().password_wanted_at is not None


def test_an_address_is_confirmed_by_its_owner(tour: Callable[..., Tour], mailbox: MailSink) -> None:
    case = builders.Case()
    services.save_facts(case.filing.pk, case.host, {"responsible.email": WEBMASTER}, version=None)
    host = tour(builders.user_of(case.host))
    host.visit(f"/filings/{case.filing.pk}/check/", f"/filings/{case.filing.pk}/address/")
    host.press(_("Send a code to this address"), "sent")
    host.press(_("Confirm the address"), "nothing typed")
    (owed,) = mailboxes.owed()
    mailboxes.send(owed)

    owner = tour()
    owner.visit(re.search(r"/codes/address/\S+", mailbox.messages()[-1].get_content()).group())
    owner.press(_("Confirm the address"), "confirmed")
    owner.person.sees(_("The address is confirmed"))
    assert mailboxes.lacking(case.refresh().filing) == []


def test_responsible_persons_type_their_codes_and_the_filing_reaches_the_bureau(
    tour: Callable[..., Tour], mailbox: MailSink
) -> None:
    case = builders.Case(same=False).submit().ask_persons()
    tour(builders.user_of(case.host)).visit(f"/filings/{case.filing.pk}/")
    tour(with_second_step(builders.user_of(case.staff))).visit(f"/provider/filings/{case.filing.pk}/")
    for check in PersonCheck.objects.all():
        code = builders.code_for(check, mailbox)
        page = tour()
        page.visit("/codes/again/", "/codes/")
        page.person.write(_("Verification code"), code)
        page.person.write(_("Your mobile number"), check.mobile)
        last = case.filing.get(f"{check.paths[0]}.cert_number")[-6:]
        page.person.write(_("Last {count} characters of your certificate number").format(count=6), last)
        page.press(_("Submit the code"), "proved")
        page.person.sees(_("Your confirmation has been recorded"))

    assert case.refresh().filing.status == Status.WITH_BUREAU


def test_the_page_to_change_the_password_is_whole(tour: Callable[..., Tour]) -> None:
    visitor = tour()
    visitor.visit("/recover/change-password/done/", "/recover/change-password/")
    visitor.press(_("Change the password"), "nothing typed")


def test_the_password_is_given_later_and_a_record_is_given_back(tour: Callable[..., Tour]) -> None:
    case = builders.Case(invented=NUMBER).to(Status.FILED)
    subject = case.filing.subject
    Subject.objects.update(password_hash=make_password(PASSWORD), password_set_at=subject.password_sent_at)
    with builders.codes_asked():
        target = RecordTarget(subject.pk)
        draft = starting.begin(
            case.host, Kind.CANCEL_SUBJECT, target, provider_id=case.provider.pk, entrance=Entrance.PROVIDER
        )
        play_kinds.fill(draft, case.host, NUMBER, {})
    owner = tour(builders.user_of(case.host))
    owner.visit(f"/filings/{draft.pk}/", f"/filings/{draft.pk}/edit/", f"/filings/{draft.pk}/check/")
    owner.visit(f"/filings/{draft.pk}/prove/")
    owner.person.write(_("Filing password"), "guess")
    owner.press(_("Submit the password"), "guessed")
    owner.person.write(_("Filing password"), PASSWORD)
    owner.press(_("Submit the password"), "proved")
    owner.person.sees(_("Check and submit"))

    member = builders.host()
    adoptions.adopt(member, str(subject.number), PASSWORD, address="192.0.2.7")
    adopter = tour(builders.user_of(member))
    adopter.visit(f"/records/{subject.pk}/", f"/records/{subject.pk}/give-back/")
    adopter.press(_("Remove the record from the account"), "given back")
    adopter.person.arrives_at("/records/")
