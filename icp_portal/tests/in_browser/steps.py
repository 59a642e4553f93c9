"""What people do on the pages, the same in every test that drives a browser."""

import re
from typing import Any

from django.utils.translation import gettext as _
from playwright.sync_api import expect

from filings import checklist_items
from filings.models import Filing
from icp_portal.tests import builders
from icp_portal.tests.browser import Person, mail_to, starting_with, text_of
from ops.mailsink import MailSink


def sign_up(person: Person, mailbox: MailSink, email: str) -> None:
    """From the home page to an account with a proven e-mail address."""
    person.open("/")
    person.follow(_("Sign up"))
    person.write(_("Email"), email)
    person.write(_("Password"), builders.PASSWORD)
    person.write(_("Password (again)"), builders.PASSWORD)
    person.press(_("Sign up"))
    person.sees(_("Check your e-mail"))
    text = text_of(mail_to(mailbox, email, ""))
    (code,) = re.findall(r"^[0-9A-Z]{4}-[0-9A-Z]{4}$", text, re.MULTILINE)
    person.only_textbox().fill(code)
    person.press(_("Confirm"))
    person.arrives_at("/filings/")


def confirm_address(person: Person, mailbox: MailSink, address: str) -> None:
    """Have a code sent to the address on record, and type it; a worker sends it."""
    person.sees(_("Check and submit"))
    person.page.get_by_role("link", name=_("Confirm the e-mail address")).first.click()
    person.press(_("Send a code to this address"))
    code = re.search(
        r"\d{6}", text_of(mail_to(mailbox, address, _("Verification code for your e-mail address in an ICP filing")))
    )
    assert code
    person.write(_("Code from the e-mail"), code.group())
    person.press(_("Confirm the address"))


def submit(person: Person) -> None:
    """Send the checked filing to the provider."""
    person.sees(_("Check and submit"))
    person.press(_("Submit for verification"))
    expect(person.page).to_have_url(re.compile(r"/filings/\d+/submitted/$"))
    person.reads(_("What to bring to the face-to-face check"))


def take(person: Person, filing: Filing) -> None:
    """Take the filing from the queue into work."""
    person.sees(_("Queue"))
    person.press(_("Claim"), person.page.get_by_role("row").filter(has_text=filing.domain))
    person.sees(filing.subject_name)


def answer_sheet(person: Person, filing: Filing) -> None:
    """Say yes to every item of the sheet, and sign it."""
    for item in filing.sheet_items:
        group = person.page.get_by_role("group", name=starting_with(item.text))
        group.get_by_label(str(checklist_items.ANSWERS[checklist_items.YES]), exact=True).check()
    person.control(_("I have verified this face to face; the data are true.")).check()


def pass_on(person: Person) -> None:
    """Send the verified filing to the bureau; the next one opens, or the queue."""
    passed = person.page.url
    person.press(_("Send to the bureau"))
    expect(person.page).not_to_have_url(passed)
    expect(person.page.get_by_role("status").locator(".tone-success")).to_have_count(1)


def write_remark(person: Person, path: str, code: str, seen: str, expected: str) -> None:
    """Open the first row of remarks, unless it is open, and fill it in."""
    if not person.page.locator("[data-remark-row='0']").is_visible():
        person.press(_("Add a remark"))
    row = person.page.get_by_role("group", name=_("Remark %(n)s") % {"n": 1}, exact=True)
    row.get_by_role("combobox").first.select_option(code)
    row.get_by_role("combobox").last.select_option(path)
    row.get_by_label(_("What you found"), exact=True).fill(seen)
    row.get_by_label(_("What is expected"), exact=True).fill(expected)


def send_return(person: Person, button: Any) -> None:
    """Look at the mail of a return, then send it."""
    person.press(button)
    person.sees(_("Preview the return"))
    person.press(_("Send"))
