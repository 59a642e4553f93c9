"""``manage.py grant_roles``: create the roles of the database and grant each what it needs, after each ``migrate``."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError

from icp_portal import database_roles

# Option → its default name, what the role may do, and that in words
ROLES = {
    "application": ("icp_app", database_roles.use_tables, "reads and writes rows, and changes no table"),
    "reports": ("icp_reports", database_roles.read_reports, "reads what is public and how work goes"),
    "public": ("icp_public", database_roles.read_public, "reads what is public"),
}


class Command(BaseCommand):
    help = "Create the roles of the database and grant each what it needs, as the owner of the tables. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for option, (name, _rights, does) in ROLES.items():
            parser.add_argument(f"--{option}", default=name, metavar="ROLE", help=f"it {does} ({name})")

    def handle(self, *_args: Any, **options: Any) -> None:
        for option, (_name, rights, does) in ROLES.items():
            role = options[option]
            try:
                database_roles.grant(role, rights)
            except (LookupError, ProgrammingError) as error:
                raise CommandError(f"{role}: {error}") from error
            self.stdout.write(f"{role} {does}.")
