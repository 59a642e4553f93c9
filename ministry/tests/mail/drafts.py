"""Texts of mails as operators draft and publish them."""

from django.utils import translation

from accounts.models import User
from ministry.mail import built_in, texts
from ministry.models import MailText


def drafted(kind: str, **changes: str) -> MailText:
    """Return the built-in text of a kind with changes; not published."""
    said = {}
    for language, subject, body in texts.COLUMNS:
        with translation.override(language):
            known = built_in.read(kind)
        said |= {subject: known.subject, body: known.body}
    return MailText(kind=kind, **(said | changes))


def published(by: User, text: MailText, after: int = 0) -> MailText:
    made = texts.publish(text, by=by, after=after)
    texts.PUBLISHED.forget()
    return made
