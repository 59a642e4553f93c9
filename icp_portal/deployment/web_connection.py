"""A client's connection: waitress's, with limits on requests sent ahead, on lines of chunked bodies and on odd heads.

A body that finds no room on the disk is read to its end all the same, so that the client is told in words.

waitress accepts requests ahead of their responses, as many as arrive together. A client that sends a hundred and reads
nothing holds an open file for each response and, once too much is unread, a thread until it leaves. waitress also
keeps a line of a chunked body in memory however long it is, and searches all of it again with each part.
"""

import logging
from contextlib import suppress
from tempfile import TemporaryFile
from typing import Any, Final

from waitress.buffers import OverflowableBuffer, ReadOnlyFileBasedBuffer
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.receiver import ChunkedReceiver
from waitress.utilities import BadRequest, Error, RequestEntityTooLarge

# In bytes, our own choice: the size of a chunk with its extension, and the headers behind the last chunk
LONGEST_LINE: Final = 16 * 1024
# Shown by a browser, of TOO_LARGE by one without our script; the language is not known yet
TOO_LARGE: Final = (
    "一次最多发送 {mb} MB。请返回上一页，少选或换小一些的文件。\r\n"
    "At most {mb} MB can be sent at once. Go back and choose fewer or smaller files."
)
NO_ROOM: Final = (
    "系统存储空间暂时不足，没有任何改动。请稍后再试；仍不成功的，请联系部级系统管理员。\r\n"
    "The portal's storage is full. Nothing was changed. Try again later; if it still fails, contact the operators."
)

logger = logging.getLogger(__name__)


class InsufficientStorage(Error):
    """The response when there is no room for a body (RFC 4918)."""

    code = 507
    reason = "Insufficient Storage"


class BodyBuffer(OverflowableBuffer):
    """The body of a request. Once there is no room for it, ``is_lost``, and what arrives is thrown away."""

    is_lost = False

    def append(self, data: bytes) -> None:
        """Keep the next bytes."""
        if self.is_lost:
            return
        try:
            super().append(data)
        except OSError as error:
            logger.critical("a body can't be kept in a temporary file: %s", error)
            self.is_lost = True
            with suppress(OSError):
                self.close()


class LimitedRequest(HTTPRequestParser):
    """A request that is refused when its head can't be parsed, a line of its body is too long, or it finds no room."""

    completed: bool
    error: Any

    def received(self, data: bytes) -> int:
        """Parse the next bytes; return how many of them belong to this request."""
        try:
            consumed: int = super().received(data)
        except ValueError:  # of a number with thousands of digits, of an address like http://[
            self._refuse("The head is invalid")
            return len(data)
        if isinstance(self.error, RequestEntityTooLarge):
            self.error.body = TOO_LARGE.format(mb=self.adj.max_request_body_size // 1024**2)
        body = self.body_rcv
        if body is not None:
            self._watch(body.buf)
        if isinstance(body, ChunkedReceiver) and len(body.control_line) + len(body.trailer) > LONGEST_LINE:
            self._refuse("The line of a chunk is too long")
        return consumed

    def _watch(self, buffer: OverflowableBuffer) -> None:
        """Keep the body in a buffer of our own, from its first byte; at its end, say so if it was lost."""
        if not isinstance(buffer, BodyBuffer):  # the head has just been parsed
            self.body_rcv.buf = BodyBuffer(self.adj.inbuf_overflow)
        elif buffer.is_lost and self.completed and not self.error:
            self.error = InsufficientStorage(NO_ROOM)

    def _refuse(self, reason: str) -> None:
        self.error = BadRequest(reason)
        self.completed = True


class OrderlyChannel(HTTPChannel):
    """A connection with one request at a time: what arrives behind it waits until its response has been sent."""

    parser_class = LimitedRequest
    request: Any
    sent_continue: bool
    _waiting = b""  # at most what one read returns

    def size_of_bodies(self) -> int:
        """Return the bytes that have arrived of the bodies of unanswered requests."""
        return sum(one.body_bytes_received for one in (*self.requests, self.request) if one)

    def write_soon(self, data: Any) -> int:
        """Take a part of a response. A large one goes to its file at once; waitress would first copy it in memory."""
        if isinstance(data, bytes) and len(data) > self.adj.outbuf_overflow:
            file = TemporaryFile()  # noqa: SIM115 — closed when it has been sent
            file.write(data)
            file.seek(0)
            data = ReadOnlyFileBasedBuffer(file)
            data.prepare()
        return int(super().write_soon(data))

    def readable(self) -> bool:
        """Return whether to read more. The server calls this before each wait, so the next request is begun here."""
        if self._waiting:
            self._take()
        return not self._waiting and bool(super().readable())

    def received(self, data: bytes) -> bool:
        """Parse what was read, as far as it belongs to the request whose turn it is."""
        self._waiting += data
        self._take()
        return True

    def _take(self) -> None:
        with self.requests_lock:
            while self._waiting and not (self.requests or self.total_outbufs_len or self._is_closing()):
                self.request = self.request or self.parser_class(self.adj)
                self._waiting = self._waiting[self.request.received(self._waiting) :]
                if self.request.completed:
                    self._give()
                elif self.request.expect_continue and self.request.headers_finished and not self.sent_continue:
                    self.send_continue()

    def _give(self) -> None:
        """Give the complete request to a thread."""
        request, self.request, self.sent_continue = self.request, None, False
        if not self.server.accepting:  # it stops
            request.headers["CONNECTION"] = "close"
        if not request.empty:
            self.requests.append(request)
            self.server.add_task(self)

    def _is_closing(self) -> bool:
        return bool(self.will_close or self.close_when_flushed)
