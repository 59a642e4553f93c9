"""The case file as one PDF, unmasked: who saw what and when, by which rule, with which code."""

from collections.abc import Iterator, Sequence
from copy import copy
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from desks.casefile.contents import CaseFile, Round
from desks.casefile.layout import NONE, Printed, marked, name_of, when
from desks.casefile.paper_records import case, clock, events, looks, mails, offer, orders, paper_rows, receipts, rules
from desks.progress import timelines
from filings import checklist_items, reasons
from filings.evidence.printing import Pair
from filings.facts import Facts
from filings.fields import display
from filings.models import (
    Answer,
    Filing,
    Remark,
    Sheet,
    Verification,
)
from filings.rules.rounds import Change
from filings.states import Role
from filings.verification import photo_seals
from ministry.reference import english


def pdf(file: CaseFile) -> bytes:
    """Return the whole case file on A4 pages, the pictures at its end."""
    paper = Printed(_("Case file of filing %(id)d") % {"id": file.filing.pk}, file.made_at)
    paper.add_page()
    paper.headline(_("Case file"), file.filing.subject_name)
    paper.rows(_head(file))
    paper.part(_("Decisions: who decided what and when, with which code"), _decisions(file))
    if file.opinions:
        paper.part(_("The reviewers' opinions"), _opinions(file))
    for number in range(1, max((one.number for one in file.rounds), default=0) + 1):
        _print_round(paper, file, number)
    paper.part(_("The bureau's clock"), clock(file))
    if file.questions:
        paper.part(_("The bureau's questions and the answers"), _questions(file))
    paper.part(_("Provincial rules that applied"), rules(file))
    paper.part(_("Handover receipts"), receipts(file))
    paper.part(_("Full history"), events(file))
    if file.offered:
        paper.part(_("What the host of the website agreed to"), offer(file))
    if file.ordered:
        paper.part(_("Orders about the record"), orders(file))
    for one in file.questioned:
        paper.part(_("The case: %(kind)s") % {"kind": one.case.get_kind_display()}, case(file, one))
    paper.part(_("Access log of full data and pictures"), looks(file))
    paper.part(_("E-mails"), mails(file))
    paper.part(_("Pictures and documents, with the SHA-256 of each"), _pictures(file))
    for picture in file.pictures:
        paper.picture(picture)
    for sheet in file.sheets:
        for scan in sheet.scans.all():
            paper.picture(scan)
    for name, page in file.official_pages:
        paper.picture(page, name)
    return bytes(paper.output())


def _head(file: CaseFile) -> Iterator[Pair]:
    filing = file.filing
    yield _("Filing"), f"{filing.pk} · {filing.get_kind_display()}"
    yield _("Status"), capfirst(filing.get_status_display())
    if filing.subject:
        yield _("Filing number"), str(filing.subject.number)
    yield _("Access provider"), str(filing.provider)
    yield _("Bureau"), str(filing.bureau) if filing.bureau else NONE
    yield _("How it reached the provider"), filing.get_entrance_display()
    for label, moment in (
        (_("Draft started"), filing.created_at),
        (_("Submitted for the first time"), filing.submitted_at),
        (_("Last received by the bureau"), filing.received_at),
        (_("Approved on"), filing.decided_at),
    ):
        yield label, when(moment) if moment else NONE
    yield _("Printed"), _("%(at)s, by %(who)s") % {"at": when(file.made_at), "who": file.made_by}
    yield _("Audit log when printed"), f"{file.head.number} · {file.head.chain}"
    yield _("Entries of this file in the audit log"), _soundness(file)
    yield _("Last full verification of the audit log"), _proved(file)


def _proved(file: CaseFile) -> str:
    """Return the result of the last proof of the whole log: this file alone can't show that a row was removed."""
    check = file.proved
    if check is None:
        return _("not verified yet")
    values = {"at": when(check.at), "number": check.number}
    if check.fault:
        return _("%(at)s: FAILED; entries may be missing here, ask the ministry") % values
    if not check.is_whole:
        return _("%(at)s: verified up to entry %(number)d; the rest is checked again in turn") % values
    return _("%(at)s: verified up to entry %(number)d, nothing is missing") % values


def _soundness(file: CaseFile) -> str:
    if file.broken:
        return ngettext(
            "%(count)d entry differs from the sealed one; it is marked below.",
            "%(count)d entries differ from the sealed ones; they are marked below.",
            len(file.broken),
        ) % {"count": len(file.broken)}
    return ngettext("%(count)d entry, as sealed.", "%(count)d entries, all as sealed.", len(file.links)) % {
        "count": len(file.links)
    }


def _decisions(file: CaseFile) -> Iterator[Pair]:
    for event in file.decisions:
        remarks = [remark for remark in file.remarks if remark.round == event.round and remark.stage == Role.BUREAU]
        values = file.filing.facts
        words = [f"{one.code} {display.label(one.path, values)}" for one in remarks if event.name == "return"]
        yield (
            _("Round %(number)s") % {"number": event.round},
            marked(
                file,
                event,
                timelines.title_of(file.filing, event),
                event.actor_name,
                when(event.at),
                english.joined(words),
            ),
        )


def _opinions(file: CaseFile) -> Iterator[Pair]:
    for one in file.opinions:
        words = [one.get_verdict_display(), one.reviewer_name, one.reviewer_phone, when(one.at), one.text]
        yield _("Round %(number)s") % {"number": one.round}, marked(file, one, *words)


def _questions(file: CaseFile) -> Iterator[Pair]:
    for question in file.questions:
        asked = marked(file, question, question.author_name, when(question.at), date_format(question.due_on))
        yield _("Question in round %(number)s") % {"number": question.round}, f"{question.text}\n{asked}"
        if reply := file.replies.get(question.pk):
            words = marked(file, reply, reply.author_name, when(reply.at))
            yield _("The provider's answer"), f"{reply.text}\n{words}"
            yield from paper_rows(file, f"answers/{question.pk}-")
    for one in file.asked:
        yield _("Question to the host"), f"{one.text}\n{marked(file, one, one.author_name, when(one.at))}"
        if reply := getattr(one, "reply", None):
            yield _("The host's answer"), f"{reply.text}\n{marked(file, reply, reply.author_name, when(reply.at))}"
            yield from paper_rows(file, f"answers/host-{one.pk}-")


def _print_round(paper: Printed, file: CaseFile, number: int) -> None:
    """Print a round: what was handed on, if this party was handed it, then the remarks and answers."""
    title = _("Round %(number)s") % {"number": number}
    for one in file.rounds:
        if one.number == number:
            _print_handed(paper, file, one, title)
    remarks = [remark for remark in file.remarks if remark.round == number]
    if remarks:
        paper.part(english.labelled(title, _("remarks and answers")), _remarks(file, remarks))


def _print_handed(paper: Printed, file: CaseFile, one: Round, title: str) -> None:
    about = marked(file, one.snapshot, when(one.snapshot.taken_at))
    paper.part(english.labelled(title, _("submission")), [(_("Submitted"), about)])
    if one.changes is not None:
        paper.part(english.labelled(title, _("changes since the previous round")), _changes(one.changes))
    paper.part(english.labelled(title, _("facts")), _facts(file.filing, one.state.facts))
    if one.verification:
        rows = _verification(file, one.verification)
        paper.part(english.labelled(title, _("face-to-face verification")), rows)
        for sheet in file.sheets:
            if sheet.verification_id == one.verification.pk:
                paper.rows(_sheet(file, sheet))


def _changes(changes: Sequence[Change]) -> Iterator[Pair]:
    for change in changes:
        old = change.old_picture or change.old or NONE
        new = change.new_picture or change.new or NONE
        yield change.label, f"{old}\n→ {new}"


def _facts(filing: Filing, facts: Facts) -> Iterator[Pair]:
    of_round = copy(filing)
    of_round.facts = facts
    for block in display.blocks(of_round, full=True):
        for row in block.rows:
            yield f"{block.section.title} · {row.label}", row.value or NONE


def _verification(file: CaseFile, verification: Verification) -> Iterator[Pair]:
    by = marked(file, verification, verification.verifier, when(verification.verified_at), verification.place)
    if file.filing.is_reported:
        yield _("Verified and reported by"), by
        yield _("Checklist"), _("on the scan of the signed sheet; this portal has no answers of its own")
        return
    yield _("Verified by"), by
    for item in file.filing.sheet_items:
        if answer := verification.answers.get(item.id):
            noted: dict[str, Any] = verification.notes.get(item.id, {})
            words = [str(checklist_items.ANSWERS.get(answer, answer)), noted.get("note", ""), noted.get("source", "")]
            yield str(item.text), " · ".join(filter(None, words))


def _sheet(file: CaseFile, sheet: Sheet) -> Iterator[Pair]:
    yield (
        _("Verification sheet %(number)s") % {"number": sheet},
        marked(file, sheet, sheet.content["domain"], when(sheet.issued_at), f"SHA-256 {sheet.sha256}"),
    )
    for scan in sheet.scans.all():
        yield name_of(scan), marked(file, scan, scan.uploaded_by, when(scan.uploaded_at), f"SHA-256 {scan.sha256}")


def _remarks(file: CaseFile, remarks: Sequence[Remark]) -> Iterator[Pair]:
    for remark in remarks:
        reason = reasons.BY_CODE[remark.code]
        yield (
            f"{remark.code} {display.label(remark.path, file.filing.facts)}",
            "\n".join(
                [
                    english.labelled(remark.get_stage_display(), reason.text),
                    english.labelled(_("Found"), remark.seen),
                    english.labelled(_("Expected"), remark.expected),
                    marked(file, remark, remark.author, when(remark.made_at)),
                ]
            ),
        )
        answer: Answer | None = getattr(remark, "answer", None)
        if answer:
            words = marked(file, answer, answer.author, when(answer.at))
            yield _("Answer in round %(number)s") % {"number": answer.round}, f"{answer.text}\n{words}"


def _pictures(file: CaseFile) -> Iterator[Pair]:
    for picture in file.pictures:
        replaced = _("replaced %(at)s") % {"at": when(picture.replaced_at)} if picture.replaced_at else ""
        words = [str(picture.uploaded_by), when(picture.uploaded_at), replaced, f"SHA-256 {picture.sha256}"]
        if seal := file.seals.get(picture.pk):
            faults = english.joined(photo_seals.faults(seal))
            words.append(marked(file, seal, _("seal broken: %(what)s") % {"what": faults} if faults else _("sealed")))
        yield name_of(picture), " · ".join(filter(None, words))
