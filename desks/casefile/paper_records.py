"""The case file as PDF: the parts other than the rounds."""

from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from post_office.models import Email

from accounts.mail import mask_address
from desks.casefile.contents import CaseFile
from desks.casefile.layout import NONE, marked, paper_name, when
from desks.casefile.looks import looked_at
from desks.casefile.of_record import Questioned
from desks.progress import timelines
from filings.evidence.printing import Pair
from filings.models import (
    Event,
    Export,
    FilingMail,
    Look,
    OfferEnd,
)
from ministry.reference import english
from records.models import OrderTask


def clock(file: CaseFile) -> Iterator[Pair]:
    for entry in file.clock:
        due = date_format(entry.due_on) if entry.due_on else NONE
        provisional = _("provisional") if entry.is_provisional else ""
        yield (
            f"{when(entry.at)}",
            marked(
                file,
                entry,
                entry.get_what_display(),
                entry.get_why_display(),
                _("due date %(date)s") % {"date": due},
                provisional,
                entry.notice,
            ),
        )


def rules(file: CaseFile) -> Iterator[Pair]:
    """Yield each rule with its days, its source, and its wording at the time of the decision."""
    yield _("Judged by the rules of"), date_format(file.filing.judged_on)
    for one in file.rules:
        rule = one.rule
        last = _("to %(date)s") % {"date": date_format(rule.valid_to)} if rule.valid_to else _("no end date")
        terms = english.joined(
            [
                *([str(rule.amount)] if rule.amount is not None else []),
                *([str(rule.get_demand_display())] if rule.demand else []),
                *(str(line) for line in rule.named_lines()),
            ]
        )
        yield (
            f"{rule.get_province_display()} · {rule.get_topic_display()}",
            "\n".join(
                filter(
                    None,
                    [
                        _("rule %(id)d, from %(first)s, %(last)s; a breach %(severity)s")
                        % {
                            "id": rule.pk,
                            "first": date_format(rule.valid_from),
                            "last": last,
                            "severity": rule.get_severity_display(),
                        },
                        terms,
                        rule.advice,
                        marked(file, one.change, rule.source),
                    ],
                )
            ),
        )


def receipts(file: CaseFile) -> Iterator[Pair]:
    """Yield each receipt with its time, from whom to whom, round, record number and digest."""
    for one in file.receipts:
        words = [f"{one.giver} → {one.taker}", when(one.at), _("Round %(number)s") % {"number": one.round}]
        yield one.number, "\n".join(filter(None, [" · ".join(words), one.record_number, one.digest]))


def events(file: CaseFile) -> Iterator[Pair]:
    for event in file.events:
        yield when(event.at), marked(file, event, timelines.title_of(file.filing, event), _who(event), event.shown_note)


def _who(event: Event) -> str:
    name = f"{event.get_role_display()} {event.shown_actor}"
    return f"{name}（{_('for %(host)s') % {'host': event.on_behalf_of}}）" if event.on_behalf_of else name


def offer(file: CaseFile) -> Iterator[Pair]:
    """Yield who offers which website to whom until when, with the account masked; then how the offer ended."""
    for row in file.offered:
        if isinstance(row, OfferEnd):
            yield when(row.at), marked(file, row, row.get_why_display())
            continue
        website, until = row.website, _("until %(day)s") % {"day": date_format(row.until)}
        lines = [f"{website.number} · {website.described} · {website.subject.name}", f"→ {row.name} · {until}"]
        yield when(row.at), "\n".join([*lines, marked(file, row, mask_address(row.by.email))])


def orders(file: CaseFile) -> Iterator[Pair]:
    """Yield each order with its ground and events, then every receipt with its time, then the order's paper."""
    for one in file.ordered:
        order, ground = one.order, one.order.legal_ground
        words = [order.get_act_display(), order.get_scope_display(), order.document, date_format(order.on)]
        lines = [" · ".join(map(str, words)), f"{ground.article} {ground.text}" if ground else "", one.reason]
        yield str(order.number), "\n".join([*filter(None, lines), marked(file, order)])
        for event in one.events:
            yield when(event.at), marked(file, event, event.get_name_display(), event.actor_name, event.note)
        for task in one.tasks:
            yield _("Receipt of %(provider)s") % {"provider": task.provider}, _receipt(task)
        yield from paper_rows(file, f"orders/{order.pk}-")


def _receipt(task: OrderTask) -> str:
    if task.confirmed_at is None or task.done_at is None:
        return _("outstanding")
    return _("done at %(done)s; receipt by %(name)s, %(at)s") % {
        "done": when(task.done_at),
        "name": task.confirmed_by,
        "at": when(task.confirmed_at),
    }


def case(file: CaseFile, one: Questioned) -> Iterator[Pair]:
    """Yield how the case ended and its deadline, then what each side said and did, then the papers."""
    case = one.case
    ended = when(case.decided_at) if case.decided_at else ""
    yield str(case.number), " · ".join(filter(None, [str(case.get_state_display()), ended, case.reason]))
    yield _("Objections until"), date_format(case.answer_by)
    for entry in one.entries:
        done = marked(file, entry.event, entry.event.get_name_display(), entry.who)
        yield when(entry.event.at), "\n".join(filter(None, [entry.text, done]))
    yield from paper_rows(file, f"cases/{case.pk}-")


def paper_rows(file: CaseFile, start: str) -> Iterator[Pair]:
    for name, page in file.official_pages:
        if name.startswith(start):
            yield paper_name(name), marked(file, page, f"SHA-256 {page.sha256}")


def looks(file: CaseFile) -> Iterator[Pair]:
    seen = [
        *((look.at, marked(file, look, look.get_role_display(), *_looked(file, look))) for look in file.looks),
        *((one.at, marked(file, one, one.get_role_display(), one.user, *_taken_out(one))) for one in file.exports),
    ]
    for at, words in sorted(seen):
        yield when(at), words


def _looked(file: CaseFile, look: Look) -> tuple[object, ...]:
    """Return who looked, and at what."""
    if look.user is None:
        return (_("who, and at what: no longer kept"),)
    return look.user, looked_at(look.what, file.filing.facts)


def _taken_out(export: Export) -> tuple[str, str]:
    """Return what was exported, and its query or digest."""
    if export.query.startswith("case file "):
        return _("case file downloaded"), export.query.removeprefix("case file ")
    return _("list exported"), export.query


def mails(file: CaseFile) -> Iterator[Pair]:
    for row, mail in file.mails:
        yield when(row.at), marked(file, row, f"{_mail_words(row, mail)}\n{row.name}", f"SHA-256 {row.sha256}")


def _mail_words(row: FilingMail, mail: Email | None) -> str:
    if mail:
        return "\n".join((english.labelled(_("To"), english.joined(mail.to)), mail.subject, mail.message))
    return (
        _("The e-mail also concerns other filings; it is not printed.")
        if row.is_shared
        else _("The e-mail is not kept.")
    )
