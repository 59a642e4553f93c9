"""A mail sink for one machine: accept mail on a loopback port, store each as a file, deliver nothing."""

import asyncio
import contextlib
import email
import email.policy
import itertools
import logging
import signal
import socket
import sys
import threading
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

logging.getLogger("mail.log").setLevel(logging.WARNING)  # by default it logs every line of every SMTP session

MAX_BYTES = 32 * 1024 * 1024


class Keeper:
    """Write each mail to ``folder`` as ``00000001.eml`` and so on: names sort in the order of arrival."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder
        last = max((int(path.stem) for path in folder.glob("*.eml") if path.stem.isdecimal()), default=0)
        self._numbers = itertools.count(last + 1)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Store the mail and return the SMTP reply. Readers never see an incomplete file."""
        name = f"{next(self._numbers):08d}"
        unfinished = self._folder / f"{name}.part"
        unfinished.write_bytes(envelope.original_content or b"")
        unfinished.replace(self._folder / f"{name}.eml")
        return "250 OK"


class MailSink:
    """A sink in a thread of this process, and the mails it received."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._socket = _listening_socket(0)
        self._loop = asyncio.new_event_loop()
        self._stopped = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="mailsink", daemon=True)

    @property
    def url(self) -> str:
        """Return the EMAIL_URL of the sink."""
        return f"smtp://127.0.0.1:{self._socket.getsockname()[1]}"

    def start(self) -> "MailSink":
        """Start accepting mail and return the sink. A mail sent at once waits in the socket for the thread."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop accepting mail; the files stay."""
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join()

    def messages(self) -> list[EmailMessage]:
        """Return every mail, oldest first."""
        return [_parsed(path) for path in sorted(self._folder.glob("*.eml"))]

    def clear(self) -> None:
        """Delete every mail."""
        for path in self._folder.glob("*.eml"):
            path.unlink()

    def _run(self) -> None:
        with contextlib.closing(self._loop):
            self._loop.run_until_complete(_take_mail(self._folder, self._socket, self._stopped))


def _listening_socket(port: int) -> socket.socket:
    return socket.create_server(("127.0.0.1", port))


def _parsed(path: Path) -> EmailMessage:
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


async def _take_mail(folder: Path, listening: socket.socket, stopped: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    keeper = Keeper(folder)

    def connection() -> SMTP:
        # A given host name avoids a look-up of the machine's own, which takes seconds on some machines.
        return SMTP(keeper, data_size_limit=MAX_BYTES, enable_SMTPUTF8=True, hostname="localhost", loop=loop)

    server = await loop.create_server(connection, sock=listening)
    await stopped.wait()
    server.close()


async def _take_mail_until_told(folder: Path, port: int) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await _take_mail(folder, _listening_socket(port), stopped)


if __name__ == "__main__":
    asyncio.run(_take_mail_until_told(Path(sys.argv[2]), int(sys.argv[1])))
