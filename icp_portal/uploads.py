"""How large files are received: into temporary files without a name, and never a fault of the server."""

import tempfile
from io import BytesIO
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class NamelessUpload(UploadedFile[bytes]):
    """A file that comes in. It has no name on disk, so nothing of it stays when the process dies.

    What the disk does not take raises OSError when it is read, and not before: then the form can say so beside the
    field. Nothing is written beyond the largest size that is taken, but all of it is counted.
    """

    def __init__(self, name: str | None, content_type: str | None, charset: str | None, extra: Any) -> None:
        self.fault: OSError | None = None
        self.spool = self._opened()
        super().__init__(self.spool, name, content_type, 0, charset, extra)

    def _opened(self) -> IO[bytes]:
        try:
            return tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)
        except OSError as error:
            self.fault = error
            return BytesIO()

    def receive(self, chunk: bytes, start: int) -> None:
        """Keep the next piece, which begins at ``start``."""
        if self.fault is None and start <= settings.EVIDENCE_MAX_BYTES:
            try:
                self.spool.write(chunk)
                self.spool.flush()
            except OSError as error:
                self.fault = error

    def read(self, *size: int) -> bytes:
        """Return what came; raise OSError when the disk was full."""
        if self.fault:
            raise self.fault
        return self.spool.read(*size)

    def close(self) -> None:
        """Let go of the file; of one that the disk did not take, what could not be written is lost for good."""
        try:
            super().close()
        except OSError as error:
            self.fault = error


class NamelessFileUploadHandler(FileUploadHandler):
    """Receives what is too large for the memory."""

    file: NamelessUpload

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file = NamelessUpload(self.file_name, self.content_type, self.charset, self.content_type_extra)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.file.receive(raw_data, start)

    def file_complete(self, file_size: int) -> NamelessUpload:
        self.file.size = file_size
        if self.file.fault is None:
            self.file.spool.seek(0)
        return self.file

    def upload_interrupted(self) -> None:
        if hasattr(self, "file"):
            self.file.close()
