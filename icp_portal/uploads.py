"""Receive large uploads into temporary files without a name; a full disk becomes a form error."""

import tempfile
from io import BytesIO
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class NamelessUpload(UploadedFile[bytes]):
    """An upload without a name on disk, so that nothing of it remains when the process dies.

    A failed write raises OSError only when the file is read, so that the form can show an error at the field. Nothing
    is written beyond the largest size accepted, but everything is counted.
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
        """Write the next chunk, which begins at ``start``."""
        if self.fault is None and start <= settings.EVIDENCE_MAX_BYTES:
            try:
                self.spool.write(chunk)
                self.spool.flush()
            except OSError as error:
                self.fault = error

    def read(self, *size: int) -> bytes:
        """Return the content; raise OSError when writing it failed."""
        if self.fault:
            raise self.fault
        return self.spool.read(*size)

    def close(self) -> None:
        """Close the file; store an OSError for ``read`` instead of raising it."""
        try:
            super().close()
        except OSError as error:
            self.fault = error


class NamelessFileUploadHandler(FileUploadHandler):
    """Receive uploads that are too large for memory."""

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
