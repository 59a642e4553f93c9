"""``manage.py seed_register --websites N``: fill the register with an invented country, through ``import_register``."""

from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from icp_portal.demo import country
from ministry.imports.running import PROCESSES


class Command(BaseCommand):
    help = "Fill the register of a demonstration with an invented country: hosts, websites, accesses, history."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--websites", type=int, required=True, help="websites and other services")
        parser.add_argument("--seed", type=int, default=1, help="the same number gives the same country")
        parser.add_argument("--into", type=Path, help="only write the files into this folder")
        parser.add_argument("--processes", type=int, default=PROCESSES)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The register is filled with invented records only where DEMO is on.")
        if options["into"]:
            if not options["into"].is_dir():
                raise CommandError(f"{options['into']} is no folder. Create it first.")
            country.write(options["into"], options["websites"], country.example_providers(), options["seed"])
            return
        with TemporaryDirectory() as folder:
            country.write(Path(folder), options["websites"], country.example_providers(), options["seed"])
            call_command(
                "import_register",
                folder,
                faults=Path(folder, "faults.csv"),
                processes=options["processes"],
                stdout=self.stdout,
            )
