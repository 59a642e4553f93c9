"""``manage.py bench_reading``: measure how many facts are read right on drawn certificates, clean and spoilt.

Draws identity cards (both sides), business licences and passports of invented holders (``bench.certificates``), reads
them as the worker does, and prints for each fault of the picture how many facts were right, missing and wrong. Needs
no database.
"""

import resource
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand
from PIL import Image

from bench import certificates
from bench.certificates import Specimen
from filings.reading import recogniser, values
from filings.reading.documents import CARD, LICENCE, facts_on

KINDS = {"front": "card, front", "back": "card, back", "licence": "licence", "passport": "passport"}
RARE = "rare names"

Row = tuple[str, str]  # fault of the picture, kind of the certificate


class Command(BaseCommand):
    help = "Measure how many facts are read right on drawn certificates."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--names", type=int, default=len(certificates.NAMES), help="how many holders")

    def handle(self, *args: Any, **options: Any) -> None:
        counts: dict[Row, Counter[str]] = {}
        began, pictures = time.perf_counter(), 0
        for row, specimen, image in _pictures(options["names"]):
            counts.setdefault(row, Counter()).update(_outcomes(specimen, image))
            pictures += 1
        took = (time.perf_counter() - began) / pictures
        self.stdout.write(f"{'':<16}" + "".join(f"{KINDS[kind]:>24}" for kind in KINDS))
        for fault in dict.fromkeys(fault for fault, _kind in counts):
            self.stdout.write(f"{fault:<16}" + "".join(f"{_words(counts[fault, kind]):>24}" for kind in KINDS))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        self.stdout.write(f"right of all (wrong); {pictures} pictures, {took:.2f} s each, {memory} MB at most")


def _pictures(names: int) -> Iterator[tuple[Row, Specimen, Image.Image]]:
    for specimen in certificates.specimens(certificates.NAMES[:names]):
        for fault, spoil in certificates.SPOILT.items():
            yield (fault, specimen.kind), specimen, spoil(specimen.image)
    for specimen in certificates.specimens(certificates.RARE_NAMES[:names]):
        yield (RARE, specimen.kind), specimen, specimen.image


def _outcomes(specimen: Specimen, image: Image.Image) -> Iterator[str]:
    layout = LICENCE if specimen.kind == "licence" else CARD
    found = facts_on(layout, recogniser.lines_on(certificates.encoded(image)))
    for name, printed in specimen.facts.items():
        if name not in found:
            yield "missing"
        else:
            yield "right" if values.folded(found[name].value) == values.folded(printed) else "wrong"


def _words(counts: Counter[str]) -> str:
    wrong = f" ({counts['wrong']})" if counts["wrong"] else ""
    return f"{counts['right']} of {sum(counts.values())}{wrong}"
