"""The form that takes one message, pasted or as a file."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desks.forms import PortalForm
from desks.noted_fields import optional
from filings.evidence.files import read_upload
from interchange import schemas

LARGEST = 1024 * 1024  # bytes of a message that is checked on the page; our own choice
STRICT, LENIENT = "strict", "lenient"
KINDS = [
    (schemas.UPLOAD, gettext_lazy("Upload: a provider's system reports")),
    (schemas.DOWNLOAD, gettext_lazy("Download: a bureau hands out")),
    *((name, gettext_lazy("Return of %(operation)s")) for name in schemas.OPERATIONS),
]
PROFILES = [
    (STRICT, gettext_lazy("The letter of V3.0")),
    (LENIENT, gettext_lazy("Lenient: also what known systems send")),
]


class MessageForm(PortalForm):
    """A message, what it is, and by which schema it is to be checked."""

    kind = forms.ChoiceField(label=gettext_lazy("What it is"))
    schema = forms.ChoiceField(label=gettext_lazy("Schema"), choices=PROFILES, widget=forms.RadioSelect, initial=STRICT)
    text = optional(
        forms.CharField(
            label=gettext_lazy("XML of the message"),
            widget=forms.Textarea(attrs={"rows": 10, "class": "code", "spellcheck": "false", "autocapitalize": "off"}),
        )
    )
    file = optional(
        forms.FileField(
            label=gettext_lazy("Or as a file"),
            allow_empty_file=True,
            widget=forms.FileInput(attrs={"accept": ".xml,text/xml"}),
        )
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(value, label % {"operation": value} if "%" in label else label) for value, label in KINDS]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]
        self.fields["file"].help_text = _("The XML itself, not packed; at most %(mb)d MB.") % {"mb": LARGEST // 1024**2}

    def clean_file(self) -> bytes:
        """Return the content of the file; empty without one."""
        upload: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if upload is None:
            return b""
        if (upload.size or 0) > LARGEST:
            raise _too_large()
        return read_upload(upload)

    def clean(self) -> dict[str, Any]:
        """Take either the text or the file as ``content``: characters that GBK lacks are written as UTF-8."""
        cleaned = super().clean() or self.cleaned_data
        text, content = cleaned.get("text", ""), cleaned.get("file", b"")
        if not self.errors and bool(text) == bool(content):
            self.add_error("text", _("Paste a message or choose a file, one of both."))
        cleaned["content"] = content or _encoded(text)
        if len(cleaned["content"]) > LARGEST:
            self.add_error("text", _too_large())
        return cleaned


def _too_large() -> ValidationError:
    words = _("A message that is checked here has at most %(mb)d MB. Check larger ones with the command.")
    return ValidationError(words % {"mb": LARGEST // 1024**2}, code="too_large")


def _encoded(text: str) -> bytes:
    try:
        return text.encode("gbk")
    except UnicodeEncodeError:
        return text.encode()
