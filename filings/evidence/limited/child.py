"""The script of the child process: set limits, read one file from standard input, write the result to standard output.

``running.run`` runs it as a script, so that it starts fast and inherits nothing.
"""

import json
import resource
import sys
from pathlib import Path
from typing import Any


def main(task: str, options: str, cpu_seconds: int, memory: int) -> None:
    """Run the task on the file on standard input; the result's ``refused`` has the reason of a refusal."""
    for what, most in (
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    # openpyxl loads numpy where it is installed for other work: slow, and on many cores more memory than the limit.
    sys.modules["numpy"] = None  # type: ignore[assignment]
    sys.path.append(str(Path(__file__).parents[3]))
    from filings.evidence.limited import TOO_MUCH, FileRefused, framed

    try:
        answer = framed(*_done(task, sys.stdin.buffer.read(), **json.loads(options)))
    except FileRefused as refused:
        answer = framed(refused.said | {"refused": refused.reason})
    except MemoryError:
        answer = framed({"refused": TOO_MUCH})
    sys.stdout.buffer.write(answer)


def _done(task: str, content: bytes, **options: Any) -> tuple[dict[str, Any], list[bytes]]:
    """Run the task, importing only what this kind of file needs."""
    if task == "table":
        from filings.evidence.limited import table

        return table.read(content, **options)
    if task == "pages":
        from filings.evidence.limited import pdf

        return pdf.pages(content, **options)
    from filings.evidence.limited import picture

    return (picture.redrawn if task == "logo" else picture.accept)(content, **options)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
