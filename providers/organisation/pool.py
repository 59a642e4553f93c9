"""A provider's pool of IP addresses: read a text, check it line by line, add all of it or nothing, remove a range.

A line is one address, a range ``a-b``, a network ``a/n``, or first and last address with a comma between; empty lines,
those that begin with # and a heading in the first line are ignored.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_network

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from filings.actors import Actor
from filings.errors import MoveRefused
from ministry.reference import addresses
from ministry.reference.addresses import AddressRange as Addresses
from ministry.reference.typed_text import normal_text, shown
from providers.models import IpRange, Provider, What
from providers.organisation import records

MOST_LINES = 5000
LONGEST = 1_000_000  # characters of the whole text
LONGEST_LINE = 200

# reason → official code: runs backwards, entered already, conflict; ``NO_ADDRESS`` if it is no public address
CODES = {"order": "2002", "overlap": "2003", "own": "2003", "other": "2056"}
NO_ADDRESS = "2006"

_CELLS = re.compile(r"[,;\t，；]")
_LIKE_AN_ADDRESS = re.compile(r"[0-9a-fA-F]*[.:][0-9a-fA-F.:]*")


@dataclass(frozen=True, slots=True)
class PoolFault:
    """A fault of a line: its number, its text, the reason's name, a message."""

    line: int
    text: str
    reason: str
    message: str

    @property
    def code(self) -> str:
        """Return the official code of the IP filing's interface."""
        return CODES.get(self.reason, NO_ADDRESS)


@dataclass(frozen=True, slots=True)
class PoolLine:
    """A valid line: its number and the addresses it names."""

    number: int
    addresses: Addresses


@dataclass(frozen=True, slots=True)
class JudgedRange:
    """A checked text: what would be added, and every fault in the order of the lines."""

    lines: list[PoolLine]
    faults: list[PoolFault]


def decoded(content: bytes) -> str:
    """Return the text of an uploaded file, UTF-8 or GB 18030; raise ValidationError if it is not text."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text and not text.startswith("PK\x03\x04"):
            return text
    raise ValidationError(
        _("This is not a text file. Save the table as CSV or TXT and choose that file."), code="not_text"
    )


# --- Judging ----------------------------------------------------------------------------------------------


def judge(text: str, provider_id: int) -> JudgedRange:
    """Check the text against itself and against every pool. One query, none for a text without a valid line.

    Raise ValidationError if it is too long or empty.
    """
    rows = list(_rows(text))
    if not rows:
        raise ValidationError(_("Not filled in yet."), code="required")
    lines: list[PoolLine] = []
    faults: list[PoolFault] = []
    for number, row in rows:
        try:
            lines.append(PoolLine(number, _parsed(row)))
        except ValidationError as error:
            faults.append(PoolFault(number, shown(row), str(error.error_list[0].code), error.messages[0]))
    texts = dict(rows)
    once: dict[tuple[int, str], PoolFault] = {}
    for line, reason, met in [*_overlaps_inside(lines), *_overlaps_outside(lines, provider_id)]:
        once.setdefault((line.number, reason), _fault(line, reason, met, texts))
    return JudgedRange(lines, sorted([*faults, *once.values()], key=lambda fault: fault.line))


def _rows(text: str) -> Iterator[tuple[int, str]]:
    """Yield (number, content) of each line that counts; raise ValidationError if the text is too long."""
    if len(text) > LONGEST:
        raise ValidationError(
            _("The text has more than %(limit)d characters. Import it in parts."),
            code="too_long",
            params={"limit": LONGEST},
        )
    lines = [line.strip() for line in text.splitlines()]
    if sum(map(bool, lines)) > MOST_LINES:
        raise ValidationError(
            _("There are more than %(limit)d lines. Import them in parts."),
            code="too_many",
            params={"limit": MOST_LINES},
        )
    for number, line in enumerate(lines, start=1):
        is_heading = number == 1 and not re.search(r"[.:：．]", line)
        if line and not line.startswith("#") and not is_heading:
            yield number, line


def _parsed(row: str) -> Addresses:
    """Return a line's addresses; raise ValidationError with a code of ``ministry.reference.addresses`` or ``cells``."""
    text = normal_text(row, LONGEST_LINE)
    cells = [cell for part in _CELLS.split(text) if (cell := part.strip().strip("\"'").strip())]
    match cells:
        case [only]:
            return _one(only)
        case [first, last] if _LIKE_AN_ADDRESS.fullmatch(first) and _LIKE_AN_ADDRESS.fullmatch(last):
            return _one(f"{first}-{last}")
    raise ValidationError(
        _("Each line holds one address, range or network, or first and last address separated by a comma."),
        code="cells",
    )


def _one(piece: str) -> Addresses:
    if "/" in piece and "-" not in piece:
        piece = _range_of_network(piece)
    (found,) = addresses.parse_ip_ranges(piece)
    return found


def _range_of_network(piece: str) -> str:
    try:
        network = ip_network(piece.replace(" ", ""), strict=False)
    except ValueError:
        raise ValidationError(
            _("%(piece)s is not a valid network. Write it like 1.2.3.0/24."),
            code="invalid",
            params={"piece": shown(piece)},
        ) from None
    if str(network.network_address) != str(addresses.parse_ip_ranges(piece.split("/", maxsplit=1)[0])[0].start):
        raise ValidationError(
            _("%(piece)s is an address inside the network %(network)s. Enter either the network or the address."),
            code="host_bits",
            params={"piece": shown(piece), "network": network},
        )
    return f"{network[0]}-{network[-1]}"


# line, reason, what it overlaps
Met = tuple[PoolLine, str, str]


def _overlaps_inside(lines: Iterable[PoolLine]) -> Iterator[Met]:
    """Yield each line that shares an address with an earlier line of the text; the later of two is at fault."""
    in_order = sorted(lines, key=lambda line: (line.addresses.start.version, int(line.addresses.start), line.number))
    widest: PoolLine | None = None
    for line in in_order:
        if widest and _meet(widest.addresses, line.addresses):
            earlier, later = sorted((widest, line), key=lambda one: one.number)
            yield later, "overlap", str(earlier.number)
        if not widest or _ends_after(line.addresses, widest.addresses):
            widest = line


def _meet(lower: Addresses, upper: Addresses) -> bool:
    return lower.start.version == upper.start.version and int(upper.start) <= int(lower.end)


def _ends_after(one: Addresses, other: Addresses) -> bool:
    return one.start.version != other.start.version or int(one.end) > int(other.end)


def _overlaps_outside(lines: list[PoolLine], provider_id: int) -> Iterator[Met]:
    """Yield each line that overlaps a pool, the own one first, then others', without naming their owners. One query."""
    if not lines:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT asked.n, met.provider_id, host(met.start), host(met.end)
            FROM unnest(%s::inet[], %s::inet[]) WITH ORDINALITY AS asked (first, last, n)
            CROSS JOIN LATERAL (
                SELECT provider_id, start, "end" FROM providers_iprange
                WHERE inetrange(start, "end", '[]') && inetrange(asked.first, asked.last, '[]')
                ORDER BY provider_id <> %s, start LIMIT 1
            ) AS met
            """,
            [[str(line.addresses.start) for line in lines], [str(line.addresses.end) for line in lines], provider_id],
        )
        for number, owner_id, start, end in cursor.fetchall():
            if owner_id == provider_id:
                yield lines[number - 1], "own", start if start == end else f"{start}-{end}"
            else:
                yield lines[number - 1], "other", ""


def _fault(line: PoolLine, reason: str, met: str, texts: dict[int, str]) -> PoolFault:
    words = {
        "overlap": _("It overlaps line %(met)s. Enter each address once."),
        "own": _("It overlaps %(met)s, which is already in your pool. Leave it out or remove that one first."),
        "other": _(
            "It overlaps addresses entered by another provider. Check it; if it is yours, contact the "
            "ministry's operators."
        ),
    }
    return PoolFault(line.number, shown(texts[line.number]), reason, words[reason] % {"met": met})


# --- Changing ---------------------------------------------------------------------------------------------


class PoolRefused(MoveRefused):
    """The text has faults; they are in ``judged``."""

    def __init__(self, judged: JudgedRange) -> None:
        super().__init__(_("Nothing was added. Correct the lines below first."))
        self.judged = judged


def add(actor: Actor, text: str) -> int:
    """Add every line of the text to the pool, or none; return how many. Raise PoolRefused with the faults.

    The provider's row is locked, not the table: between two providers the database's constraint decides.
    """
    with records.changing(actor) as provider:
        judged = _without_faults(text, provider)
        while not _inserted(judged.lines, provider):
            judged = _without_faults(text, provider)  # another provider's addresses have been committed meanwhile
        added = [str(line.addresses) for line in judged.lines]
        records.record(provider, actor, What.POOL_ADDED, about=_count(added), after="\n".join(added))
    return len(added)


def _without_faults(text: str, provider: Provider) -> JudgedRange:
    judged = judge(text, provider.pk)
    if judged.faults:
        raise PoolRefused(judged)
    return judged


def _inserted(lines: Iterable[PoolLine], provider: Provider) -> bool:
    """Insert all lines and return True, or none when another provider has inserted one of their addresses.

    Waits for a transaction that has inserted one. All insert in the order of the addresses, and a conflict is no error
    (ON CONFLICT DO NOTHING), so two never wait for each other.
    """
    ranges = sorted((line.addresses.start.version, line.addresses.start, line.addresses.end) for line in lines)
    rows = [IpRange(provider=provider, start=str(start), end=str(end)) for _version, start, end in ranges]
    with transaction.atomic():
        IpRange.objects.bulk_create(rows, ignore_conflicts=True)
        is_complete = provider.ip_ranges.filter(start__in=[row.start for row in rows]).count() == len(rows)
        transaction.set_rollback(not is_complete)
    return is_complete


def _count(ranges: list[str]) -> str:
    return ranges[0] if len(ranges) == 1 else f"{ranges[0]} … ({len(ranges)})"


def remove(actor: Actor, range_id: int) -> IpRange:
    """Remove a range from the pool; raise IpRange.DoesNotExist for another provider's."""
    with records.changing(actor) as provider:
        found = provider.ip_ranges.get(pk=range_id)
        records.record(provider, actor, What.POOL_REMOVED, about=str(found), before=str(found))
        found.delete()
    return found
