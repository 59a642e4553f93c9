"""The phrase bank: wordings of an organisation's remarks, learned from those it has sent.

Personal data are kept out in two steps. First, everything that could be a value is replaced by a gap: the filing's own
values, also in part; and, by pattern, numbers, dates, addresses of every kind, quotations, names with a title. Second,
a remark about a person or a person's papers may still contain a name that no pattern matches: only a keyed digest of it
is stored until another host's filing has been returned with exactly the same words, which then can't be personal.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db import transaction
from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.sealed import digest, keyed
from filings import facts, fields, reasons
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.models import Filing, Phrase, PhraseChange
from filings.states import Role
from ministry.reference import domains

GAP = "＿＿"
MOST_OFFERED = 6
OFFICIAL = "official"


class Remarked(Protocol):
    """A remark, stored or a draft."""

    @property
    def path(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def seen(self) -> str: ...
    @property
    def expected(self) -> str: ...


@dataclass(frozen=True, slots=True)
class PhraseOffer:
    """A proposed wording: its key, its code, how often and when it was last sent."""

    key: str
    code: str
    seen: str
    expected: str
    uses: int = 0
    used_at: datetime | None = None


Pair = tuple[str, str]  # code, kind of field


def kind_of(path: str) -> str:
    """Return a path without the number of the website: ``websites.2.name`` → ``websites.name``."""
    return re.sub(r"^websites\.\d+\.", "websites.", path)


def path_of(kind: str) -> str:
    """Return the path of this kind for the first website, for its label."""
    return re.sub(r"^websites\.", "websites.0.", kind)


# --- Offering -------------------------------------------------------------------------------------------


def offered(actor: Actor, wanted: Iterable[tuple[str, str]]) -> dict[Pair, list[PhraseOffer]]:
    """Return the wordings of the actor's organisation for each (code, kind), most used first, the official one last.

    One query, none if ``wanted`` has no valid pair.
    """
    pairs = {(code, kind_of(path)) for code, path in wanted if code in reasons.BY_CODE and path}
    found: dict[Pair, list[PhraseOffer]] = {pair: [] for pair in pairs}
    for phrase in _most_used(actor, pairs) if pairs else ():
        found[phrase.code, phrase.kind].append(_offer(phrase))
    for pair, offers in found.items():
        offers.append(official(pair[0]))
    return found


def official(code: str) -> PhraseOffer:
    """Return the official wording of a code."""
    reason = reasons.BY_CODE[code]
    return PhraseOffer(OFFICIAL, code, str(reason.text), str(reason.fix))


def _most_used(actor: Actor, pairs: Iterable[Pair]) -> QuerySet[Phrase]:
    of_pairs = Q(pk=None)
    for code, kind in pairs:
        of_pairs |= Q(code=code, kind=kind)
    order = [F("uses").desc(), F("used_at").desc(), F("pk").desc()]
    rows = Phrase.objects.visible_to(actor).offered().filter(of_pairs)
    place = Window(RowNumber(), partition_by=[F("code"), F("kind")], order_by=order)
    return rows.annotate(place=place).filter(place__lte=MOST_OFFERED).order_by("place")


def picked(actor: Actor, key: str, code: str) -> PhraseOffer | None:
    """Return the wording with this key; None if it is not offered (any more). One query at most."""
    if key == OFFICIAL:
        return official(code) if code in reasons.BY_CODE else None
    if not (key.isascii() and key.isdecimal() and len(key) < 19):
        return None
    phrase = Phrase.objects.visible_to(actor).offered().filter(pk=key).first()
    return _offer(phrase) if phrase else None


def _offer(phrase: Phrase) -> PhraseOffer:
    return PhraseOffer(str(phrase.pk), phrase.code, phrase.seen, phrase.expected, phrase.uses, phrase.used_at)


# --- Learning -------------------------------------------------------------------------------------------


def learn(filing: Filing, actor: Actor, remarks: Sequence[Remarked]) -> None:
    """Store the wordings of these remarks. Four queries, and one for each wording confirmed by a second host.

    Rows are locked in order of their digests, to avoid deadlocks.
    """
    cleaner = _Cleaner(filing)
    worded = {phrase.digest: phrase for phrase in (_wording(cleaner, filing, actor, one) for one in remarks) if phrase}
    if not worded:
        return
    texts = {key: (phrase.seen, phrase.expected) for key, phrase in worded.items()}
    for phrase in worded.values():
        if phrase.waits:
            phrase.seen = phrase.expected = ""
    Phrase.objects.bulk_create(keyed(worded[key] for key in sorted(worded)), ignore_conflicts=True)
    rows = Phrase.objects.visible_to(actor).filter(digest__in=texts).order_by("digest")
    known = list(rows.select_for_update(of=("self",), no_key=True).select_related("first_filing"))
    for phrase in known:
        phrase.uses, phrase.used_at = phrase.uses + 1, timezone.now()
        if phrase.waits and phrase.first_filing.host_id != filing.host_id:
            phrase.waits = False
            phrase.seen, phrase.expected = texts[phrase.digest]
            phrase.save(update_fields=["seen", "expected"])
    Phrase.objects.bulk_update(known, ["uses", "used_at", "waits"])


def _wording(cleaner: "_Cleaner", filing: Filing, actor: Actor, remark: Remarked) -> Phrase | None:
    """Return the remark as a new row of the bank; None when nothing useful is left or it is the official wording."""
    kind, seen, expected = (
        kind_of(remark.path),
        cleaner.without_values(remark.seen),
        cleaner.without_values(remark.expected),
    )
    if not _says_something(expected) or (seen, expected) == (
        official(remark.code).seen,
        official(remark.code).expected,
    ):
        return None
    return Phrase(
        provider_id=actor.provider_id if actor.role == Role.PROVIDER else None,
        bureau_id=actor.bureau_id if actor.role == Role.BUREAU else None,
        code=remark.code,
        kind=kind,
        digest=digest("\n".join(("phrase", remark.code, kind, seen, expected))),
        seen=seen,
        expected=expected,
        waits=_is_about_a_person(kind, filing),
        used_at=timezone.now(),
        first_filing=filing,
    )


def _says_something(text: str) -> bool:
    return len(re.findall(r"\w", text.replace(GAP, ""))) > 1


PERSONS = ("responsible.", "websites.responsible.", "papers.responsible", "papers.manager", "websites.papers.manager")
PERSONS_PAPERS = re.compile(r"(websites\.)?papers\.(?!subject_certificate|approval)")


def _is_about_a_person(kind: str, filing: Filing) -> bool:
    if kind.startswith(PERSONS) or PERSONS_PAPERS.match(kind):
        return True
    return filing.is_individual and kind.startswith(("subject.", "papers."))


# --- Taking values out ----------------------------------------------------------------------------------

_WIDE = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
    | {"＠": "@", "．": ".", "＊": "*", "－": "-"}
)
_BETWEEN = r"[\s\-·.*]*"
_SHAPES = [
    re.compile(shape, re.IGNORECASE)
    for shape in (
        r"[^\s@,，。；;：:]+@[^\s@,，。；;：:]+",  # e-mail
        r"(?:https?://)?[a-z\d-]+(?:\.[a-z\d-]+)*\.[a-z][a-z\d-]+(?:[/:?][^\s，。；]*)?",  # domain, home page
        r"(?!\d+\.)[\w-]+\.[一-鿿]{2,}",  # domain in Chinese
        r"\d{1,3}(?:\.[\d*]{1,3}){3}(?:[/:]\d+)?",
        r"[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,}",  # IPv6
        r"(?=[a-z*_-]*[\d*])[\da-z*_-]{6,}",  # numbers with letters, accounts
        r"[\d*](?:[\s\-/年月.]{0,2}[\d*]){3,}[\da-z*]*日?",  # certificate, telephone, date, also masked
        r"[〇零一二三四五六七八九幺两](?:[\s\-]?[〇零一二三四五六七八九幺两]){4,}",
        r"[“「『《〈‘\"'](?!网站备案信息)[^”」』》〉’\"']{1,80}[”」』》〉’\"']",  # what is quoted
        r"[一-鿿]{1,3}(?:先生|女士|小姐|同志|经理|老师)",
        # a place: the words before a house number, and all that follows without a break
        r"[一-鿿\d]*[路街道巷弄里村镇乡区园][一-鿿]{0,4}?[\d一二三四五六七八九十百]+(?:[号弄栋幢座楼层室]|单元)[一-鿿\da-z-]*",
    )
]
# Length of a substring of a filing's value that is treated as that value.
_PART = 5


class _Cleaner:
    """Removes values of this filing, and what looks like values of others, from texts."""

    def __init__(self, filing: Filing) -> None:
        self._values = sorted(set(_values(filing)), key=len, reverse=True)
        self._patterns = [re.compile(_BETWEEN.join(map(re.escape, value)), re.IGNORECASE) for value in self._values]
        self._parts = {
            folded[start : start + _PART]
            for folded in (value.casefold() for value in self._values)
            for start in range(len(folded) - _PART + 1)
        }

    def without_values(self, text: str) -> str:
        """Return the text with each value replaced by a gap."""
        text = " ".join("".join(char for char in text if unicodedata.category(char) != "Cf").translate(_WIDE).split())
        return re.sub(r"\0[\0\s]*\0|\0", GAP, self._hidden(text))

    def _hidden(self, text: str) -> str:
        """Return the text with hidden characters as NUL.

        All patterns are matched against the original text: otherwise an ending shared with the filing's own domain
        would be removed first and leave the rest of another host's domain.
        """
        hidden = bytearray(len(text))
        for start, end in (*self._own_spans(text), *_shaped_spans(text)):
            hidden[start:end] = b"\1" * (end - start)
        return "".join("\0" if hide else char for char, hide in zip(text, hidden, strict=True))

    def _own_spans(self, text: str) -> Iterator[tuple[int, int]]:
        for pattern in self._patterns:
            yield from (match.span() for match in pattern.finditer(text))
        for start in range(len(text) - _PART + 1):
            if text[start : start + _PART].casefold() in self._parts:
                yield start, start + _PART


def _shaped_spans(text: str) -> Iterator[tuple[int, int]]:
    for shape in _SHAPES:
        yield from (match.span() for match in shape.finditer(text))


def _values(filing: Filing) -> Iterator[str]:
    """Yield the typed values of the filing and its host's name and address; domains also in display form."""
    for known in (filing.host and (filing.host.email, filing.host.name), _entrusting(filing)):
        for value in known or ():
            yield from _pieces(value)
    for path, value in facts.flat(filing.facts):
        if isinstance(value, str) and _is_typed(path):
            yield from _pieces(value)
            yield from _pieces(domains.display_domain(value))


def _entrusting(filing: Filing) -> tuple[str, str] | None:
    """Return the host's address and name from the mandate of a filing on behalf; it may have no account yet."""
    return (filing.mandate.host_email, filing.mandate.host_name) if filing.mandate else None


def _is_typed(path: str) -> bool:
    found = fields.find(path)
    return found is None or found[1].type in fields.TYPED


def _pieces(text: str) -> Iterator[str]:
    """Yield a value's parts, without blanks; single characters are skipped."""
    for piece in re.split(r"[;；\n]", unicodedata.normalize("NFKC", text or "")):
        compact = re.sub(r"[\s\-·]", "", piece)
        if len(compact) > 1:
            yield compact


# --- Hiding ---------------------------------------------------------------------------------------------


def hide(phrase_id: int, actor: Actor) -> None:
    """Hide a phrase: don't offer it any more, however often it is sent again."""
    _set_hidden(phrase_id, actor, hides=True)


def show(phrase_id: int, actor: Actor) -> None:
    """Offer a hidden phrase again."""
    _set_hidden(phrase_id, actor, hides=False)


def _set_hidden(phrase_id: int, actor: Actor, *, hides: bool) -> None:
    """Hide or show a phrase and record it; idempotent. Raises Phrase.DoesNotExist for another organisation's."""
    if not actor.supervises:
        raise MoveRefused(_("Only a supervisor or the chief may hide or restore wordings."))
    with transaction.atomic():
        phrase = Phrase.objects.visible_to(actor).select_for_update(no_key=True).get(pk=phrase_id)
        if (phrase.hidden_at is not None) != hides:
            phrase.hidden_at = timezone.now() if hides else None
            phrase.save(update_fields=["hidden_at"])
            PhraseChange.objects.create(phrase=phrase, hides=hides, user_id=actor.person_id, actor_name=actor.name)
