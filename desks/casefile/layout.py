"""Page layout of the case file."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from fpdf.enums import XPos, YPos

from desks.casefile.contents import CaseFile
from filings.evidence.printing import A4, LINE, Pair
from filings.evidence.quarantine import opened
from filings.fields import attachments
from filings.models import (
    Evidence,
    OfficialPage,
    SheetScan,
)

PICTURE = 150.0  # millimetres: the longer side of a picture
NONE = "—"
# folder in the zip → what its pages are
PAPERS = {
    "answers": gettext_lazy("Document attached to an answer"),
    "cases": gettext_lazy("Proof submitted"),
    "orders": gettext_lazy("The signed order"),
}


class Printed(A4):
    """A PDF of titled parts with rows; a part without rows says so."""

    def part(self, title: str, pairs: Iterable[Pair]) -> None:
        self.heading(title)
        self.rows(list(pairs) or [(_("Nothing on record."), "")])

    def picture(self, picture: Evidence | SheetScan | OfficialPage, name: str = "") -> None:
        """Print a picture, in its smaller copy if there is one, under its name; a lost file is named as missing."""
        kept = picture.file if isinstance(picture, OfficialPage) else picture.official or picture.file
        longer = max(picture.width, picture.height)
        width, height = picture.width / longer * PICTURE, picture.height / longer * PICTURE
        if self.will_page_break(height + LINE * 3):
            self.add_page()
        self.heading(paper_name(name) if isinstance(picture, OfficialPage) else name_of(picture))
        try:
            with opened(kept) as file:
                self.image(file.read(), w=width, h=height)
        except OSError:
            self.paragraph(_("The file is missing."), LINE)
        self.set_xy(self.l_margin, self.y)
        self.cell(0, LINE, picture.sha256, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def name_of(picture: Evidence | SheetScan) -> str:
    """Return what a picture shows."""
    if isinstance(picture, Evidence):
        return str(attachments.label(picture.path))
    return _("Signed sheet %(number)s, version %(version)d, page %(page)d") % {
        "number": picture.sheet,
        "version": picture.version,
        "page": picture.page,
    }


def when(moment: datetime) -> str:
    """Return a moment in China's time."""
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")


def marked(file: CaseFile, row: Model, *words: object) -> str:
    """Return a row's words and its place in the audit log, with a warning if it is not what was sealed."""
    link = file.link(row)
    if link is None:
        mark = _("not in the audit log yet")
    elif link.number in file.broken:
        mark = _("audit log %(number)d: DIFFERS FROM THE SEALED ENTRY") % {"number": link.number}
    else:
        mark = _("audit log %(number)d") % {"number": link.number}
    return " · ".join([*(str(word) for word in words if word), f"〔{mark}〕"])


def paper_name(name: str) -> str:
    """Return the label of a page of a paper, with the name of its file in the zip."""
    kind, _slash, file = name.partition("/")
    return f"{PAPERS[kind]} {file.removesuffix('.jpg')}"
