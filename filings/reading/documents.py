"""Find the facts among the pieces of text on a certificate: data about what is printed on it, and how to follow it.

Two documents are known: a person's, that is both sides of the identity card, as also the residence permits of Hong
Kong, Macao and Taiwan residents are laid out, or the machine-readable zone of a passport; and the certificates of
units, such as the business licence.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from filings.reading import values
from filings.reading.layout import Box, Line, Piece, upright
from ministry.reference.typed_text import simplified

# Facts as documents have them; ``filings.reading.comparing`` has their paths in a filing.
NAME, NUMBER, ADDRESS, SINCE, UNTIL = "name", "cert_number", "cert_address", "cert_from", "cert_until"
REPRESENTATIVE = "representative"
# A text below this confidence is taken for unreadable. Measured: see ``manage.py bench_reading``.
LEAST_SCORE = 0.8
# Lines of one text are no further apart than this share of their height; lines of different rows are.
LINE_GAP = 0.5
# A following line begins where the first one does, within so many heights: of a first line that begins behind its
# label in the same piece the beginning is only estimated.
INDENT = 2.0
# A value is no further from its label, nor its parts from each other, than so many heights.
FAR = 9.0


@dataclass(frozen=True, slots=True)
class CertificateLayout:
    """What is printed: label → the fact that stands beside it, empty for labels that only end another's text.

    ``wrapped`` are the facts that may go on in the next line; ``scanned`` finds facts by their form, wherever they are.
    """

    labels: Mapping[str, str]
    wrapped: tuple[str, ...]
    scanned: Callable[[str], dict[str, str]]

    def label_of(self, text: str) -> str:
        """Return the longest label with which the text begins; empty when there is none."""
        return max((label for label in self.labels if text.startswith(label)), key=len, default="")


def _on_card(text: str) -> dict[str, str]:
    since, until = values.period(text)
    passport, last = values.passport(text)
    return {NUMBER: passport or values.resident_number(text), SINCE: since, UNTIL: last or until}


def _on_licence(text: str) -> dict[str, str]:
    return {NUMBER: values.unit_number(text)}


CARD = CertificateLayout(
    {
        "姓名": NAME,
        "住址": ADDRESS,
        **dict.fromkeys(("性别", "民族", "出生", "公民身份号码", "签发机关", "有效期限", "通行证号码", "签发次数"), ""),
    },
    (ADDRESS,),
    _on_card,
)
LICENCE = CertificateLayout(
    {
        **dict.fromkeys(("名称", "企业名称", "单位名称", "机构名称"), NAME),
        **dict.fromkeys(
            ("住所", "经营场所", "营业场所", "主要经营场所", "主要经营地", "驻在场所", "地址", "主要办公地址"), ADDRESS
        ),
        **dict.fromkeys(
            ("法定代表人", "负责人", "经营者", "投资人", "执行事务合伙人", "首席代表", "代表人"), REPRESENTATIVE
        ),
        **dict.fromkeys(
            (
                "类型",
                "组成形式",
                "经营范围",
                "业务范围",
                "宗旨和业务范围",
                "注册资本",
                "开办资金",
                "成立日期",
                "注册日期",
            ),
            "",
        ),
        **dict.fromkeys(
            (
                "营业期限",
                "合伙期限",
                "有效期",
                "经费来源",
                "举办单位",
                "登记机关",
                "发证机关",
                "统一社会信用代码",
                "注册号",
            ),
            "",
        ),
    },
    (NAME, ADDRESS),
    _on_licence,
)


@dataclass(frozen=True, slots=True)
class ReadFact:
    """A fact as it was read, as the filing's facts store it, and its place on the picture."""

    value: str
    box: Box


def facts_on(document: CertificateLayout, lines: Sequence[Line]) -> dict[str, ReadFact]:
    """Return the document's facts found in the lines, read the way up that yields more."""
    sides = [_found(document, pieces) for pieces in upright([line for line in lines if line.score >= LEAST_SCORE])]
    return max(sides, key=lambda facts: (len(facts), sum(len(fact.value) for fact in facts.values())))


def _found(document: CertificateLayout, pieces: list[Piece]) -> dict[str, ReadFact]:
    whole = list(_with_whole_labels(document, pieces))
    found = dict(_scanned(document, whole))
    for piece in whole:
        name = document.labels.get(document.label_of(piece.text), "")
        if name and name not in found and (value := _beside(document, name, piece, whole)) and value.text:
            found[name] = _fact(simplified(value.text) if name == ADDRESS else value.text, value)
    return found


def _fact(text: str, piece: Piece) -> ReadFact:
    return ReadFact(text, Box.around(line.box for line in piece.lines))


def _scanned(document: CertificateLayout, pieces: list[Piece]) -> Iterator[tuple[str, ReadFact]]:
    """Yield what is known by its form, in one piece or in two beside each other."""
    pairs = (one.joined(other) for one in pieces for other in _right_of(one, pieces)[:1])
    for piece in (*reversed(list(pairs)), *pieces):
        yield from ((name, _fact(value, piece)) for name, value in document.scanned(piece.text).items() if value)


def _with_whole_labels(document: CertificateLayout, pieces: list[Piece]) -> Iterator[Piece]:
    """Yield the pieces, the parts of a widely spaced label (名    称) as one."""
    taken: set[int] = set()
    for piece in sorted(pieces, key=lambda piece: piece.left):
        if id(piece) in taken:
            continue
        whole, parts = piece, [piece]
        for after in _right_of(piece, pieces):
            if document.label_of(whole.text) or not any(label.startswith(whole.text) for label in document.labels):
                break
            whole, parts = whole.joined(after), [*parts, after]
        if len(parts) > 1 and document.label_of(whole.text):
            taken |= {id(part) for part in parts}
            yield whole
        else:
            yield piece


def _right_of(piece: Piece, pieces: Iterable[Piece]) -> list[Piece]:
    """Return the pieces in the same row that begin further right, the nearest first."""
    row = [one for one in pieces if one is not piece and one.left > piece.left and one.is_in_row_of(piece)]
    return sorted(row, key=lambda one: one.left)


def _beside(document: CertificateLayout, name: str, label: Piece, pieces: list[Piece]) -> Piece | None:
    """Return the value of a label: the rest of its piece, or what is right of it, with the lines that follow."""
    value = _rest(document, label)
    for after in _right_of(label, pieces):
        last = value or label
        if document.label_of(after.text) or after.left - last.right > FAR * label.height:
            break
        value = value.joined(after) if value else after
    if value is None or name not in document.wrapped:
        return value
    left, last = value.left, value
    while below := _below(document, last, left, pieces):
        value, last = value.joined(below), below
    return value


def _rest(document: CertificateLayout, piece: Piece) -> Piece | None:
    """Return what follows the label in its piece; its left edge is estimated from the number of characters."""
    label = document.label_of(piece.text)
    rest = piece.text[len(label) :].lstrip(":：")
    left = piece.left + (piece.right - piece.left) * len(label) / len(piece.text)
    return Piece(rest, left, piece.top, piece.right, piece.bottom, piece.lines) if rest else None


def _below(document: CertificateLayout, last: Piece, left: float, pieces: list[Piece]) -> Piece | None:
    """Return the next line of a text; None when another row begins."""
    for piece in pieces:
        is_next = last.middle < piece.top < last.bottom + LINE_GAP * last.height
        if is_next and abs(piece.left - left) < INDENT * last.height and not _is_labelled(document, piece, pieces):
            return piece
    return None


def _is_labelled(document: CertificateLayout, piece: Piece, pieces: list[Piece]) -> bool:
    """Return whether the piece begins with a label, or a label stands before it in its row."""
    before = [one for one in pieces if one.right <= piece.left + piece.height and one.is_in_row_of(piece)]
    nearest = max(before, key=lambda one: one.right, default=piece)
    return any(document.label_of(one.text) for one in (piece, nearest))
