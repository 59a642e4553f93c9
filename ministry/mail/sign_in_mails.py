"""Word the mails of the sign-in library like all others, so that operators can publish texts of theirs too."""

from typing import Any, Final

from django.core.mail import EmailMessage

from accounts import sending
from accounts.adapter import AccountAdapter
from ministry.mail import texts

# The last part of allauth's name of a mail is that of its kind. Others would have allauth's own text: with our settings
# it sends none.
KINDS: Final = frozenset({"account_already_exists", "email_confirmation", "password_reset_key", "unknown_account"})


class WordedAccountAdapter(AccountAdapter):
    """The adapter of the accounts, with the texts of ``ministry.mail.texts``."""

    def render_mail(
        self, template_prefix: str, email: str | list[str], context: dict[str, Any], headers: Any = None
    ) -> EmailMessage:
        kind = template_prefix.rpartition("/")[2].removesuffix("_signup")
        if kind not in KINDS:
            return super().render_mail(template_prefix, email, context, headers)
        subject, body = texts.of(kind, context)
        to = [email] if isinstance(email, str) else email
        return EmailMessage(subject, body, self.get_from_email(), to, headers=headers, connection=sending.connection())
