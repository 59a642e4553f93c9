"""Queue mails about filings and record which filings each is about, in the transaction of their cause."""

import hashlib
from collections.abc import Iterable

from post_office.models import Email

from filings.models import FilingMail
from ministry.mail import letters


def queue(mails: Iterable[Email]) -> None:
    """Queue the mails; ``is_about`` of each is (template, filing) for every filing it is about. Two inserts."""
    rows = list(mails)
    letters.queue(rows)
    about = [
        FilingMail(filing_id=filing_id, mail=mail, name=name, sha256=digest_of(mail), is_shared=is_shared)
        for mail in rows
        for is_shared in [len({filing_id for _name, filing_id in mail.is_about}) > 1]
        for name, filing_id in mail.is_about
    ]
    if about:
        FilingMail.objects.bulk_create(about)


def digest_of(mail: Email) -> str:
    """Return the SHA-256 of a mail's recipients, subject and body."""
    return hashlib.sha256("\n".join([*mail.to, mail.subject, mail.message]).encode()).hexdigest()
