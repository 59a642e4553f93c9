"""``manage.py seed_demo [--accounts]``: load the demonstration, or print its accounts."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from icp_portal.demo import seed
from ministry.open_data import editions


class Command(BaseCommand):
    help = "Load the demonstration (once), or print its accounts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--accounts", action="store_true", help="print the accounts and do nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demonstration is loaded only where DEMO is on.")
        settings.READ_CERTIFICATES = False  # on its drawn certificates there is nothing to read
        if options["accounts"]:
            for party, email in seed.accounts():
                self.stdout.write(f"  {party}\t{email}\t{seed.PASSWORD}")
        elif seed.seed():
            editions.write_due()
            self.stdout.write("The demonstration is loaded.")
        else:
            self.stdout.write("The demonstration was loaded before.")
