"""Effects of an approval, shown before it is confirmed: numbers, subject, websites, who is told, the password."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.mail import mask_address, split_addresses
from desks.components import SummaryRow
from filings.fields import display
from filings.kinds import Numbers
from filings.mail import notices, other_providers
from filings.models import Filing
from filings.rules import ownership
from ministry.models import Website
from ministry.reference import english, numbers

CERTIFICATE = ("subject.cert_type", "subject.cert_number")


def effects(filing: Filing, *, full: bool) -> list[SummaryRow]:
    """Return what approving the filing now would do, as rows of a summary list; the certificate masked unless ``full``.

    Two queries at most.
    """
    on_record = [] if filing.law.numbers == Numbers.ISSUED else ownership.websites_of(filing)
    return [
        SummaryRow(_("To be approved"), capfirst(filing.kind_name)),
        SummaryRow(_("Number"), _numbers(filing, on_record)),
        SummaryRow(_("Site host"), _subject(filing, full=full)),
        SummaryRow(_("Websites and other services"), english.clauses(_services(filing, on_record))),
        SummaryRow(_("To be returned"), _("none; everything in this filing is approved")),
        SummaryRow(_("Notified by e-mail"), english.clauses(_notified(filing))),
        SummaryRow(_("Filing password"), _password(filing)),
    ]


def _numbers(filing: Filing, on_record: list[Website]) -> str:
    count = len(filing.approved)
    if filing.law.numbers == Numbers.VOID:
        return _("Void from today: %(numbers)s") % {"numbers": english.joined(_ending(filing, on_record))}
    if filing.law.numbers == Numbers.KEPT:
        kept = filing.about_website or filing.about_subject
        return _("No new number; %(number)s stays") % {"number": kept and kept.number}
    if filing.makes_subject:
        return _("The next number of the series %(series)s, with services %(last)s") % {
            "series": numbers.start_of_series(filing.subject_province, timezone.localdate().year),
            "last": "-1" if count == 1 else _("-1 to -%(count)d") % {"count": count},
        }
    words = ngettext("The next number under %(number)s", "The next %(count)d numbers under %(number)s", count)
    return words % {"number": filing.about_subject and filing.about_subject.number, "count": count}


def _ending(filing: Filing, on_record: list[Website]) -> Iterator[str]:
    """Yield the numbers that end: the website's only, or the subject's with everything on record."""
    if filing.about_website_id is None and filing.about_subject:
        yield str(filing.about_subject.number)
    yield from (str(website.number) for website in on_record)


def _subject(filing: Filing, *, full: bool) -> str:
    certificate = (display.words(path, filing.get(path), full=full) for path in CERTIFICATE)
    return " · ".join(filter(None, (filing.subject_name, *certificate)))


def _services(filing: Filing, on_record: list[Website]) -> Iterator[str]:
    if filing.law.numbers == Numbers.ISSUED:
        yield from (str(row["described"]) for row in notices.unnumbered(filing))
    else:
        yield from (f"{website.described} · {website.number}" for website in on_record)


def _notified(filing: Filing) -> Iterator[str]:
    """Yield who is told by mail, without the hosts' names. The mails themselves are shown below, word for word."""
    yield _("the host")
    yield _("the access provider %(provider)s") % {"provider": filing.provider.name}
    if filing.law.notifies_providers:
        for provider in other_providers.concerned(filing, timezone.localdate()):
            yield _("the access provider %(provider)s") % {"provider": provider.name}
    if filing.offer_id:
        yield _("the host giving up the website")


def _password(filing: Filing) -> str:
    if not filing.makes_subject:
        return _("stays the same")
    shown = english.joined(map(mask_address, split_addresses(str(filing.get("responsible.email") or ""))))
    if filing.is_reported:
        return _("The site host asks for one; a link to confirm is sent to %(address)s first") % {"address": shown}
    return _("A new one is created and sent to %(address)s") % {"address": shown}
