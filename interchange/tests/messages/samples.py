"""The samples, read for tests."""

from interchange import schemas

FOLDER = schemas.FOLDER.parent / "samples"
FILES = sorted(FOLDER.glob("*.xml"))
DATA = [file for file in FILES if not file.name.startswith("return_")]
UPLOADS = [file for file in DATA if file.name.startswith("upload_")]


def message_of(name):
    """Return the message of a sample by its name."""
    kind, _end, rest = name.partition("_")
    return {"upload": schemas.UPLOAD, "download": schemas.DOWNLOAD, "return": rest}[kind]


def text_of(name):
    return (FOLDER / f"{name}.xml").read_text("gbk")


def gbk(text):
    return text.encode("gbk")


DECLARATION = '<?xml version="1.0" encoding="GBK"?>'
# The smallest upload; "%s" is the place of its records
FRAME = f'{DECLARATION}<UploadData version="V.3.0"><ICP><ZXBA>%s</ZXBA><Qqdwid>1</Qqdwid></ICP></UploadData>'
RECORD = "<Zx_xx><Zxlb>2</Zxlb><Jlid>%s</Jlid><Zxly>1</Zxly></Zx_xx>"
SMALLEST = FRAME % RECORD % 9001
ZXBA = f"<ZXBA>{RECORD % 9001}</ZXBA>"
