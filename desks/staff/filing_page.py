"""Shared parts of a filing's page on both desks: its buttons, pictures, verifications, remarks."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.models import User
from desks.components import ListedFinding
from desks.pictures import EvidenceItem, SealShown, origin, show_as_handed_on
from desks.pictures import visible as visible_pictures
from desks.progress import due, timelines
from desks.progress.tones import TONES
from desks.refusals import refusals_above
from desks.rounds import recent
from desks.section import remarks_of
from desks.staff.desk import StaffDesk
from desks.staff.remark_form import MOST_REMARKS, BaseRemarkFormSet, remark_forms
from filings import checklist, checklist_items, fields, services
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.evidence import pictures
from filings.fields import attachments, display
from filings.fields.display import Block, FactRow
from filings.fields.findings import Finding
from filings.lookup import phrase_bank
from filings.models import Evidence, Filing, FilingQuerySet, Offer, Photograph, Snapshot, Verification, Way
from filings.moves.remarks import PARTS
from filings.reading import comparing
from filings.review import questions
from filings.rules import checks, rounds
from filings.services import splitting
from filings.states import Role, Status
from filings.verification import photo_seals, photographs
from ministry import versions
from ministry.reference import english

PictureUrl = Callable[[int], str]


# Related rows that the main page of a filing reads more than once, by desk. One query each.
PREFETCHED = {
    Role.PROVIDER: ("clock_entries", "questions", "worksheets", "photo_words"),
    Role.BUREAU: ("clock_entries", "questions", "opinions", "decision_drafts"),
}


def visible(actor: Actor, filing_id: int) -> Filing:
    """Return the filing with the related rows its pages need; 404 for strangers and once its data were erased.

    One query, two for a copy or a migration.
    """
    return get_object_or_404(_rows(actor).kept(), pk=filing_id)


def opened(actor: Actor, filing_id: int) -> Filing:
    """Return the filing for the page on which the desk decides, with related rows.

    Five queries, six for a copy or a migration. One whose data have been erased is shown by ``erased``.
    """
    rows = _rows(actor).prefetch_related(*PREFETCHED[actor.role])
    return get_object_or_404(rows, pk=filing_id)


def erased(request: HttpRequest, desk: StaffDesk, filing: Filing) -> HttpResponse:
    """Show what is left of a filing whose data were erased: when that was, and its history. One query."""
    context = {
        "filing": filing,
        "tone": TONES[Status(filing.status)],
        **timelines.context(filing, desk.actor_of(request)),
        "queue": desk.queue_url,
    }
    return render(request, "desk/erased.html", context)


def _rows(actor: Actor) -> FilingQuerySet:
    rows = Filing.objects.visible_to(actor).select_related("provider", "bureau", "subject", "claimed_by", "host")
    # Few filings have one of these, and to plan five more joins takes PostgreSQL several times as long as to run them.
    source = Prefetch("copied_from", Filing.objects.defer("facts"))
    offer = Prefetch("offer", Offer.objects.select_related("website__subject", "end"))
    return rows.prefetch_related(source, offer)


def press(
    request: HttpRequest, desk: StaffDesk, filing_id: int, act: Callable[[int, Actor], object], done: str = ""
) -> HttpResponse:
    """Perform a button's action, show ``done`` or the refusal, and redirect to the filing's page; 404 for strangers."""
    actor = desk.actor_of(request)
    visible(actor, filing_id)
    with refusals_above(request, messages.WARNING):
        act(filing_id, actor)
        if done:
            messages.success(request, done)
    return redirect(desk.filing_url(filing_id))


def attempt(request: HttpRequest, actor: Actor, filing_id: int, decide: Callable[[], str]) -> tuple[str, str]:
    """Perform the pressed button's action; return what was done, if the desk is done with the filing, or the refusal.

    "Take again" keeps what was typed after a claim has expired or a colleague has had the filing.
    """
    if request.method != "POST":
        return "", ""
    try:
        return (_take_again(filing_id, actor) if "take" in request.POST else decide()), ""
    except MoveRefused as refusal:
        return "", str(refusal)


def _take_again(filing_id: int, actor: Actor) -> str:
    services.claim(filing_id, actor)
    return ""


def context(request: HttpRequest, actor: Actor, filing: Filing, picture_url: PictureUrl) -> dict[str, Any]:
    """Return the context that both desks show of a filing."""
    snapshot = show_as_handed_on(filing, actor)
    full = is_in_full(request, filing, actor)
    every = remarks_of(filing)
    remarks = tuple(remark for remark in every if remark.round >= filing.round - 1)  # what this round is to answer
    own = _own_pictures(filing, snapshot, actor)
    found = checks.findings(filing, own) if snapshot is None and filing.status != Status.FILED else []
    history = rounds.History(filing, {one.path: one.sha256 for one in own} if snapshot is None else None)
    seals = photo_seals.seals_of(own)
    book = due.book_of(filing)
    latest, earlier = recent(filing, actor, every, history, full=full), len(every) - len(remarks)
    return {
        "filing": filing,
        "full": full,
        "tone": TONES[Status(filing.status)],
        "blocks": _beside_papers(filing, display.blocks(filing, full=full, remarks=remarks, findings=found), own, full),
        "of_record": rounds.against_record(filing, full=full),
        "photographed": bool(attachments.photos(filing.facts)),
        "findings": [_linked(filing, item) for item in found if item.blocks],
        "notes": [_linked(filing, item) for item in found if not item.blocks],
        **latest,
        "remarks": latest["remarks"][earlier:],
        "earlier_remarks": latest["remarks"][:earlier],
        "items": _pictures(own, picture_url),
        "seals": seals,
        "found": found,
        "pictures": own,
        "history": history,
        "recent_remarks": remarks,
        **timelines.context(filing, actor),
        "questions": questions.with_answers(filing),
        "rest": splitting.continuation_of(filing),
        "whole": splitting.whole_of(filing),
        "due": due.due_words(filing, book) if filing.status == Status.WITH_BUREAU else "",
        "clock": due.clock_of(filing, book),
        **_whose(filing, actor),
        "version": filing.version,
    }


def is_in_full(request: HttpRequest, filing: Filing, actor: Actor) -> bool:
    """Return whether masked data are shown in full, and record that look. ``filing``: as ``opened`` returns it.

    The claimant always gets them in full, to compare them: one recorded look per claim. Others have to reveal them each
    time.
    """
    if _is_mine(filing, actor):
        if not services.has_looked(filing, actor):
            services.record_look(filing, actor, services.FACTS)
        return True
    if asked := "full" in request.GET:
        services.record_look(filing, actor, services.FACTS)
    return asked


def _own_pictures(filing: Filing, snapshot: Snapshot | None, actor: Actor) -> list[Evidence]:
    """Return the pictures of the filing as the reader sees it, the face-to-face photo first."""
    rows = (
        pictures.current_rows(filing) if snapshot is None else visible_pictures(filing, snapshot, actor).order_by("pk")
    )
    rows = photo_seals.with_seals(rows).select_related("reading")
    return sorted(rows, key=lambda picture: not attachments.is_photo(picture.path))


def _beside_papers(filing: Filing, blocks: Sequence[Block], own: Sequence[Evidence], full: bool) -> list[Block]:
    """Return the facts, each with a picture to compare it with, and with what was read of it from the pictures.

    The picture is the first that an item of the sheet names beside the fact, if possible of the same person.
    """
    items, seen = filing.sheet_items, comparing.sightings(own, filing.facts)

    def paper(path: str) -> int:
        website = fields.website_of(path)
        about = [item.about for item in items if checklist.is_at(path, item.about)]
        found = [one for beside in about for one in own if _is_beside(one.path, beside, website)]
        whose = path.rpartition(".")[0].rpartition(".")[2]
        of_same = (one for one in found if one.path.rpartition(".")[2].startswith(f"{whose}_"))
        return next((one.pk for one in (*of_same, *found)), 0)

    def beside(row: FactRow) -> FactRow:
        path, sight = row.path, seen.get(row.path)
        reading = comparing.shown(path, filing.get(path), sight, full=full) if sight else None
        return replace(row, paper=paper(path), reading=reading)

    return [replace(block, rows=tuple(map(beside, block.rows))) for block in blocks]


def _is_beside(picture: str, about: Sequence[str], website: int | None) -> bool:
    return checklist.is_at(picture, about) and fields.website_of(picture) in (None, website)


def _whose(filing: Filing, actor: Actor) -> dict[str, Any]:
    """Return whether the reader has claimed the filing, who else has, and whether the reader may claim it."""
    return {
        "mine": _is_mine(filing, actor),
        "taken_by": _colleague(filing, actor),
        "may_take": _is_at_desk(filing, actor) and filing.claimant_id() in (None, *actor.covers),
    }


def _is_at_desk(filing: Filing, actor: Actor) -> bool:
    """Return whether the reader's desk has the filing to work on, rather than the provider's or bureau's own system."""
    is_of_system = filing.is_reported and actor.role == Role.PROVIDER
    return filing.holder == actor.role and not (is_of_system or actor.decides_elsewhere)


def _is_mine(filing: Filing, actor: Actor) -> bool:
    return filing.holder == actor.role and filing.claimant_id() == actor.user_id


def _colleague(filing: Filing, actor: Actor) -> User | None:
    """Return the colleague who has claimed the filing; None while the filing is with another party."""
    is_elsewhere = filing.holder != actor.role or filing.claimant_id() in (None, actor.user_id)
    return None if is_elsewhere else filing.claimed_by


def _linked(filing: Filing, finding: Finding) -> ListedFinding:
    """Return a finding with a link to its fact on the same page; without one for a missing picture."""
    href = f"#row-{finding.path}" if fields.find(finding.path) else ""
    return ListedFinding.of(finding, href, display.label(finding.path, filing.facts))


def _pictures(rows: Sequence[Evidence], picture_url: PictureUrl) -> list[EvidenceItem]:
    """Return the pictures, photos with their seals. One query, none without photos."""
    seals = photo_seals.seals_of(rows)
    used_elsewhere = photo_seals.used_elsewhere(seals)
    return [
        EvidenceItem.of(
            evidence,
            attachments.label(evidence.path),
            picture_url(evidence.pk),
            note=origin(evidence),
            advice=evidence.advice,
            seal=_seal(seals.get(evidence.pk), used_elsewhere) if attachments.is_photo(evidence.path) else None,
        )
        for evidence in rows
    ]


def _seal(photo: Photograph | None, used_elsewhere: Collection[int]) -> SealShown:
    """Return what is sealed about a photo; its file is read and compared."""
    broken = photo_seals.faults(photo) if photo else [_("the seal")]
    content = (photo.content if photo else None) or {}
    reason, note = photographs.REASONS.get(content.get("reason", ""), ""), content.get("reason_note", "")
    return SealShown(
        broken=english.joined(broken),
        word=content.get("word", ""),
        way=Way(content["way"]).label if content else "",
        reason=english.labelled(reason, note) if reason and note else str(reason or note),
        kept_because=content.get("kept_because", ""),
        place=content.get("place", ""),
        by=content.get("verifier_name", ""),
        at=photo.event.at if photo else None,
        taken_at=photo.taken_at if photo else None,
        until=photographs.valid_until(photo) if photo else None,
        is_again=content.get("way") == Way.AGAIN,
        is_reported=content.get("way") == Way.REPORTED,
        sha256=content.get("sha256", ""),
        is_elsewhere=bool(photo and photo.evidence_id in used_elsewhere),
    )


def verified(filing: Filing, actor: Actor, history: rounds.History) -> list[dict[str, Any]]:
    """Return the verifications item by item, the latest first, with what was noted beside the answers."""
    rounds_of_desk = range(filing.verified_elsewhere(actor.role) + 1, filing.handed_to(actor.role) + 1)
    handed = [one for one in history.verifications if one.round in rounds_of_desk]
    return [_sheet(one, list(answers(one, filing))) for one in reversed(handed)]


def _sheet(verification: Verification, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a verified sheet, how many items were answered with yes, and the rows to be read: others, and notes."""
    answered_yes = sum(row["is_yes"] for row in rows)
    others = [row for row in rows if not row["is_yes"] or row["note"]]
    return {"verification": verification, "rows": rows, "yes": answered_yes, "others": others}


def answers(verification: Verification, filing: Filing) -> Iterator[dict[str, Any]]:
    """Yield the answers of a verification item by item, with what was noted beside them."""
    for item in filing.sheet_items:
        if answer := verification.answers.get(item.id):
            noted = verification.notes.get(item.id, {})
            yield {
                "label": item.text,
                "value": checklist_items.ANSWERS.get(answer, answer),
                "is_yes": answer == checklist_items.YES,
                "note": noted.get("note", ""),
                "source": noted.get("source", ""),
                "evidence": english.joined(attachments.label(picture["path"]) for picture in noted.get("evidence", ())),
            }


def seen_version(request: HttpRequest) -> int:
    """Return the version that the page was made from; ``NO_VERSION`` if the form has none."""
    return versions.seen(request.POST)


def remark_rows(
    request: HttpRequest, filing: Filing, drafts: Sequence[Mapping[str, str]] = (), *, actor: Actor
) -> BaseRemarkFormSet:
    """Return the remark rows as sent, or drafts and blank ones, each with its usual wordings. At most one query.

    "One more row", removing a remark and picking a wording keep what else was typed, and put the focus on the row in
    question.
    """
    if request.method == "POST" and "remarks-TOTAL_FORMS" in request.POST:
        data = request.POST.copy()
        if "more" in data:
            data["remarks-TOTAL_FORMS"] = str(min(_number(str(data["remarks-TOTAL_FORMS"])) + 1, MOST_REMARKS))
        if (dropped := str(data.get("drop", ""))).isdecimal():
            _drop(data, _number(dropped))
        row, _colon, key = str(data.get("pick", "")).partition(":")
        if row.isdecimal():
            _pick(data, actor, _number(row), key)
        rows = remark_forms(filing, data)
        _focus(rows, data, _number(row or dropped or str(data.get("wordings", ""))))
        return _with_wordings(rows, actor)
    return saved_rows(filing, drafts, actor=actor)


def saved_rows(filing: Filing, drafts: Sequence[Mapping[str, str]], *, actor: Actor) -> BaseRemarkFormSet:
    """Return the remark rows of drafts, whatever was sent. At most one query."""
    return _with_wordings(remark_forms(filing, drafts=drafts), actor)


def _with_wordings(rows: BaseRemarkFormSet, actor: Actor) -> BaseRemarkFormSet:
    offered = phrase_bank.offered(actor, (form.chosen() for form in rows))
    for form in rows:
        code, path = form.chosen()
        form.offers = offered.get((code, phrase_bank.kind_of(path)), ())
    return rows


def _drop(data: QueryDict, row: int) -> None:
    """Remove a remark by emptying its row."""
    for name in (*PARTS, "origin"):
        data.pop(f"remarks-{row}-{name}", None)


def _pick(data: QueryDict, actor: Actor, row: int, key: str) -> None:
    """Put the wording that was picked into its row."""
    prefix = f"remarks-{row}"
    if key and (offer := phrase_bank.picked(actor, key, str(data.get(f"{prefix}-code", "")))):
        data[f"{prefix}-seen"], data[f"{prefix}-expected"] = offer.seen, offer.expected


# button of a row → the field to focus
FOCUS = {"pick": "seen", "wordings": "code", "drop": "code"}
RETURNS = ("preview", "send_back", "return", "split")  # the buttons that need every remark complete


def _focus(rows: BaseRemarkFormSet, data: QueryDict, row: int) -> None:
    """Put the focus on the row that was added, filled or asked about, or on the first error that stops a return.

    After any other button the page opens at its top.
    """
    forms = rows.forms
    if "more" in data and forms:
        forms[-1].focus("code")
    elif (asked := next((name for name in FOCUS if name in data), "")) and row < len(forms):
        forms[row].focus(FOCUS[asked])
    elif any(name in data for name in RETURNS) and (
        wrong := [(form, name) for form in forms for name in form.errors if name in form.fields]
    ):
        wrong[0][0].focus(wrong[0][1])


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else 0


def written_remarks(rows: BaseRemarkFormSet) -> list[services.RemarkDraft]:
    """Return the remarks that were written; raise MoveRefused when a row is incomplete or there is none."""
    if not rows.is_valid():
        raise MoveRefused(_("A remark is incomplete; see the rows below."))
    drafts = [services.RemarkDraft(**draft) for draft in rows.drafts()]
    if not drafts:
        raise MoveRefused(_("Write at least one remark: field, code, what you found, what is expected."))
    return drafts
