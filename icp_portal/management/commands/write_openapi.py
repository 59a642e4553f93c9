"""``manage.py write_openapi [--check]``: write docs/openapi.json from the code, or check that it is current."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from hosts.api import api

TARGET = Path(settings.BASE_DIR) / "docs" / "openapi.json"


def document() -> str:
    """Return the OpenAPI document in English, independent of the catalogue; the portal shows it in Chinese."""
    with translation.override("en"):
        return json.dumps(api.get_openapi_schema(), indent=2, ensure_ascii=False) + "\n"


class Command(BaseCommand):
    help = "Write docs/openapi.json, the description of the programming interface."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail when the committed document is stale")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["check"]:
            TARGET.write_text(document(), encoding="utf-8")
        elif not TARGET.exists() or TARGET.read_text(encoding="utf-8") != document():
            raise CommandError("docs/openapi.json is stale: run manage.py write_openapi and commit it.")
