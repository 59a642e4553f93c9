"""The verification sheet as a form, made from ``filings.checklist``."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from filings import checklist, facts, fields, papers
from filings.models import EvidenceKind, Filing


class PhotoForm(forms.Form):
    """The face-to-face photo, from the camera or a file."""

    use_required_attribute = False

    person = forms.ChoiceField(label=_("Who is on the photo"), required=False)
    photo_file = forms.FileField(
        label=_("Face-to-face photo"),
        required=False,
        allow_empty_file=True,
        help_text=_("Taken here and now: bareheaded, chest up, in the middle, the provider's backdrop in full view."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png"}),
    )

    def __init__(self, *args: Any, filing: Filing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = [fields.website_of(paper.path) or 0 for paper in papers.photos(filing.facts)]
        people = [(str(website), facts.manager(filing.facts, website).get("name") or "—") for website in wanted]
        self.fields["person"].choices = people  # type: ignore[attr-defined]
        self.is_of_one = len(people) == 1

    def path(self) -> str:
        """Where the photo is kept; only after a successful ``is_valid``."""
        return papers.of_website(int(self.cleaned_data["person"] or 0), EvidenceKind.PHOTO).path


class SheetForm(forms.Form):
    """One radio group an item, the place and the verifier's statement."""

    use_required_attribute = False

    place = forms.CharField(label=_("Where the check took place"), max_length=255)
    statement = forms.BooleanField(
        label=_("I have verified this face to face; the data are true."),
        error_messages={"required": _("Confirm the statement before you pass the filing.")},
    )

    def __init__(self, *args: Any, filing: Filing, carried: dict[str, str] | None = None, **kwargs: Any) -> None:
        """``carried``: answers of the round before that still count, by item; they are filled in and say so."""
        carried = carried or {}
        super().__init__(*args, **{**kwargs, "initial": {**carried, **kwargs.get("initial", {})}})
        self.items = checklist.items_for(filing.is_individual)
        self.fields["place"].initial = filing.provider.address
        for item in self.items:
            answers = [
                (answer, label)
                for answer, label in checklist.ANSWERS.items()
                if answer != checklist.NOT_APPLICABLE or item.may_not_apply
            ]
            self.fields[item.id] = forms.ChoiceField(
                label=str(item.text),
                choices=answers,
                widget=forms.RadioSelect,
                error_messages={"required": _("Answer this item.")},
                help_text=_("Verified in the last round, unchanged") if item.id in carried else "",
            )

    def answers(self) -> dict[str, str]:
        """The answers by item; only after a successful ``is_valid``."""
        return {item.id: self.cleaned_data[item.id] for item in self.items}

    def blocks(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The items' fields under the sheet's headings."""
        return [
            (str(title), [self[item.id] for item in self.items if item.block == block])
            for block, title in checklist.BLOCKS.items()
        ]
