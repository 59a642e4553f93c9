"""Search a desk's filings by number, domain, name or the last four characters of a certificate.

Facts are sealed, so each submitted filing has a ``SearchEntry``: keyed digests of its domains, of the last four
characters of its certificates, and of every two adjacent characters of its names, in one index; one set for its
provider and, from receipt on, another for its bureau, so that the keys of one desk find no filing of another. Two
characters, because Chinese names are searched by two; an index of trigrams would find none of them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.sealed import digest
from filings import facts
from filings.actors import Actor
from filings.facts import Facts
from filings.models import Filing, SearchEntry
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

_TAIL = re.compile(r"[0-9A-Za-z]{4}")
_ID = re.compile(r"[0-9]{1,18}")

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
    """Update the filing's entry from its facts, or from ``values``, those its desks know. One query."""
    SearchEntry.objects.bulk_create(
        [entry_of(filing.pk, filing.provider_id, values or filing.facts, bureau_id=filing.bureau_id or "")],
        update_conflicts=True,
        unique_fields=["filing"],
        update_fields=["keys", "names"],
    )


def entry_of(filing_id: int, provider_id: int, values: Facts, *, bureau_id: str = "") -> SearchEntry:
    """Return the entry of a filing with these facts."""
    names = list(_names(values))
    domains_of, tails = facts.domains_of(values), list(_tails(values))
    desks: list[Desk] = [provider_id, *([bureau_desk(bureau_id)] if bureau_id else [])]
    keys = {
        *(key_of(desk, "domain", domain) for desk in desks for domain in domains_of),
        *(key_of(desk, "tail", tail) for desk in desks for tail in tails),
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


def _tails(values: Facts) -> Iterator[str]:
    people = [values["subject"], values["responsible"]]
    people += [facts.manager(values, website) for website in range(facts.count(values))]
    for person in people:
        if len(number := str(person.get("cert_number") or "")) >= TAIL:
            yield number[-TAIL:].upper()


# --- Finding ----------------------------------------------------------------------------------------


def find(rows: QuerySet[Filing], desk: Desk, typed: str) -> SearchHit:
    """Return the filings among ``rows`` (those the actor may see) that match the text. At most two queries."""
    try:
        text = normal_text(visible(typed), LONGEST)
    except ValidationError as error:
        return SearchHit("", refusal=error.messages[0])
    if len(without_spaces(text)) < SHORTEST_NAME and not _ID.fullmatch(text):
        return SearchHit(text, refusal=_("Enter at least two characters."))
    asked, refusal = _asked(text)
    ids = _ids([rows.filter(condition) for condition in _conditions(desk, text, asked)])
    found = list(rows.filter(pk__in=ids).order_by("-arrived_at", "-pk"))
    return SearchHit(asked.text, found[:MOST_FOUND], len(found) > MOST_FOUND, "" if found else refusal)


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
    if _ID.fullmatch(plain):
        yield Q(pk=int(plain))
    if _TAIL.fullmatch(plain):
        yield Q(search_entry__keys__contains=[key_of(desk, "tail", plain.upper())])
    if asked.domain:
        yield Q(search_entry__keys__contains=[key_of(desk, "domain", asked.domain)])
    elif len(name := folded(text)) >= SHORTEST_NAME:
        yield _of_name(desk, name)


def _of_name(desk: Desk, name: str) -> Q:
    """Return a filter by selective pairs and by the name itself.

    If no pair is selective, so many filings have the name that the first few are found quickly without.
    """
    shares = _shares(pair_keys(desk, name))
    rare = [key for key, share in shares.items() if share <= RARE]
    telling = rare or [key for key, share in shares.items() if share <= COMMON]
    contains = Q(search_entry__names__contains=name)
    return contains & Q(search_entry__keys__contains=telling) if telling else contains


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
