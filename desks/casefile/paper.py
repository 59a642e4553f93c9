"""The case file as one PDF: who saw what and when, by which rule, with which code. Nothing is masked in it."""

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from fpdf.enums import XPos, YPos
from post_office.models import Email

from accounts.mail import mask_address
from desks import progress
from desks.casefile.contents import CaseFile, Round
from desks.casefile.of_record import Questioned
from filings import checklist, fields, reasons
from filings.evidence.printing import A4, LINE, Pair
from filings.facts import Facts
from filings.fields import attachments, display
from filings.models import (
    Answer,
    Event,
    Evidence,
    Export,
    Filing,
    FilingMail,
    OfferEnd,
    OfficialPage,
    Remark,
    Sheet,
    SheetScan,
    Verification,
)
from filings.rules.rounds import Change
from filings.states import Role
from filings.verification import photographs
from records.models import OrderTask

PICTURE = 150.0  # millimetres: the longer side of a picture
NONE = "—"
# folder in the zip → what its pages are
PAPERS = {
    "answers": gettext_lazy("Paper of an answer"),
    "matters": gettext_lazy("Proof handed in"),
    "orders": gettext_lazy("The signed order"),
}
# what a look is recorded as → in words; which of several follows it. Any other look is at a page of the form.
LOOKED_AT = {
    "facts": gettext_lazy("the full data"),
    "rounds": gettext_lazy("the rounds in full, compared"),
    "case file": gettext_lazy("the case file"),
    "second reading": gettext_lazy("the filing, for a second reading"),
    "blank sheet": gettext_lazy("blank verification sheet"),
    "signed sheet": gettext_lazy("signed verification sheet"),
    "sheet": gettext_lazy("verification sheet"),
    "paper of answer": gettext_lazy("paper of answer"),
}


def pdf(file: CaseFile) -> bytes:
    """The whole case file on A4 pages, the pictures at its end."""
    paper = _Paper(_("Case file of filing %(id)d") % {"id": file.filing.pk}, file.made_at)
    paper.add_page()
    paper.headline(_("Case file"), file.filing.subject_name)
    paper.rows(_head(file))
    paper.part(_("Decisions: who decided what and when, with which code"), _decisions(file))
    if file.opinions:
        paper.part(_("The reviewers' opinions"), _opinions(file))
    for number in range(1, max((one.number for one in file.rounds), default=0) + 1):
        _print_round(paper, file, number)
    paper.part(_("The bureau's clock"), _clock(file))
    if file.questions:
        paper.part(_("The bureau's questions and the answers"), _questions(file))
    paper.part(_("Rules of the province it was judged by"), _rules(file))
    paper.part(_("Everything that happened"), _events(file))
    if file.offered:
        paper.part(_("What the host of the website agreed to"), _offer(file))
    if file.ordered:
        paper.part(_("Orders about the record"), _orders(file))
    for one in file.questioned:
        paper.part(_("The record in question: %(kind)s") % {"kind": one.matter.get_kind_display()}, _matter(file, one))
    paper.part(_("Who looked at full data and pictures"), _looks(file))
    paper.part(_("Mails"), _mails(file))
    paper.part(_("Pictures and papers, with the SHA-256 of each"), _pictures(file))
    for picture in file.pictures:
        paper.picture(picture)
    for sheet in file.sheets:
        for scan in sheet.scans.all():
            paper.picture(scan)
    for name, page in file.official_pages:
        paper.picture(page, name)
    return bytes(paper.output())


class _Paper(A4):
    """Parts of rows; a part without rows says so."""

    def part(self, title: str, pairs: Iterable[Pair]) -> None:
        self.heading(title)
        self.rows(list(pairs) or [(_("Nothing on record."), "")])

    def picture(self, picture: Evidence | SheetScan | OfficialPage, name: str = "") -> None:
        """A picture in its smaller copy, with its name above it; one whose file is gone is named as missing."""
        kept = picture.file if isinstance(picture, OfficialPage) else picture.official or picture.file
        longer = max(picture.width, picture.height)
        width, height = picture.width / longer * PICTURE, picture.height / longer * PICTURE
        if self.will_page_break(height + LINE * 3):
            self.add_page()
        self.heading(_paper_name(name) if isinstance(picture, OfficialPage) else name_of(picture))
        try:
            with kept.open("rb") as file:
                self.image(file.read(), w=width, h=height)
        except OSError:
            self.paragraph(_("The file is missing."), LINE)
        self.set_xy(self.l_margin, self.y)
        self.cell(0, LINE, picture.sha256, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def name_of(picture: Evidence | SheetScan) -> str:
    """What a picture shows."""
    if isinstance(picture, Evidence):
        return str(attachments.label(picture.path))
    return _("Signed sheet %(number)s, version %(version)d, page %(page)d") % {
        "number": picture.sheet,
        "version": picture.version,
        "page": picture.page,
    }


def when(moment: datetime) -> str:
    """A moment in China's time."""
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")


def _marked(file: CaseFile, row: Model, *words: object) -> str:
    """Words of a row, then its place in the audit log; a row that is not what was sealed says so."""
    link = file.link(row)
    if link is None:
        mark = _("not in the audit log yet")
    elif link.number in file.broken:
        mark = _("audit log %(number)d: THE ROW IS NOT WHAT WAS SEALED") % {"number": link.number}
    else:
        mark = _("audit log %(number)d") % {"number": link.number}
    return " · ".join([*(str(word) for word in words if word), f"〔{mark}〕"])


# --- The head -----------------------------------------------------------------------------------------


def _head(file: CaseFile) -> Iterator[Pair]:
    filing = file.filing
    yield _("Filing"), f"{filing.pk} · {filing.get_kind_display()}"
    yield _("Status"), filing.get_status_display()
    if filing.subject:
        yield _("Filing number"), str(filing.subject.number)
    yield _("Access provider"), str(filing.provider)
    yield _("Bureau"), str(filing.bureau) if filing.bureau else NONE
    yield _("Way to the provider"), filing.get_entrance_display()
    for label, moment in (
        (_("Draft begun"), filing.created_at),
        (_("Submitted for the first time"), filing.submitted_at),
        (_("Received by the bureau last"), filing.received_at),
        (_("Approved on"), filing.decided_at),
    ):
        yield label, when(moment) if moment else NONE
    yield _("Printed"), _("%(at)s, by %(who)s") % {"at": when(file.made_at), "who": file.made_by}
    yield _("Audit log when it was printed"), f"{file.head.number} · {file.head.chain}"
    yield _("Rows of this file in the audit log"), _soundness(file)
    yield _("The whole audit log proved last"), _proved(file)


def _proved(file: CaseFile) -> str:
    """What the last proof of the whole log says: a row that was removed can't be missed by this file alone."""
    check = file.proved
    if check is None:
        return _("not proved yet")
    said = {"at": when(check.at), "number": check.number}
    if check.fault:
        return _("%(at)s: BROKEN; rows may be missing here, ask the ministry") % said
    if not check.is_whole:
        return _("%(at)s: sound up to entry %(number)d; the rest is read again in turn") % said
    return _("%(at)s: sound up to entry %(number)d, no row is missing") % said


def _soundness(file: CaseFile) -> str:
    if file.broken:
        return ngettext(
            "%(count)d row is not what was sealed; it is marked below.",
            "%(count)d rows are not what was sealed; they are marked below.",
            len(file.broken),
        ) % {"count": len(file.broken)}
    return ngettext("%(count)d row, as it was sealed.", "%(count)d rows, all as they were sealed.", len(file.links)) % {
        "count": len(file.links)
    }


def _decisions(file: CaseFile) -> Iterator[Pair]:
    for event in file.decisions:
        said = [remark for remark in file.remarks if remark.round == event.round and remark.stage == Role.BUREAU]
        values = file.filing.facts
        words = [f"{one.code} {display.label(one.path, values)}" for one in said if event.name == "return"]
        yield (
            _("Round %(number)s") % {"number": event.round},
            _marked(
                file, event, progress.title_of(file.filing, event), event.actor_name, when(event.at), "、".join(words)
            ),
        )


def _opinions(file: CaseFile) -> Iterator[Pair]:
    for one in file.opinions:
        words = [one.get_verdict_display(), one.reviewer_name, one.reviewer_phone, when(one.at), one.text]
        yield _("Round %(number)s") % {"number": one.round}, _marked(file, one, *words)


def _questions(file: CaseFile) -> Iterator[Pair]:
    for question in file.questions:
        asked = _marked(file, question, question.author_name, when(question.at), date_format(question.due_on))
        yield _("Question in round %(number)s") % {"number": question.round}, f"{question.text}\n{asked}"
        if reply := file.replies.get(question.pk):
            words = _marked(file, reply, reply.author_name, when(reply.at))
            yield _("The provider's answer"), f"{reply.text}\n{words}"
            yield from _paper_rows(file, f"answers/{question.pk}-")


# --- A round ------------------------------------------------------------------------------------------


def _print_round(paper: _Paper, file: CaseFile, number: int) -> None:
    """What was handed on in a round, and what was said; of one that this party was not handed, what was said."""
    title = _("Round %(number)s") % {"number": number}
    for one in file.rounds:
        if one.number == number:
            _print_handed(paper, file, one, title)
    remarks = [remark for remark in file.remarks if remark.round == number]
    if remarks:
        paper.part(f"{title}：{_('remarks and answers')}", _remarks(file, remarks))


def _print_handed(paper: _Paper, file: CaseFile, one: Round, title: str) -> None:
    about = _marked(file, one.snapshot, when(one.snapshot.taken_at))
    paper.part(f"{title}：{_('handed on')}", [(_("Handed on"), about)])
    if one.changes is not None:
        paper.part(f"{title}：{_('changes since the round before')}", _changes(one.changes))
    paper.part(f"{title}：{_('facts')}", _facts(file.filing, one.state.facts))
    if one.verification:
        rows = _verification(file, one.verification)
        paper.part(f"{title}：{_('face-to-face verification')}", rows)
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
    by = _marked(file, verification, verification.verifier, when(verification.verified_at), verification.place)
    yield _("Verified by"), by
    for item in file.filing.sheet_items:
        if answer := verification.answers.get(item.id):
            noted: dict[str, Any] = verification.notes.get(item.id, {})
            words = [str(checklist.ANSWERS.get(answer, answer)), noted.get("note", ""), noted.get("source", "")]
            yield str(item.text), " · ".join(filter(None, words))


def _sheet(file: CaseFile, sheet: Sheet) -> Iterator[Pair]:
    yield (
        _("Verification sheet %(number)s") % {"number": sheet},
        _marked(file, sheet, sheet.content["domain"], when(sheet.issued_at), f"SHA-256 {sheet.sha256}"),
    )
    for scan in sheet.scans.all():
        yield name_of(scan), _marked(file, scan, scan.uploaded_by, when(scan.uploaded_at), f"SHA-256 {scan.sha256}")


def _remarks(file: CaseFile, remarks: Sequence[Remark]) -> Iterator[Pair]:
    for remark in remarks:
        reason = reasons.BY_CODE[remark.code]
        yield (
            f"{remark.code} {display.label(remark.path, file.filing.facts)}",
            "\n".join(
                [
                    f"{remark.get_stage_display()}：{reason.text}",
                    f"{_('Seen')}：{remark.seen}",
                    f"{_('Expected')}：{remark.expected}",
                    _marked(file, remark, remark.author, when(remark.made_at)),
                ]
            ),
        )
        answer: Answer | None = getattr(remark, "answer", None)
        if answer:
            words = _marked(file, answer, answer.author, when(answer.at))
            yield _("Answer in round %(number)s") % {"number": answer.round}, f"{answer.text}\n{words}"


# --- What happened ------------------------------------------------------------------------------------


def _clock(file: CaseFile) -> Iterator[Pair]:
    for entry in file.clock:
        due = date_format(entry.due_on) if entry.due_on else NONE
        provisional = _("provisional") if entry.is_provisional else ""
        yield (
            f"{when(entry.at)}",
            _marked(
                file,
                entry,
                entry.get_what_display(),
                entry.get_why_display(),
                _("due date %(date)s") % {"date": due},
                provisional,
                entry.notice,
            ),
        )


def _rules(file: CaseFile) -> Iterator[Pair]:
    """Each rule with its days, its source, and its wording at the time of the decision."""
    yield _("Judged by the rules of"), date_format(file.filing.judged_on)
    for one in file.rules:
        rule = one.rule
        last = _("to %(date)s") % {"date": date_format(rule.valid_to)} if rule.valid_to else _("no end known")
        terms = "、".join(
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
                        _marked(file, one.change, rule.source),
                    ],
                )
            ),
        )


def _events(file: CaseFile) -> Iterator[Pair]:
    for event in file.events:
        yield when(event.at), _marked(file, event, progress.title_of(file.filing, event), _who(event), event.note)


def _who(event: Event) -> str:
    name = f"{event.get_role_display()} {event.actor_name}"
    return f"{name}（{_('for %(host)s') % {'host': event.on_behalf_of}}）" if event.on_behalf_of else name


# --- The record since ---------------------------------------------------------------------------------


def _offer(file: CaseFile) -> Iterator[Pair]:
    """Who gives which website, to whom, until when, the account masked as any person's; then how that ended."""
    for row in file.offered:
        if isinstance(row, OfferEnd):
            yield when(row.at), _marked(file, row, row.get_why_display())
            continue
        website, until = row.website, _("until %(day)s") % {"day": date_format(row.until)}
        said = [f"{website.number} · {website.described} · {website.subject.name}", f"→ {row.name} · {until}"]
        yield when(row.at), "\n".join([*said, _marked(file, row, mask_address(row.by.email))])


def _orders(file: CaseFile) -> Iterator[Pair]:
    """Each order with its ground and paper, then every receipt with the time it tells."""
    for one in file.ordered:
        order, ground = one.order, one.order.legal_ground
        words = [order.get_act_display(), order.get_scope_display(), order.document, date_format(order.on)]
        said = [" · ".join(map(str, words)), f"{ground.article} {ground.text}" if ground else "", one.reason]
        yield str(order.number), "\n".join([*filter(None, said), _marked(file, order)])
        for event in one.events:
            yield when(event.at), _marked(file, event, event.get_name_display(), event.actor_name, event.note)
        for task in one.tasks:
            yield _("Receipt of %(provider)s") % {"provider": task.provider}, _receipt(task)
        yield from _paper_rows(file, f"orders/{order.pk}-")


def _receipt(task: OrderTask) -> str:
    if task.confirmed_at is None or task.done_at is None:
        return _("outstanding")
    return _("done at %(done)s; receipt by %(name)s, %(at)s") % {
        "done": when(task.done_at),
        "name": task.confirmed_by,
        "at": when(task.confirmed_at),
    }


def _matter(file: CaseFile, one: Questioned) -> Iterator[Pair]:
    """What was asked of which record and how it ended, then what each side said and did."""
    matter = one.matter
    ended = when(matter.decided_at) if matter.decided_at else ""
    yield str(matter.number), " · ".join(filter(None, [str(matter.get_state_display()), ended, matter.reason]))
    yield _("Objections until"), date_format(matter.answer_by)
    for entry in one.entries:
        done = _marked(file, entry.event, entry.event.get_name_display(), entry.who)
        yield when(entry.event.at), "\n".join(filter(None, [entry.text, done]))
    yield from _paper_rows(file, f"matters/{matter.pk}-")


def _paper_rows(file: CaseFile, start: str) -> Iterator[Pair]:
    for name, page in file.official_pages:
        if name.startswith(start):
            yield _paper_name(name), _marked(file, page, f"SHA-256 {page.sha256}")


def _paper_name(name: str) -> str:
    """A page of a paper in words, with the name of its file in the zip."""
    kind, _slash, file = name.partition("/")
    return f"{PAPERS[kind]} {file.removesuffix('.jpg')}"


def _looks(file: CaseFile) -> Iterator[Pair]:
    seen = [
        *(
            (look.at, _marked(file, look, look.get_role_display(), look.user, _what(file, look.what)))
            for look in file.looks
        ),
        *((one.at, _marked(file, one, one.get_role_display(), one.user, *_taken_out(one))) for one in file.exports),
    ]
    for at, words in sorted(seen):
        yield when(at), words


def _what(file: CaseFile, text: str) -> str:
    """What was looked at, in words: a picture by its name, a page of the form by its title."""
    if ".papers." in text or text.startswith("papers."):
        return str(attachments.label(text))
    for recorded, words in LOOKED_AT.items():
        if text == recorded or text.startswith(f"{recorded} "):
            return f"{words} {text.removeprefix(recorded).strip()}".strip()
    titles = {section.id: section.title for section in fields.sections_of(file.filing.facts)}
    return str(titles.get(text, _("a page of the form")))


def _taken_out(export: Export) -> tuple[str, str]:
    """What left the portal, and by which query or with which digest."""
    if export.query.startswith("case file "):
        return _("case file taken out"), export.query.removeprefix("case file ")
    return _("list taken out as a file"), export.query


def _mails(file: CaseFile) -> Iterator[Pair]:
    for row, mail in file.mails:
        yield when(row.at), _marked(file, row, f"{_mail_words(row, mail)}\n{row.name}", f"SHA-256 {row.sha256}")


def _mail_words(row: FilingMail, mail: Email | None) -> str:
    if mail:
        return f"{_('To')}：{'、'.join(mail.to)}\n{mail.subject}\n{mail.message}"
    return _("The mail names other filings too; it is not printed.") if row.is_shared else _("The mail is not kept.")


def _pictures(file: CaseFile) -> Iterator[Pair]:
    for picture in file.pictures:
        replaced = _("replaced %(at)s") % {"at": when(picture.replaced_at)} if picture.replaced_at else ""
        words = [str(picture.uploaded_by), when(picture.uploaded_at), replaced, f"SHA-256 {picture.sha256}"]
        if seal := file.seals.get(picture.pk):
            faults = "、".join(photographs.faults(seal))
            words.append(_marked(file, seal, _("seal broken: %(what)s") % {"what": faults} if faults else _("sealed")))
        yield name_of(picture), " · ".join(filter(None, words))
