"""Reading for tests: a message, or why it is refused."""

import pytest

from interchange import schemas
from interchange.messages.faults import MessageFault
from interchange.messages.reading import read_download, read_upload
from interchange.tests.messages.samples import gbk


def read(xml, message=schemas.UPLOAD, *, lenient=False):
    return {schemas.UPLOAD: read_upload, schemas.DOWNLOAD: read_download}[message](xml, lenient=lenient)


def fault_of(xml, message=schemas.UPLOAD, *, lenient=False):
    """Return code, rule and element of what is wrong, with the whole exception."""
    with pytest.raises(MessageFault) as found:
        read(gbk(xml) if isinstance(xml, str) else xml, message, lenient=lenient)
    return found.value


def refusal_of(xml, message=schemas.UPLOAD, *, lenient=False):
    fault = fault_of(xml, message, lenient=lenient)
    return fault.code, fault.rule, fault.element
