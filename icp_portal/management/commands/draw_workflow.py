"""``manage.py draw_workflow [--check]``: draw docs/workflow.md from the table of moves, or check that it is current."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from filings import states

TARGET = Path(settings.BASE_DIR) / "docs" / "workflow.md"

HEAD = """# The workflow

Drawn from `filings/states.py` by `manage.py draw_workflow`. Do not edit by hand: the checks fail when it is stale.
"""


def drawing() -> str:
    """Return the whole page: a diagram, the statuses with their holders, the moves with their rules."""
    with translation.override("en"):
        return "\n".join([HEAD, *_diagram(), "", *_statuses(), "", *_moves(), ""])


def _diagram() -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield "    [*] --> draft: start"
    for move in states.MOVES:
        for source in _in_order(move.sources):
            yield f"    {source} --> {move.target}: {move.name} ({move.role})"
    for status in states.Status:
        if states.HOLDERS[status] is None:
            yield f"    {status} --> [*]"
    yield "```"


def _statuses() -> Iterator[str]:
    yield "| status | where it lies | whose turn | facts can be edited |"
    yield "|---|---|---|---|"
    for status in states.Status:
        holder = states.HOLDERS[status] or "nobody: it is an end"
        yield f"| `{status}` | {status.label} | {holder} | {'yes' if status in states.EDITABLE else ''} |"


def _moves() -> Iterator[str]:
    yield "| move | from | to | who | needs |"
    yield "|---|---|---|---|---|"
    for move in states.MOVES:
        sources = ", ".join(f"`{source}`" for source in _in_order(move.sources))
        asked = (("a claim", move.needs_claim), ("remarks", move.needs_remarks), ("a reported filing", move.by_system))
        needs = [name for name, on in asked if on]
        yield f"| `{move.name}` | {sources} | `{move.target}` | {move.role} | {', '.join(needs)} |"


def _in_order(sources: frozenset[states.Status]) -> list[states.Status]:
    return [status for status in states.Status if status in sources]


class Command(BaseCommand):
    help = "Draw docs/workflow.md from the table of moves."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail when the committed page is stale")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["check"]:
            TARGET.write_text(drawing())
        elif not TARGET.exists() or TARGET.read_text() != drawing():
            raise CommandError("docs/workflow.md is stale: run manage.py draw_workflow and commit it.")
