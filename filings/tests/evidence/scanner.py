"""A scanner that speaks clamd's protocol over TCP or a socket, and knows one signature: EICAR's test file."""

import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import StreamRequestHandler, TCPServer, ThreadingTCPServer, ThreadingUnixStreamServer

# In two parts, so that no scanner finds it in this file.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
LIMIT = 1_000_000  # bytes; clamd's StreamMaxLength


class _Clamd(StreamRequestHandler):
    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0") and (byte := self.rfile.read(1)):
            command += byte
        answer = {b"zPING\0": b"PONG", b"zINSTREAM\0": b""}.get(command, b"UNKNOWN COMMAND")
        self.wfile.write((answer or self._scanned()) + b"\0")

    def _scanned(self) -> bytes:
        content = b""
        while length := struct.unpack(">I", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
            if len(content) > LIMIT:
                return b"INSTREAM size limit exceeded. ERROR"
        return b"stream: Eicar-Signature FOUND" if EICAR in content else b"stream: OK"


@contextmanager
def scanner(socket: Path | None = None) -> Iterator[str]:
    """Run a scanner; yield its address for ``MALWARE_SCANNER``."""
    server: TCPServer = ThreadingUnixStreamServer(str(socket), _Clamd) if socket else _on_any_port()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"unix://{socket}" if socket else f"tcp://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _on_any_port() -> ThreadingTCPServer:
    return ThreadingTCPServer(("127.0.0.1", 0), _Clamd)
