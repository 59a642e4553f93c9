"""The main job in real browsers: four people take a filing from sign-up to number and password.

Everything is found by the words of the page. A worker of its own sends the mails, and a mail server takes them.
"""

import os
import re
import sys
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from playwright.sync_api import expect
from pytest_django import Settings

from accounts.models import User
from filings import clock, fields
from filings.facts import Facts
from filings.models import Entrance, Filing
from filings.states import EVENT_LABELS, Status
from icp_portal.celery import app
from icp_portal.demo import invent
from icp_portal.tests import builders
from icp_portal.tests.browser import Person, mail_to, one_time_code, starting_with, text_of, wait_for, with_second_step
from icp_portal.tests.in_browser.filing_in import choose_provider, fill_in, hand_in_pictures
from icp_portal.tests.in_browser.steps import (
    answer_sheet,
    confirm_address,
    pass_on,
    send_return,
    sign_up,
    submit,
    take,
    write_remark,
)
from ministry.models import Subject, Website
from ministry.passwords import passwords
from ops.children import spawn
from ops.mailsink import MailSink
from providers.models import Provider

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.usefixtures("worker")]

WORKER_OPTIONS = (
    *("--queues", "mail,documents,sweeps", "--pool", "solo"),
    *("--without-gossip", "--without-mingle", "-l", "warning"),
)

# What the public never sees of a filing.
PERSONAL = (
    "subject.cert_number",
    *(
        f"{person}.{name}"
        for person in ("responsible", "websites.0.responsible")
        for name in ("name", "cert_number", "mobile", "emergency_mobile", "office_phone", "email")
    ),
)

NEWCOMER = "newcomer@example.cn"
STARTING = 60.0  # seconds

Visitor = Callable[..., Person]


@pytest.fixture(scope="module")
def worker(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A ready Celery worker on this process's queue and database; it meets no job that an earlier test has left."""
    app.control.purge()
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    child = spawn(
        [sys.executable, "-m", "celery", "-A", "icp_portal", "worker", *WORKER_OPTIONS],
        tmp_path_factory.mktemp("worker") / "log",
        env=os.environ | {"DATABASE_URL": database},
        folder=settings.BASE_DIR,
    )
    # On a busy machine a worker takes longer to start than the first test waits for its mail.
    wait_for(lambda: child.has_ended or app.control.ping(limit=1), "the worker to be ready", seconds=STARTING)
    assert not child.has_ended, child.last_lines()
    yield
    child.stop(10)


@pytest.fixture(autouse=True)
def quiet_worker(worker: None, portal: str) -> Iterator[None]:
    """The tables are emptied only when the worker has nothing more to do."""
    yield
    app.control.purge()
    assert app.control.ping(limit=1, timeout=10)


@pytest.fixture
def provider() -> Provider:
    return builders.provider(name="示例云接入有限公司", provinces=[builders.BEIJING])


def with_password(user: User) -> User:
    """The user, who can now sign in with ``builders.PASSWORD``."""
    user.set_password(builders.PASSWORD)
    user.save()
    return user


def sign_in(person: Person, user: User) -> None:
    """From the home page through the sign-in page, as far as the password goes."""
    person.open("/")
    person.follow(_("Sign in"), person.page.get_by_role("main"))
    person.write(_("Email"), user.email)
    person.write(_("Password"), builders.PASSWORD)
    person.press(_("Sign in"))


def set_up_second_step(person: Person) -> str:
    """Add an authenticator app, with the password once more; answer its secret."""
    person.arrives_at("/accounts/2fa/")
    person.follow(_("Activate"))
    person.write(_("Password"), builders.PASSWORD)
    person.press(_("Confirm"))
    secret = person.control(_("Authenticator secret")).input_value()
    person.write(_("Authenticator code"), one_time_code(secret))
    person.press(_("Activate"))
    person.sees(_("Recovery Codes"))
    return secret


def give_code(person: Person, secret: str, *, later: int = 0) -> None:
    """Type what the authenticator app shows."""
    person.sees(_("Two-Factor Authentication"))
    person.only_textbox().fill(one_time_code(secret, later=later))
    person.press(_("Sign In"))


def photograph(person: Person) -> None:
    """Take a photo with the browser's camera and put it into the form."""
    person.press(_("Take a photo with the camera"))
    expect(person.page.get_by_role("button", name=_("Take the photo"), exact=True)).to_be_focused()
    person.press(_("Take the photo"))
    person.reads(_("The photo is ready. It is sent together with the form."))


def password_in(mail: EmailMessage) -> str:
    """The filing password that stands alone on its line."""
    lines = [line for line in text_of(mail).splitlines() if set(line) <= set(passwords.ALPHABET)]
    (password,) = filter(None, lines)
    return password


def answer_label(code: str) -> re.Pattern[str]:
    """The name of the field for the answer to a remark with this code, whatever field the remark is about."""
    return re.compile(re.escape(_("Your answer to remark %(code)s (%(field)s)") % {"code": code, "field": ""})[:-4])


def titles(*events: str) -> list[str]:
    """What the timeline calls these events."""
    return [str(EVENT_LABELS[event]) for event in events]


def history(person: Person) -> list[str]:
    """The titles of the timeline, oldest first."""
    return person.page.locator(".timeline strong").all_inner_texts()[::-1]


def is_valid(subject: Subject, password: str) -> bool:
    """Return whether this is the password now: it is stored a moment after its mail was taken."""
    subject.refresh_from_db()
    return passwords.check(subject, password)


def recover(person: Person, number: str, certificate: str) -> str:
    """Ask for a new filing password; return the page that follows."""
    person.open("/")
    person.follow(_("Recover a filing password"))
    person.control(_("Province")).select_option(builders.BEIJING)
    person.write(_("Filing number"), number)
    person.control(_("Certificate type")).select_option("1")
    person.write(_("Certificate number"), certificate)
    person.press(_("Request a new password"))
    expect(person.page).to_have_url(re.compile(r"/recover/password/asked/$"))
    return person.page.content()


def look_up(person: Person, question: str, *, finds: Website) -> None:
    """Ask the public query, which answers with exactly this website."""
    person.open("/")
    person.write(_("Number, domain, IP address or name"), question)
    person.press(_("Look up"))
    row = person.page.locator("tbody tr")
    expect(row).to_have_count(1)
    for part in (str(finds.number), finds.subject.name, finds.name, finds.domain):
        expect(row).to_contain_text(part)


def host_files(host: Person, mailbox: MailSink, provider: Provider, values: Facts, number: int) -> Filing:
    """The host's part: choose, fill in, hand in, confirm the address on record, submit."""
    choose_provider(host, provider)
    fill_in(host, values)
    hand_in_pictures(host, values, number)
    confirm_address(host, mailbox, values["responsible.email"])
    submit(host)
    filing = Filing.objects.get()
    host.arrives_at(f"/filings/{filing.pk}/submitted/")
    return filing


def verify(staff: Person, filing: Filing) -> None:
    """The provider's part: take, then check face to face and pass on."""
    take(staff, filing)
    check_face_to_face(staff, filing)


def check_face_to_face(staff: Person, filing: Filing) -> None:
    """Photograph, answer the sheet, pass on."""
    photograph(staff)
    answer_sheet(staff, filing)
    pass_on(staff)


def approve(reviewer: Person, filing: Filing) -> Website:
    """The bureau's part: take and approve; answer the website on record."""
    take(reviewer, filing)
    reviewer.press(_("Approve and issue the number"))
    reviewer.sees(_("Confirm the approval"))
    reviewer.press(_("Confirm the approval and issue the number"))
    reviewer.arrives_at("/bureau/")
    website = Website.objects.get()
    expect(reviewer.page.get_by_role("status")).to_contain_text(str(website.subject.number))
    return website


def test_four_people_take_a_filing_from_the_home_page_to_number_and_password(
    visitor: Visitor,
    mailbox: MailSink,
    provider: Provider,
    settings: Settings,
) -> None:
    number = builders.number()
    values = invent.values(number, province=builders.BEIJING, same=False)
    host, staff, reviewer, anyone = visitor(), visitor(), visitor(), visitor()

    sign_up(host, mailbox, NEWCOMER)
    filing = host_files(host, mailbox, provider, values, number)
    assert (filing.status, filing.provider, filing.entrance) == (Status.WITH_PROVIDER, provider, Entrance.MINISTRY)
    assert {path: filing.get(path) for path in values} == values
    mail_to(mailbox, NEWCOMER, filing.domain)
    mail_to(mailbox, provider.contact_email, filing.domain)

    member = with_password(builders.staff_user(provider))
    sign_in(staff, member)
    secret = set_up_second_step(staff)
    staff.press(_("Sign out"))
    sign_in(staff, member)
    give_code(staff, secret, later=1)
    verify(staff, filing)
    host.page.reload()
    host.reads(date_format(clock.due(timezone.localdate()).on, "MONTH_DAY_FORMAT"))

    decider = with_password(builders.reviewer_user())
    TOTP.activate(decider, app_secret := generate_totp_secret())
    sign_in(reviewer, decider)
    give_code(reviewer, app_secret)
    website = approve(reviewer, filing)
    subject = website.subject
    assert str(website.number) == f"京ICP备{timezone.localdate().year}000001号-1"
    host.page.reload()
    host.reads(website.number)
    assert history(host) == titles("start", "submit", "photo", "verify", "approve")
    told = _("%(number)s: %(domain)s is on record") % {"number": website.number, "domain": filing.domain}
    mail_to(mailbox, NEWCOMER, told)
    old = password_in(mail_to(mailbox, values["responsible.email"], str(subject.number)))
    wait_for(lambda: is_valid(subject, old), "the password that was sent")

    for question in (str(website.number), filing.domain, filing.subject_name):
        look_up(anyone, question, finds=website)
        page = anyone.page.content()
        assert [path for path in PERSONAL if values[path] in page] == []

    right = recover(anyone, str(subject.number), values["subject.cert_number"])
    asked = _("%(number)s: somebody asked for a new filing password") % {"number": subject.number}
    told_mail = text_of(mail_to(mailbox, values["responsible.email"], asked))
    anyone.open(re.search(r"/recover/answer/\S+", told_mail).group())
    anyone.press(_("Confirm and send a new password"))
    sent = _("%(number)s: filing password") % {"number": subject.number}
    new = password_in(mail_to(mailbox, values["responsible.email"], sent, nth=2))
    wait_for(lambda: is_valid(subject, new), "the new password")
    assert not is_valid(subject, old)
    assert recover(anyone, str(subject.number), invent.credit_code(builders.number())) == right


def test_a_filing_returned_at_each_hop_is_corrected(visitor: Visitor, mailbox: MailSink, provider: Provider) -> None:
    case = builders.Case(of=provider).submit()
    filing = case.filing
    host = visitor().sign_in_as(filing.host)
    staff = visitor().sign_in_as(with_second_step(User.objects.get(pk=case.staff.user_id)))
    reviewer = visitor().sign_in_as(with_second_step(User.objects.get(pk=case.reviewer.user_id)))

    staff.open("/provider/")
    take(staff, filing)
    write_remark(staff, "websites.0.name", "P301", "名称与主办单位无关", "使用单位全称")
    send_return(staff, _("Return to the host"))
    staff.arrives_at("/provider/")
    assert "P301" in text_of(mail_to(mailbox, filing.host.email, filing.domain, nth=2))

    host.open(f"/filings/{filing.pk}/")
    host.reads("名称与主办单位无关")
    host.follow(f"{fields.WEBSITE.title} · {_('Website name')}")
    host.arrives_at(f"/filings/{filing.pk}/correct/#id_websites.0.name")
    host.reads("使用单位全称")
    host.write(_("Website name"), "示例单位全称官方网站")
    host.page.get_by_role("textbox", name=answer_label("P301")).fill("已改为单位全称。")
    host.press(_("Save and continue"))
    submit(host)

    staff.page.reload()
    take(staff, filing)
    staff.reads("已改为单位全称。")
    check_face_to_face(staff, filing)
    reviewer.open("/bureau/")
    take(reviewer, filing)
    expect(reviewer.page.locator("[id='row-websites.0.name']")).to_contain_text("示例单位全称官方网站")
    write_remark(reviewer, "subject.investor", "B703", "投资人与登记不符", "填写法定代表人")
    send_return(reviewer, _("Return to the provider"))
    reviewer.arrives_at("/bureau/")

    newer = builders.Case(of=provider).submit().filing
    staff.open("/provider/?tab=returned")
    expect(staff.page.get_by_role("row").filter(has_text=newer.domain)).to_have_count(0)
    take(staff, filing)
    staff.follow(_("Change"), staff.page.get_by_role("heading", name=starting_with(fields.SUBJECT.title)).first)
    staff.sees(fields.SUBJECT.title)
    staff.write(_("Investor or supervising body"), "新投资人")
    staff.press(_("Save and continue"))
    staff.sees(filing.subject_name)
    answer_sheet(staff, filing)  # the photo of the last round still counts
    pass_on(staff)

    reviewer.page.reload()
    website = approve(reviewer, filing)
    assert website.name == "示例单位全称官方网站"
    host.open(f"/filings/{filing.pk}/")
    host.reads(website.number)
    assert history(host) == titles(
        *("start", "submit", "send_back", "submit", "photo", "verify"),
        *("return", "amend", "verify", "approve"),
    )
    filing.refresh_from_db()
    assert (filing.status, filing.round, filing.get("subject.investor")) == (Status.FILED, 3, "新投资人")
    mail_to(mailbox, filing.get("responsible.email"), str(website.subject.number))


def test_a_double_click_on_submit_submits_once(visitor: Visitor, mailbox: MailSink) -> None:
    filing = builders.Case().filing
    host = visitor().sign_in_as(filing.host)
    host.open(f"/filings/{filing.pk}/check/")
    host.page.get_by_role("button", name=_("Submit for verification")).dblclick()
    host.arrives_at(f"/filings/{filing.pk}/submitted/")
    filing.refresh_from_db()
    assert (filing.status, filing.round) == (Status.WITH_PROVIDER, 1)
    assert list(filing.events.values_list("name", flat=True)) == ["start", "submit"]
    mail_to(mailbox, filing.host.email, filing.domain)


def test_an_individual_comes_through_a_bureaus_navigation_and_the_filing_remembers_it(
    visitor: Visitor, mailbox: MailSink, provider: Provider
) -> None:
    number = builders.number()
    values = invent.values(number, province=builders.BEIJING, individual=True)
    user = builders.host_user()
    host = visitor().sign_in_as(user)
    host.open("/navigation/")
    host.follow("北京市通信管理局")
    host.press(_("Start a filing here"), host.page.get_by_role("article").filter(has_text=provider.name))
    fill_in(host, values)
    hand_in_pictures(host, values, number)
    confirm_address(host, mailbox, values["responsible.email"])
    submit(host)
    filing = Filing.objects.get(host=user)
    assert (filing.status, filing.provider, filing.entrance) == (Status.WITH_PROVIDER, provider, Entrance.BUREAU)
    assert filing.is_individual
    mail_to(mailbox, user.email, filing.domain)
