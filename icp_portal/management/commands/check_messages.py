"""``manage.py check_messages``: check that every message of the source is translated into Chinese and compiled."""

import json
import os
import re
import shutil
import struct
import subprocess
import sys
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import to_locale

# Official terms that are written in Latin letters in Chinese, too.
TERMS = ("APP",)
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[ds]")
INSTALL = "GNU gettext is missing. Install it: apt-get install gettext (Debian), brew install gettext (macOS)."


class Command(BaseCommand):
    help = "Fail unless every message of the source has a sound, compiled Chinese translation."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        if shutil.which("xgettext") is None:
            raise CommandError(INSTALL)
        source, chinese, english = extracted(), catalogues("zh-hans"), catalogues("en")
        if found := [*faults(source, *chinese), *faults_of_english(source, *english)]:
            raise CommandError("\n".join(found))
        self.stdout.write(f"{len(source)} messages, all translated")


def folder_of(language: str) -> Path:
    """Return the folder of a language's catalogue."""
    return Path(settings.LOCALE_PATHS[0], to_locale(language), "LC_MESSAGES")


def catalogues(language: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the catalogue of a language as it is written, and as it is compiled."""
    folder = folder_of(language)
    return read_po((folder / "django.po").read_text("utf-8")), read_mo((folder / "django.mo").read_bytes())


def extracted() -> Collection[str]:
    """Return the messages of our apps and templates, extracted from a copy because makemessages writes files there."""
    ours = [Path(app.path) for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR]
    makemessages = [sys.executable, "-m", "django", "makemessages", "--all", "--keep-pot", "-v0"]
    # Without settings, makemessages keeps to the folder it is started in.
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    with TemporaryDirectory() as copy:
        for folder in (*ours, settings.BASE_DIR / "templates"):
            shutil.copytree(folder, Path(copy, folder.name), ignore=shutil.ignore_patterns("tests", "locale"))
        Path(copy, "locale").mkdir()
        run = subprocess.run(makemessages, cwd=copy, env=environment, capture_output=True, text=True, check=False)
        if run.returncode:
            raise CommandError(run.stderr)
        return read_po(Path(copy, "locale", "django.pot").read_text("utf-8")).keys()


def read_po(text: str) -> dict[str, str]:
    """Return message → translation, in the form of ``read_mo``; empty where a translation is missing or fuzzy."""
    messages = {}
    for block in text.split("\n\n"):
        fields, keyword = dict.fromkeys(("msgctxt", "msgid", "msgid_plural", "msgstr"), ""), ""
        for line in (line for line in block.splitlines() if line.startswith(("msg", '"'))):
            name, quote, rest = line.partition('"')
            keyword = name.split("[")[0].strip() or keyword  # Chinese has one form of the plural: msgstr[0]
            fields[keyword] += json.loads(quote + rest)
        context, singular, plural, translation = fields.values()
        message = (f"{context}\x04" if context else "") + singular + (f"\0{plural}" if plural else "")
        messages[message] = "" if re.search("^#,.*fuzzy", block, re.MULTILINE) else translation
    return {message: translation for message, translation in messages.items() if message}


def read_mo(data: bytes) -> dict[str, str]:
    """Return message → translation of a compiled catalogue; a message is ``[context EOT] singular [NUL plural]``."""
    count, *tables = struct.unpack_from("<3I", data, 8)
    places = (struct.iter_unpack("<2I", data[table : table + 8 * count]) for table in tables)
    texts = ([data[start : start + length].decode() for length, start in table] for table in places)
    return {message: translation for message, translation in zip(*texts, strict=True) if message}


def faults(source: Iterable[str], catalogue: dict[str, str], compiled: dict[str, str]) -> Iterator[str]:
    """Yield what is wrong with the translations, and with the compiled catalogue.

    Messages that only the catalogue has are those of Django and allauth that it words anew.
    """
    for message in dict.fromkeys((*source, *catalogue)):
        translation = catalogue.get(message, "")
        if not translation:
            yield f"missing, untranslated or fuzzy: {message!r}"
        elif not _has_same_placeholders(message, translation):
            yield f"placeholders differ: {message!r}"
        elif translation in TERMS:
            continue
        elif re.search("[A-Za-z]", PLACEHOLDER.sub("", message)) and not re.search("[\u4e00-\u9fff]", translation):
            yield f"not Chinese: {message!r}"
    yield from _faults_of_compiled(catalogue, compiled)


def faults_of_english(source: Collection[str], catalogue: dict[str, str], compiled: dict[str, str]) -> Iterator[str]:
    """Yield faults of the English catalogue, which rewords messages of Django and allauth and no others."""
    for message, translation in catalogue.items():
        if message in source:
            yield f"change the message in the source, not in the English catalogue: {message!r}"
        elif not _has_same_placeholders(message, translation):
            yield f"placeholders differ: {message!r}"
    yield from _faults_of_compiled(catalogue, compiled)


def _has_same_placeholders(message: str, translation: str) -> bool:
    return set(PLACEHOLDER.findall(message)) == set(PLACEHOLDER.findall(translation))


def _faults_of_compiled(catalogue: dict[str, str], compiled: dict[str, str]) -> Iterator[str]:
    if compiled != {message: translation for message, translation in catalogue.items() if translation}:
        yield "django.mo is not what django.po compiles to: run compilemessages"
