"""``manage.py note_backup``: note that another program has made a backup, so that its age is watched."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ministry.models import Backup


class Command(BaseCommand):
    help = "Note a backup that another program has made just now, for the state of the portal and the alert BackupOld."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("program", help="its name, such as pgBackRest")

    def handle(self, *_args: Any, program: str, **_options: Any) -> None:
        length = Backup._meta.get_field("program").max_length
        if not (name := " ".join(program.split())[:length]):
            raise CommandError("Name the program that has made the backup.")
        made = Backup.objects.create(program=name)
        self.stdout.write(f"Noted: backup of {made.at:%Y-%m-%d %H:%M} UTC by {made.program}")
