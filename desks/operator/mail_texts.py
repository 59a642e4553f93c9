"""The texts of mails at /ministry/mails/texts/: edit one with a preview, publish it, and see its earlier versions."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import Language, User
from desks.components import StatusPill
from desks.forms import PortalForm
from ministry.mail import built_in, texts
from ministry.models import MailText
from ministry.versions import VersionField

BUILT_IN = StatusPill(gettext_lazy("built-in text"), "neutral")
UNUSED = StatusPill(gettext_lazy("not used: it no longer fits the portal"), "wrong")
# The last word of a kind's name → to whom its mails go
READERS = {
    "host": gettext_lazy("To hosts"),
    "provider": gettext_lazy("To access providers"),
    "bureau": gettext_lazy("To bureaus and their staff"),
    "chief": gettext_lazy("To bureaus and their staff"),
    "reviewer": gettext_lazy("To bureaus and their staff"),
    "ministry": gettext_lazy("To operators"),
    "colleague": gettext_lazy("To staff of both desks"),
    "staff": gettext_lazy("To staff of both desks"),
}
OTHERS = gettext_lazy("To others, and about accounts")


def _text(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=10_000, widget=forms.Textarea(attrs={"rows": 14}))


class TextForm(PortalForm):
    """A mail's text in both languages."""

    subject = forms.CharField(label=gettext_lazy("Subject line in Chinese"), max_length=200)
    body = _text(gettext_lazy("Text in Chinese"))
    subject_en = forms.CharField(label=gettext_lazy("Subject line in English"), max_length=200)
    body_en = _text(gettext_lazy("Text in English"))
    seen = VersionField()

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind

    def clean(self) -> dict[str, Any]:
        """Find what is wrong with the placeholders."""
        cleaned = super().clean() or {}
        if not self.errors:
            for column, wrong in texts.faults(self.text()).items():
                self.add_error(column, cast(Any, wrong))
        return cleaned

    def text(self) -> MailText:
        """Return the typed text; not saved."""
        columns = {name: self.cleaned_data[name] for pair in texts.COLUMNS for name in pair[1:]}
        # Browsers send CRLF.
        return MailText(kind=self.kind, **{name: words.replace("\r\n", "\n") for name, words in columns.items()})


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """List the kinds of mails by reader, each with the text in use. One query."""
    published = texts.newest()
    groups: dict[str, list[dict[str, Any]]] = {str(title): [] for title in (*READERS.values(), OTHERS)}
    for kind in built_in.kinds():
        title = str(READERS.get(kind.rpartition("_")[2], OTHERS))
        row = {"kind": kind, "subject": _titled(kind), "pill": _pill(published.get(kind))}
        groups[title].append(row)
    return render(request, "ministry/mail_texts/list.html", {"groups": groups})


def one(request: HttpRequest, kind: str) -> HttpResponse:
    """Show the text of a kind in a form (GET); preview or publish what was typed (POST)."""
    if kind not in built_in.kinds():
        raise Http404
    newest = MailText.objects.filter(kind=kind).order_by("-number").first()
    form = TextForm(request.POST or None, kind=kind, initial=_initial(kind, newest, request.GET.get("from", "")))
    if request.method == "POST":
        if "built_in" in request.POST:
            form = TextForm(kind=kind, initial=_initial(kind, newest, ""))
            return _published(request, MailText(kind=kind, is_built_in=True), form, newest)
        if form.is_valid() and "publish" in request.POST:
            return _published(request, form.text(), form, newest)
    return _page(request, form, newest, preview=_preview(form.text()) if form.is_bound and form.is_valid() else [])


@require_safe
def version(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """Show an earlier version and what it changed."""
    text = get_object_or_404(MailText, kind=kind, number=number)
    before = MailText.objects.filter(kind=kind, number=number - 1).first()
    context = {
        "text": text,
        "subject": _titled(kind),
        "is_known": kind in built_in.kinds(),
        "changes": [
            (_column_label(column), list(texts.difference(_words(before, kind, column), _words(text, kind, column))))
            for _language, *columns in texts.COLUMNS
            for column in columns
        ],
    }
    return render(request, "ministry/mail_texts/version.html", context)


def _published(request: HttpRequest, text: MailText, form: TextForm, newest: MailText | None) -> HttpResponse:
    seen = request.POST.get("seen", "")
    try:
        texts.publish(text, by=cast(User, request.user), after=int(seen) if seen.isdecimal() and len(seen) < 9 else -1)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        if form.is_bound:
            form.data = {**request.POST.dict(), "seen": str(newest.number if newest else 0)}
        return _page(request, form, newest, preview=[])
    messages.success(request, _("Published. E-mails written from now on have this text; others keep theirs."))
    return redirect("operators:mail_text", text.kind)


def _page(
    request: HttpRequest, form: TextForm, newest: MailText | None, *, preview: list[tuple[str, str, str]]
) -> HttpResponse:
    known = built_in.read(form.kind)
    context = {
        "form": form,
        "kind": form.kind,
        "subject": _titled(form.kind),
        "pill": _pill(newest),
        "newest": newest,
        "preview": preview,
        "is_text_message": form.kind in built_in.TEXT_MESSAGES,
        "placeholders": [(built_in.MARK % name, name in known.required, value) for name, value in known.values.items()],
        "versions": MailText.objects.filter(kind=form.kind).defer("body", "body_en"),
    }
    return render(request, "ministry/mail_texts/one.html", context)


def _initial(kind: str, newest: MailText | None, wanted: str) -> dict[str, Any]:
    """Return what the form begins with: the version that is wanted, else the newest, else the built-in text."""
    begun = newest
    if wanted.isdecimal() and len(wanted) < 9:
        begun = MailText.objects.filter(kind=kind, number=int(wanted)).first()
    return {
        "seen": newest.number if newest else 0,
        **{column: _words(begun, kind, column) for _language, *columns in texts.COLUMNS for column in columns},
    }


def _words(text: MailText | None, kind: str, column: str) -> str:
    """Return a column of a version, or of the built-in text if there is no version or it restores that text."""
    if text is not None and not text.is_built_in:
        return str(getattr(text, column))
    if kind not in built_in.kinds():
        return ""
    with translation.override(Language.ENGLISH if column.endswith("_en") else Language.CHINESE):
        return str(getattr(built_in.read(kind), column.removesuffix("_en")))


def _preview(text: MailText) -> list[tuple[str, str, str]]:
    made = []
    for language, *_columns in texts.COLUMNS:
        with translation.override(language):
            made.append((str(Language(language).label), *texts.example(text)))
    return made


def _pill(text: MailText | None) -> StatusPill:
    if text is None or text.is_built_in:
        return BUILT_IN
    if texts.faults(text):
        return UNUSED
    return StatusPill(_("version %(number)d") % {"number": text.number}, "done")


def _titled(kind: str) -> str:
    """Return the built-in subject with examples; the name of a kind that is no more."""
    if kind not in built_in.kinds():
        return kind
    known = built_in.read(kind)
    return built_in.filled(known.subject, known.values)


def _column_label(column: str) -> str:
    return str(TextForm.base_fields[column].label)
