"""The texts of mails that operators have published in place of those that come with the portal.

A mail takes the newest version of its kind when it is written; one in the queue keeps its text. A version that can't
be used, because a release has renamed a placeholder, stops no mail: the built-in text is used, and the status page
names the kind.
"""

import difflib
import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import languages
from accounts.models import Language, User
from ministry.mail import built_in
from ministry.models import MailText
from ministry.process_copy import ProcessCopy

COLUMNS: Final = ((Language.CHINESE, "subject", "body"), (Language.ENGLISH, "subject_en", "body_en"))
_GAPS: Final = re.compile(r"\n{3,}")

logger = logging.getLogger(__name__)


def of(kind: str, context: Mapping[str, Any]) -> tuple[str, str]:
    """Return subject and body of a mail of this kind in the current language."""
    if text := PUBLISHED.value().get(kind):
        try:
            wanted = {name for words in text.words() for name in built_in.names_in(words)}
            return _filled(text, built_in.read(kind, context, wanted).values)
        except Exception:  # a text of the operators' must never stop a mail
            logger.exception("version %d of the mail %s could not be used", text.number, kind)
    subject, body = render_to_string(f"{built_in.FOLDER}/{kind}.txt", dict(context)).split("\n", 1)
    return subject.strip(), body.strip() + "\n"


def example(text: MailText) -> tuple[str, str]:
    """Return subject and body with examples in the current language; raise KeyError for an unknown placeholder."""
    return _filled(text, built_in.read(text.kind).values)


def newest() -> dict[str, MailText]:
    """Return the newest version of each kind that has one. One query."""
    return {text.kind: text for text in MailText.objects.order_by("kind", "-number").distinct("kind")}


def unusable() -> list[str]:
    """Return the kinds whose published text is not used, because it no longer fits the portal. One query."""
    return sorted(kind for kind, text in newest().items() if not text.is_built_in and faults(text))


def publish(text: MailText, *, by: User, after: int) -> MailText:
    """Publish a text as the next version of its kind; ``after``: the version that was seen.

    Raise ValidationError with every fault, or when somebody has published another version meanwhile.
    """
    if not text.is_built_in and (found := faults(text)):
        raise ValidationError(found)
    text.number, text.user, text.actor_name = after + 1, by, by.name or by.email
    try:
        with transaction.atomic():
            last = MailText.objects.filter(kind=text.kind).order_by("-number").first()
            if (last.number if last else 0) != after:
                raise _overtaken()
            text.save(force_insert=True)
            transaction.on_commit(PUBLISHED.forget)
    except IntegrityError as error:
        raise _overtaken() from error
    return text


def faults(text: MailText) -> dict[str, list[str]]:
    """Return what is wrong with the text, by column."""
    if text.kind not in built_in.kinds():
        return {"body": [_("The portal no longer sends this e-mail.")]}
    found: dict[str, list[str]] = {}
    for language, subject, body in COLUMNS:
        with translation.override(language):
            known = built_in.read(text.kind)
        for column in (subject, body):
            found[column] = _wrong(getattr(text, column), known)
        named = built_in.names_in(f"{getattr(text, subject)} {getattr(text, body)}")
        if missing := sorted(known.required.difference(named)):
            found[body].append(_("Required placeholders are missing: %(names)s.") % {"names": ", ".join(missing)})
        elif text.kind in built_in.TEXT_MESSAGES:
            found[body] += _too_late(getattr(text, body), known)
    return {column: messages for column, messages in found.items() if messages}


def _wrong(words: str, known: built_in.BuiltIn) -> list[str]:
    """Return what is wrong with a subject or body by itself."""
    found = []
    if not words.strip():
        found.append(_("Enter a text."))
    if unknown := sorted(set(built_in.names_in(words)) - set(known.values)):
        found.append(_("Unknown placeholders: %(names)s. Choose from the list.") % {"names": ", ".join(unknown)})
    if built_in.has_stray_braces(words):
        found.append(_("Two braces may only surround the name of a placeholder."))
    return found


def _too_late(body: str, known: built_in.BuiltIn) -> list[str]:
    """Return the fault if the first paragraph, with which a text message ends, lacks a placeholder."""
    needed, named = (set(built_in.names_in(built_in.first_paragraph(words)[0])) for words in (known.body, body))
    needed &= known.required
    if needed <= named:
        return []
    words = _("The first paragraph is also the text message (SMS). Placeholders it must have: %(names)s.")
    return [words % {"names": ", ".join(sorted(needed))}]


def difference(old: str, new: str) -> Iterator[tuple[str, str]]:
    """Yield the lines of two texts, each with ``ins``, ``del`` or nothing."""
    kinds = {"+ ": "ins", "- ": "del", "  ": ""}
    for line in difflib.ndiff(old.splitlines(), new.splitlines()):
        if line[:2] in kinds:
            yield kinds[line[:2]], line[2:]


def _usable() -> dict[str, MailText]:
    return {kind: text for kind, text in newest().items() if not text.is_built_in and not faults(text)}


PUBLISHED: Final = ProcessCopy(_usable)


def _filled(text: MailText, values: Mapping[str, str]) -> tuple[str, str]:
    is_english = languages.is_english()
    subject, body = (text.subject_en, text.body_en) if is_english else (text.subject, text.body)
    filled = _GAPS.sub("\n\n", built_in.filled(body, values).strip())
    return " ".join(built_in.filled(subject, values).split()), f"{filled}\n"


def _overtaken() -> ValidationError:
    return ValidationError(
        _("Somebody has published another version meanwhile. What you typed has been kept; compare it, then publish.")
    )
