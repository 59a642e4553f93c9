"""``manage.py seed_rehearsal FOLDER``: enter what ``python -m ops.rehearse`` works on."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from icp_portal.demo import rehearsal


class Command(BaseCommand):
    help = "Enter people, drafts and files to be imported for a rehearsal, and write plan.json into the folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--cases", type=int, default=20, help="how many drafts")
        parser.add_argument("--imports", type=int, default=5, help="how many files to be imported")
        parser.add_argument("--people", type=int, default=2, help="how many verifiers and reviewers")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("A rehearsal is entered only where DEMO is on.")
        settings.READ_CERTIFICATES = False  # on its drawn certificates there is nothing to read
        seeding = rehearsal.Seeding(options["folder"], options["people"])
        seeding.run(cases=options["cases"], imports=options["imports"])
