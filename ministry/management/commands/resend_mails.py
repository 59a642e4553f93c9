"""``manage.py resend_mails``: queue all failed mails again, or one with ``--mail``."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Q

from ministry.mail import queue


class Command(BaseCommand):
    help = "Queue the mails again that the mail server has refused for good. The operators' desk says why it did."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mail", type=int, help="only the mail with this number")

    def handle(self, *args: Any, **options: Any) -> None:
        which = queue.FAILED if options["mail"] is None else Q(pk=options["mail"])
        self.stdout.write(f"{queue.resend(which, by=None)} mails queued again.")
