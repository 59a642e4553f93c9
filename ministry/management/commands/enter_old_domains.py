"""``manage.py enter_old_domains FILE``: enter further domains of websites filed before 22 April 2019.

The file is CSV with one line per domain: the website's number, the domain. Enters all lines or none.
"""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from ministry.models import Website
from ministry.reference import lookups
from ministry.reference.domains import normalise_domain
from ministry.register import entry_types, public_search, writer


class Command(BaseCommand):
    help = "Enter the further domains of websites on record since before 22 April 2019, from a CSV file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with options["file"].open(encoding="utf-8-sig", newline="") as lines:
                entered = sum(_enter(line, *row) for line, row in _rows(lines))
        except UnicodeDecodeError as error:
            raise CommandError("The file is not UTF-8. Save it as “CSV UTF-8”.") from error
        self.stdout.write(f"{entered} domains entered.")


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, tuple[str, str]]]:
    for line, row in enumerate(csv.reader(lines), start=1):
        if not row:
            continue
        if len(row) != 2:
            raise CommandError(f"Line {line}: a number and a domain are wanted.")
        yield line, (row[0].strip(), row[1].strip())


def _enter(line: int, number: str, domain: str) -> bool:
    """Enter one domain; return whether it was new; raise CommandError, naming the line, when it can't be entered."""
    try:
        website = _website(line, number)
        normal = normalise_domain(domain)
        if normal in website.all_domains:
            return False
        writer.enter_further_domains(website.pk, [normal], timezone.localdate())
    except ValidationError as error:
        raise CommandError(f"Line {line}: {' '.join(error.messages)}") from error
    except entry_types.RegisterConflict as conflict:
        raise CommandError(f"Line {line}: {conflict.code}: {normal} is another website's.") from conflict
    except ValueError as error:
        raise CommandError(f"Line {line}: {number} has been on record since {website.approved_on}: {error}.") from error
    return True


def _website(line: int, number: str) -> Website:
    matches = public_search.found(lookups.understand(number))
    found = [one.website for one in matches if one.website and str(one.website.number) == number]
    if not found:
        raise CommandError(f"Line {line}: there is no website {number} in force.")
    return found[0]
