"""Search a desk's filings by id, number, receipt, domain, name, person or certificate.

Facts are sealed, so each submitted filing has a ``SearchEntry``: keyed digests of its domains, of its certificates and
their last four characters, of the names of its people, and of every two adjacent characters of its other names, in one
index; one set for its provider and, from receipt on, another for its bureau, so that the keys of one desk find no
filing of another. Two characters, because Chinese names are searched by two; an index of trigrams would find none of
them. People are found by their whole name only, because no part of it is stored unsealed.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Case, Q, QuerySet, When
from django.utils.translation import gettext as _

from accounts.sealed import digest
from filings import facts, receipts
from filings.actors import Actor
from filings.facts import Facts
from filings.models import Event, Filing, SearchEntry
from filings.states import Role
from ministry.reference import domains
from ministry.reference.lookups import LookUp, Sought, understand
from ministry.reference.typed_text import normal_text, visible, without_spaces
from ministry.register import query

LONGEST = 255
MOST_FOUND = 25
SHORTEST_NAME = 2
TAIL = 4
# Pairs of characters in at most the first share of filings are selective; those in more than the second are useless,
# like 有限公司. Those between help in combination: pairs of pinyin, of numbers in domains.
RARE, COMMON = 0.01, 0.2

_TAIL = re.compile(rf"[0-9A-Za-z]{{{TAIL}}}")
_KEY, _ENDLESS = re.compile(r"[0-9]{1,19}"), 2**63  # a big integer
_ID = re.compile(r"[0-9]{1,18}")
# 备案单18, filing no. 18, #18
_NAMED_ID = re.compile(r"(?:备案单|filing|#)(?:编号|号|no\.?)?[:#]?([0-9]{1,18})号?", re.IGNORECASE)
# What is taken for a full certificate number. A number of another shape is found by its last four characters.
_CERTIFICATE = re.compile(
    r"[0-9A-Z]{2}[0-9]{6}[0-9A-Z]{10}"  # credit code, resident ID, residence permits
    r"|[0-9]{15}"  # old licence number
    r"|[A-Z]{1,3}[0-9]{6,12}[A-Z]?"  # passport, permit, permanent residence card
    r"|[0-9]{8,9}[A-Z]?|[0-9A-Z]{8}-[0-9X]"  # permit of Taiwan residents, passport, organisation code
    r"|[\u3400-\u9fff]{1,20}[0-9]{4,}号?"  # 北字第1234567号
)
_LICENCE_WORDS = ("ICP", "备案单", "公网安备")

# The owner of the keys: a provider's id, or a bureau's word (see ``bureau_desk``).
Desk = int | str


@dataclass(frozen=True, slots=True)
class SearchHit:
    """The result: what was looked for, filings newest first, whether there are more, why nothing was found."""

    text: str
    rows: list[Filing] = field(default_factory=list)
    more: bool = False
    refusal: str = ""


def folded(text: str) -> str:
    """Return a name normalised for comparison: width, case and white space are ignored."""
    return without_spaces(normal_text(text, LONGEST)).casefold()


# --- Filling ----------------------------------------------------------------------------------------


def enter(filing: Filing, values: Facts | None = None) -> None:
    """Update the filing's entry from its facts, or from ``values``, those last handed on. One query."""
    SearchEntry.objects.bulk_create(
        [entry_of(filing.pk, filing.provider_id, values or filing.facts, bureau_id=filing.bureau_id or "")],
        update_conflicts=True,
        unique_fields=["filing"],
        update_fields=["keys", "names"],
    )


def entry_of(filing_id: int, provider_id: int, values: Facts, *, bureau_id: str = "") -> SearchEntry:
    """Return the entry of a filing with these facts."""
    names = list(_names(values))
    domains_of, people = facts.domains_of(values), list(_people(values))
    numbers = {numbered for _name, number in people if (numbered := plain_number(number))}
    desks: list[Desk] = [provider_id, *([bureau_desk(bureau_id)] if bureau_id else [])]
    keys = {
        *(key_of(desk, "domain", domain) for desk in desks for domain in domains_of),
        *(key_of(desk, "tail", number[-TAIL:]) for desk in desks for number in numbers if len(number) >= TAIL),
        *(key_of(desk, "certificate", number) for desk in desks for number in numbers),
        *(key_of(desk, "person", name) for desk in desks for name, _number in people if name),
        *(key for desk in desks for name in names for key in pair_keys(desk, name)),
    }
    return SearchEntry(filing_id=filing_id, keys=sorted(keys), names="\n".join(names))


def bureau_desk(bureau_id: str) -> str:
    """Return the word for a bureau's keys; it can't equal a provider's id."""
    return f"bureau-{bureau_id}"


def desk_of(actor: Actor) -> Desk:
    """Return the owner of the keys the actor searches with: their provider or bureau."""
    return bureau_desk(actor.bureau_id) if actor.role == Role.BUREAU else actor.provider_id or 0


def key_of(desk: Desk, kind: str, text: str) -> int:
    """Return a keyed digest of a text as a big integer; different for each kind and desk."""
    return int(digest(f"search:{desk}:{kind}:{text}")[:15], 16)


def pair_keys(desk: Desk, name: str) -> list[int]:
    """Return the keys of every two adjacent characters of a folded name."""
    return [key_of(desk, "pair", f"{one}{other}") for one, other in pairwise(name)]


def _names(values: Facts) -> Iterator[str]:
    """Yield the folded names and domains of a filing; skip those that can't be folded."""
    texts = [facts.read(values, "subject.name"), *(website.get("name") for website in values["websites"])]
    found = facts.domains_of(values)
    for text in dict.fromkeys([*texts, *found, *map(domains.display_domain, found)]):
        try:
            yield folded(str(text or ""))
        except ValidationError:
            continue


def _people(values: Facts) -> Iterator[tuple[str, str]]:
    """Yield folded name and certificate number of the responsible people; for the subject, only the number.

    The subject's name is found by its parts.
    """
    yield "", str(values["subject"].get("cert_number") or "")
    people = [values["responsible"], *(facts.manager(values, website) for website in range(facts.count(values)))]
    for person in people:
        try:
            name = folded(str(person.get("name") or ""))
        except ValidationError:
            name = ""
        yield name, str(person.get("cert_number") or "")


def plain_number(number: str) -> str:
    """Return a certificate number normalised for comparison: letters and digits only."""
    return "".join(filter(str.isalnum, number)).upper()


def certificate_key(desk: Desk, typed: str) -> int | None:
    """Return the key to search by if the text is a full certificate number; None for anything else."""
    try:
        text = without_spaces(normal_text(visible(typed), LONGEST)).upper()
    except ValidationError:
        return None
    if not _CERTIFICATE.fullmatch(text) or any(word in text for word in _LICENCE_WORDS):
        return None
    return key_of(desk, "certificate", plain_number(text))


def key_in(text: str) -> int | None:
    """Return the key in a text; None if it is none."""
    return int(text) if _KEY.fullmatch(text) and int(text) < _ENDLESS else None


# --- Finding ----------------------------------------------------------------------------------------


def find(rows: QuerySet[Filing], desk: Desk, typed: str) -> SearchHit:
    """Return the filings among ``rows`` (those the actor may see) that match the text. At most two queries.

    One whose id was typed comes first.
    """
    try:
        text = normal_text(visible(typed), LONGEST)
    except ValidationError as error:
        return SearchHit("", refusal=error.messages[0])
    if len(without_spaces(text)) < SHORTEST_NAME and not _ID.fullmatch(text):
        return SearchHit(text, refusal=_("Enter at least %(count)d characters.") % {"count": SHORTEST_NAME})
    if (event_id := receipts.event_in(text)) is not None:
        return SearchHit(text, _found(rows, [Q(pk__in=Event.objects.filter(pk=event_id).values("filing"))]))
    asked, refusal = _asked(text)
    conditions = list(_conditions(desk, text, asked))
    found = _found(rows, conditions, Q(pk=filing_id) if (filing_id := _id_in(text)) else None)
    return SearchHit(asked.text, found[:MOST_FOUND], len(found) > MOST_FOUND, "" if found else refusal)


def with_certificate(rows: QuerySet[Filing], key: int) -> SearchHit:
    """Return the filings among ``rows`` with a certificate, by the key of its number. One query."""
    found = _found(rows, [Q(search_entry__keys__contains=[key])])
    return SearchHit(_("the certificate number entered"), found[:MOST_FOUND], len(found) > MOST_FOUND)


def _found(rows: QuerySet[Filing], conditions: list[Q], first: Q | None = None) -> list[Filing]:
    """Return the filings that match any of the conditions, newest first; those that match ``first`` before them."""
    ids = _ids([rows.filter(condition) for condition in conditions])
    order = [Case(When(first, then=0), default=1)] if first else []
    return list(rows.filter(pk__in=ids).order_by(*order, "-arrived_at", "-pk"))


def _id_in(text: str) -> int | None:
    """Return the filing's id that a text is: 18, or 备案单 18."""
    plain = without_spaces(text)
    if named := _NAMED_ID.fullmatch(plain):
        return int(named[1])
    return int(plain) if _ID.fullmatch(plain) else None


def _asked(text: str) -> tuple[LookUp, str]:
    """Return what the text means. If it means nothing, a part of a name or a domain is looked for; also return why."""
    try:
        return understand(text), ""
    except ValidationError as error:
        return LookUp(Sought.NAME, text), "" if _ID.fullmatch(text) else error.messages[0]


def _ids(searches: list[QuerySet[Filing]]) -> QuerySet[Filing, Any]:
    """Return the primary keys of the first rows of each search, unordered, as one subquery."""
    first, *others = [search.order_by().values("pk")[: MOST_FOUND + 1] for search in searches]
    return first.union(*others, all=True) if others else first


def _conditions(desk: Desk, text: str, asked: LookUp) -> Iterator[Q]:
    """Yield filters for what the text may mean; each uses an index."""
    if asked.number:
        yield query.numbered(asked.number, "subject__")
        return
    plain = without_spaces(text)
    if (filing_id := _id_in(text)) is not None:
        yield Q(pk=filing_id)
    if _TAIL.fullmatch(plain):
        yield Q(search_entry__keys__contains=[key_of(desk, "tail", plain.upper())])
    if asked.domain:
        yield Q(search_entry__keys__contains=[key_of(desk, "domain", asked.domain)])
    elif len(name := folded(text)) >= SHORTEST_NAME:
        yield Q(search_entry__keys__contains=[key_of(desk, "person", name)])
        yield _of_name(desk, name)


def _of_name(desk: Desk, name: str) -> Q:
    """Return a filter by selective pairs and by the name itself.

    If no pair is selective, so many filings have the name that the first few are found quickly without.
    """
    shares = _shares(pair_keys(desk, name))
    rare = [key for key, share in shares.items() if share <= RARE]
    selective = rare or [key for key, share in shares.items() if share <= COMMON]
    contains = Q(search_entry__names__contains=name)
    return contains & Q(search_entry__keys__contains=selective) if selective else contains


def _shares(keys: Iterable[int]) -> dict[int, float]:
    """Return the share of filings that have each key, from the database's statistics. One query."""
    wanted = dict.fromkeys(sorted(keys), 0.0)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, share"
            " FROM pg_stats, unnest(most_common_elems::text::bigint[], most_common_elem_freqs) AS c(key, share)"
            " WHERE schemaname = current_schema() AND tablename = %s AND attname = 'keys'"
            " AND key = ANY(%s)",
            [SearchEntry._meta.db_table, list(wanted)],
        )
        return wanted | dict(cursor.fetchall())
