"""``manage.py grant_public``: let a role of the database read the public columns, for the public service."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError

from icp_portal import public_service


class Command(BaseCommand):
    help = "Let a role of the database read the columns that anybody may see, and nothing else. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", help="an existing role, with which the public service signs in")

    def handle(self, *_args: Any, role: str, **_options: Any) -> None:
        try:
            public_service.grant(role)
        except ProgrammingError as error:
            raise CommandError(f"{role}: {error}") from error
        self.stdout.write(f"{role} can read {len(public_service.COLUMNS)} tables, each in its public columns only.")
