"""Decode an untrusted file in a child process with limits, when the account has a free slot."""

from typing import Any

from filings.evidence.limited import UNREADABLE, FileRefused, children, concurrency, unframed


def run(task: str, content: bytes, **options: Any) -> tuple[dict[str, Any], list[bytes]]:
    """Return the child's result for a file: values, then files; raise FileRefused.

    ``concurrency.BUSY`` when the account's other files are being read, ``TOO_MUCH`` when a limit was exceeded,
    ``UNREADABLE`` when the child has failed; other reasons are those of the task. Slow: don't call it in a transaction
    with locks.
    """
    output = _output(task, content, options)
    try:
        values, parts = unframed(output)
    except ValueError as error:
        raise FileRefused(UNREADABLE) from error
    if reason := values.pop("refused", ""):
        raise FileRefused(reason, **values)
    return values, parts


def begin(task: str, content: bytes, **options: Any) -> None:
    """Start to decode a file whose result will be needed soon; do nothing if no children are kept."""
    if kept := children.current():
        kept.begin(task, content, options)


def _output(task: str, content: bytes, options: dict[str, Any]) -> bytes:
    if kept := children.current():
        return kept.output(task, content, options)
    with concurrency.slot():
        return children.output_of(task, content, options)
