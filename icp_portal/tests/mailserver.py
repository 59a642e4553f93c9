"""A real mail server for tests that goes away and comes back on the same port, and can refuse what it is given."""

import asyncio
import email
import email.policy
import socket
import threading
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session


class MailServer:
    """Keeps the mails it takes. ``replies`` has what it says instead of 250, by recipient.

    ``connections`` counts who has connected; ``most`` is how many mails it takes on one connection.
    """

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.replies: dict[str, str] = {}
        self.connections, self.most = 0, 1_000
        self._socket: socket.socket | None = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._start()

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, sender: str, _options: list[str]
    ) -> str:
        session.sent = getattr(session, "sent", 0) + 1
        if session.sent > self.most:
            return "421 4.7.0 too many mails on this connection"
        envelope.mail_from = sender
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, to: str, _options: list[str]
    ) -> str:
        if to in self.replies:
            return self.replies[to]
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        self.mails.append(email.message_from_bytes(content, policy=email.policy.default))
        return "250 OK"

    def recipients(self) -> list[str]:
        """Return to whom mails came, sorted."""
        return sorted(str(mail["to"]) for mail in self.mails)

    def stop(self) -> None:
        """Go away: connections are refused from now on."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopped.set)
            self._thread.join()

    def come_back(self) -> None:
        """Listen on the same port again."""
        self._socket = socket.create_server(("127.0.0.1", self.port))
        self._start()

    def _start(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._stopped = asyncio.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    def _connected(self) -> SMTP:
        self.connections += 1
        return SMTP(self, hostname="localhost", loop=self._loop, enable_SMTPUTF8=True)

    async def _serve(self) -> None:
        server = await self._loop.create_server(self._connected, sock=self._socket)
        await self._stopped.wait()
        server.close()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
