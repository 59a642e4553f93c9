"""Comparison of two rounds of a filing, field by field, for the host and both desks."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from desks import form_urls
from desks.access import as_host, render_for
from desks.pictures import EvidenceItem, fingerprint, within_reach
from filings.actors import Actor
from filings.fields import display
from filings.fields.display import RemarkShown
from filings.models import Evidence, Filing, Remark
from filings.rules import rounds
from filings.rules.rounds import NOW, Change, RoundState
from filings.states import Role

PictureUrl = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class ChangeWithPictures(Change):
    """A change as ``components/diff.html`` shows it, both pictures beside each other."""

    pictures: tuple[EvidenceItem, ...] = ()


@require_safe
@as_host
def compare(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Show the host what has changed from one round to another."""
    filing = get_object_or_404(Filing.objects.visible_to(actor).kept(), pk=filing_id)
    context = page(request, actor, filing, lambda pk: form_urls.url(actor, "evidence", filing_id, pk), full=True)
    return render_for(actor, request, "filings/rounds.html", context)


def page(request: HttpRequest, actor: Actor, filing: Filing, picture_url: PictureUrl, *, full: bool) -> dict[str, Any]:
    """Return the context of the requested comparison, by default of the last two rounds; 404 for unknown rounds."""
    history = rounds.History(filing)
    keys = choices(filing, actor, history)
    before, after = _chosen(request, keys)
    changes = _between(history, actor, before, after, full=full) if before != after else []
    return {
        "filing": filing,
        "full": full,
        "choices": [(key, _name(key)) for key in keys],
        "before": before,
        "after": after,
        "before_name": _name(before),
        "after_name": _name(after),
        "changes": _with_pictures(filing, actor, changes, picture_url),
    }


def choices(filing: Filing, actor: Actor, history: rounds.History) -> list[str]:
    """Return the rounds this party was handed, oldest first, then ``NOW`` while it can edit."""
    keys = [str(number) for number in history.numbers(verified=actor.role == Role.BUREAU)]
    edits = filing.is_editable and filing.holder == actor.role
    return [*keys, NOW] if edits else keys


def _chosen(request: HttpRequest, keys: list[str]) -> tuple[str, str]:
    """Return the two requested keys, the earlier first; raise Http404 for any other key."""
    if not keys:
        raise Http404
    wanted = [request.GET.get("from", keys[-2:][0]), request.GET.get("to", keys[-1])]
    if any(key not in keys for key in wanted):
        raise Http404
    before, after = sorted(wanted, key=keys.index)
    return before, after


def _between(history: rounds.History, actor: Actor, before: str, after: str, *, full: bool) -> list[Change]:
    found = history.states((before, after))
    return rounds.compare(_seen(found[before], actor), _seen(found[after], actor), full=full)


def _seen(state: RoundState, actor: Actor) -> RoundState:
    return rounds.without_photos(state) if actor.role == Role.HOST else state


def _name(key: str) -> str:
    return _("Current version") if key == NOW else _("Round %(number)s") % {"number": key}


def _with_pictures(
    filing: Filing, actor: Actor, changes: list[Change], picture_url: PictureUrl
) -> list[ChangeWithPictures]:
    """Return the changes with their pictures. One query."""
    hashes = {sha256 for change in changes for sha256 in (change.old_picture, change.new_picture) if sha256}
    rows = within_reach(filing, actor).filter(sha256__in=hashes) if hashes else ()
    pictures = {picture.sha256: picture for picture in rows}
    return [
        ChangeWithPictures(
            **asdict(change),
            pictures=tuple(
                _picture(pictures[sha256], title, picture_url)
                for sha256, title in ((change.old_picture, _("Before")), (change.new_picture, _("After")))
                if sha256 in pictures
            ),
        )
        for change in changes
    ]


def _picture(picture: Evidence, title: str, picture_url: PictureUrl) -> EvidenceItem:
    label = _("%(when)s: %(what)s") % {"when": title, "what": display.label(picture.path)}
    return EvidenceItem.of(picture, label, picture_url(picture.pk), note=fingerprint(picture))


def recent(
    filing: Filing, actor: Actor, remarks: Iterable[Remark], history: rounds.History, *, full: bool
) -> dict[str, Any]:
    """Return, for a desk's page, the changes since the round before, and the remarks with answers and changes.

    At most three queries.
    """
    keys = choices(filing, actor, history)
    if not keys:
        words = [display.remark_words(remark, values=filing.facts) for remark in remarks]
        return {"changes": None, "before_name": "", "remarks": words}
    remarks = list(remarks)
    rounds_of_remarks = {str(remark.round) for remark in remarks} & set(keys)
    several = len(keys) > 1
    found = history.states({*keys[-2:], *rounds_of_remarks}) if several else {}
    since = {key: rounds.compare(found[key], found[keys[-1]], full=full) for key in found if key != keys[-1]}
    last = filing.round if keys[-1] == NOW else int(keys[-1])
    return {
        "changes": since[keys[-2]] if several else None,
        "before_name": _name(keys[-2]) if several else "",
        "remarks": [_remark(filing, remark, since.get(str(remark.round)), last) for remark in remarks],
    }


def _remark(filing: Filing, remark: Remark, since: list[Change] | None, last: int) -> RemarkShown:
    """Return a remark with its answer and the changes up to round ``last``.

    ``since`` are the changes after the remarked round; None if this party was not handed that round.
    """
    mine = [change for change in since or () if rounds.is_about(remark, change)]
    answer = getattr(remark, "answer", None)
    return replace(
        display.remark_words(remark, values=filing.facts),
        answer=answer.text if answer and answer.round <= last else "",
        changes=mine,
        unchanged=since is not None and remark.round < last and not mine,
    )
