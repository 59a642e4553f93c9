"""Names of what a recorded look was at, for the case file and for a person's own data."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from filings import facts, fields
from filings.fields import attachments
from filings.review import host_questions

# recorded name of a look, which a number may follow → label; any other look is at a page of the form
LOOKED_AT: Final = {
    "facts": gettext_lazy("the full data"),
    "rounds": gettext_lazy("comparison of the rounds in full"),
    "case file": gettext_lazy("the case file"),
    "second reading": gettext_lazy("the filing, for a quality check"),
    "blank sheet": gettext_lazy("blank verification sheet"),
    "signed sheet": gettext_lazy("signed verification sheet"),
    "sheet": gettext_lazy("verification sheet"),
    "paper of answer": gettext_lazy("document attached to the answer"),
    host_questions.LOOK: gettext_lazy("document attached to the host's answer"),
}


def looked_at(text: str, of: facts.Facts | None = None) -> str:
    """Return what was looked at, in words: a picture by its name, a page of the form of these facts by its title."""
    if ".papers." in text or text.startswith("papers."):
        return str(attachments.label(text))
    for recorded, words in LOOKED_AT.items():
        if text == recorded or text.startswith(f"{recorded} "):
            return f"{words} {text.removeprefix(recorded).strip()}".strip()
    titles = {section.id: section.title for section in fields.sections_of(of or facts.blank())}
    return str(titles.get(text, _("a page of the form")))
