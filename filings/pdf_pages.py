"""The pages of a PDF as pictures, drawn by a process of its own.

A PDF from outside is a program of sorts: it may be built to crash its reader or to keep it busy, and PDFium, which
draws it, can't be used by two threads at once. So the drawing is left to a child that has little time and memory,
knows nothing of the portal, and hands back JPEGs alone: no script, link or attachment survives that.

No Django here: the child runs this file by itself.
"""

import resource
import struct
import subprocess
import sys
from io import BytesIO

LONGER_SIDE = 2339  # pixels: A4 at 200 dots an inch
QUALITY = 92
SECONDS, BYTES = 20, 1024**3
# what the child says when it has no pages to hand back
UNREADABLE, LOCKED, TOO_MANY = 3, 4, 5
LENGTH = struct.Struct(">I")


class PdfRefused(Exception):
    """No pages: ``reason`` is ``UNREADABLE``, ``LOCKED`` or ``TOO_MANY``."""

    def __init__(self, reason: int) -> None:
        super().__init__(reason)
        self.reason = reason


def drawn(content: bytes, most: int) -> list[bytes]:
    """Each page as JPEG; raise PdfRefused when there are none, or more than ``most``."""
    try:
        child = subprocess.run(
            [sys.executable, "-I", __file__, str(most)],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PdfRefused(UNREADABLE) from error
    if child.returncode:
        raise PdfRefused(child.returncode if child.returncode in (LOCKED, TOO_MANY) else UNREADABLE)
    return list(_parted(child.stdout))


def _parted(output: bytes) -> list[bytes]:
    pages, place = [], 0
    while place < len(output):
        (length,) = LENGTH.unpack_from(output, place)
        place += LENGTH.size + length
        pages.append(output[place - length : place])
    return pages


def _child(most: int) -> int:
    """Draw what comes in on standard input; answers the exit code."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    except pypdfium2.PdfiumError as error:
        return LOCKED if "password" in str(error).lower() else UNREADABLE
    if not len(document):
        return UNREADABLE
    if len(document) > most:
        return TOO_MANY
    for page in document:
        scale = LONGER_SIDE / max(page.get_size())
        target = BytesIO()
        page.render(scale=scale).to_pil().convert("RGB").save(target, "JPEG", quality=QUALITY)
        sys.stdout.buffer.write(LENGTH.pack(target.tell()) + target.getvalue())
    return 0


if __name__ == "__main__":
    sys.exit(_child(int(sys.argv[1])))
