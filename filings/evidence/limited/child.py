"""The script of the child process: set limits, read files from standard input, write each result to standard output.

``running.run`` runs it as a script, so that it starts fast and inherits nothing. It ends with standard input.
"""

import json
import resource
import struct
import sys
from pathlib import Path
from typing import IO, Any

LENGTH = struct.Struct(">Q")  # of what follows, before each request and each result


def main(cpu_seconds: int, memory: int) -> None:
    """Run the task of each request on its file; the result's ``refused`` has the reason of a refusal."""
    for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(what, (most, most))
    # openpyxl loads numpy where it is installed for other work: slow, and on many cores more memory than the limit.
    sys.modules["numpy"] = None  # type: ignore[assignment]
    sys.path.append(str(Path(__file__).parents[3]))
    while request := _part(sys.stdin.buffer):
        content = _part(sys.stdin.buffer)
        _limit_time(cpu_seconds)
        answer = _answer(content, **json.loads(request))
        sys.stdout.buffer.write(LENGTH.pack(len(answer)) + answer)
        sys.stdout.buffer.flush()


def _part(source: IO[bytes]) -> bytes:
    """Return the next part of a request; empty at the end."""
    length = source.read(LENGTH.size)
    return source.read(LENGTH.unpack(length)[0]) if length else b""


def _limit_time(cpu_seconds: int) -> None:
    """Limit the CPU time of the next file."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime) + cpu_seconds
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _answer(content: bytes, task: str, options: dict[str, Any]) -> bytes:
    from filings.evidence.limited import TOO_MUCH, FileRefused, framed

    try:
        return framed(*_done(task, content, **options))
    except FileRefused as refused:
        return framed(refused.values | {"refused": refused.reason})
    except MemoryError:
        return framed({"refused": TOO_MUCH})


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
    main(int(sys.argv[1]), int(sys.argv[2]))
