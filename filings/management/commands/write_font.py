"""``manage.py write_font``: write the font of usual characters that PDFs are printed with.

It is a part of Noto Sans CJK, under the same licence (``usual_characters.txt``). To be written anew when the package of
the whole font or ``printing.usual_characters`` changes.
"""

from typing import Any

from django.core.management.base import BaseCommand
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from filings.evidence.printing import UNPRINTED, USUAL, WHOLE, usual_characters


class Command(BaseCommand):
    help = "Write the font of usual characters that PDFs are printed with."

    def handle(self, *args: Any, **options: Any) -> None:
        with TTFont(WHOLE.path, fontNumber=WHOLE.number, lazy=True, recalcTimestamp=False, recalcBBoxes=False) as font:
            for table in UNPRINTED:
                del font[table]
            part = Subsetter(Options(layout_features=[], name_IDs=["*"], notdef_outline=True, hinting=False))
            part.populate(unicodes=usual_characters())
            part.subset(font)
            font.save(USUAL.path)
        self.stdout.write(f"Written: {USUAL.path}")
