"""``manage.py check_interchange FILE …``: check messages of the official interface by their schemas, for CI.

Needs no database. Prints a line for each fault, or with ``--json`` one document. Ends with 0 if all files conform, 1 if
one doesn't, 2 if one can't be read or the command is wrong.
"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from interchange import schemas
from interchange.conformance import checks
from interchange.conformance.checks import Conformance
from interchange.messages.faults import RULES
from interchange.result_codes import RESULTS

MESSAGES = {"upload": schemas.UPLOAD, "download": schemas.DOWNLOAD}
RETURN = "return"


class Command(BaseCommand):
    help = "Check messages of the official interface (V3.0) by their schemas."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="XML as it would be packed")
        parser.add_argument("--kind", choices=(*MESSAGES, RETURN), default="upload", help="what the files are")
        parser.add_argument("--operation", choices=schemas.OPERATIONS, help="whose return the files are")
        parser.add_argument("--profile", choices=("strict", "lenient"), default="strict", help="by which schemas")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        if (options["kind"] == RETURN) != bool(options["operation"]):
            raise CommandError("--kind return needs --operation, and no other kind does.", returncode=2)
        message = options["operation"] or MESSAGES[options["kind"]]
        found = {file: _checked(file, message, options["profile"]) for file in options["files"]}
        if options["json"]:
            results = [{"file": str(file), **_as_json(one)} for file, one in found.items()]
            self.stdout.write(json.dumps(results, ensure_ascii=False, indent=1))
        else:
            self.stdout.write("\n".join(line for file, one in found.items() for line in _lines(file, one)))
        if any(one.faults for one in found.values()):
            raise SystemExit(1)


def _checked(file: Path, message: str, profile: str) -> Conformance:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}", returncode=2) from error
    return checks.check(content, message, lenient=profile == "lenient")


def _lines(file: Path, found: Conformance) -> list[str]:
    """Return a line for each fault, as compilers write them, or one line for a file that conforms."""
    if not found.faults:
        return [f"{file}: conforms, {len(found.records)} records"]
    return [
        f"{file}:{fault.line}: {' '.join(filter(None, (fault.record, fault.element)))}: {fault.code} {fault.rule}: "
        f"{RULES[fault.rule]}{f' Expected: {fault.expected}' if fault.expected else ''}"
        for fault in found.faults
    ]


def _as_json(found: Conformance) -> dict[str, Any]:
    return {
        "conforms": not found.faults,
        "records": len(found.records),
        "faults": [
            {
                "record": fault.record,
                "line": fault.line,
                "element": fault.element,
                "code": fault.code,
                "meaning": str(RESULTS[fault.code]),
                "rule": fault.rule,
                "demand": str(RULES[fault.rule]),
                "expected": fault.expected,
            }
            for fault in found.faults
        ],
    }
