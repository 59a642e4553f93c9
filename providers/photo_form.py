"""Form of the face-to-face photo: the person, the picture, how it was taken, where the check takes place."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desks.components import ListedFinding
from desks.forms import PortalForm
from desks.noted_fields import optional
from filings import facts, fields
from filings.fields import attachments
from filings.models import Filing, Photograph, PhotoWord, Way
from filings.verification import photographs


@dataclass(frozen=True, slots=True)
class PersonChoice:
    """A person to be photographed, with the word to be shown and the earlier photo that may be used again."""

    website: int
    name: str
    word: PhotoWord
    again: Photograph | None


class PhotoForm(PortalForm):
    """The face-to-face photo, from the camera or a file. The view sets ``people``."""

    person = forms.ChoiceField(label=_("Person in the photo"), required=False)
    photo_place = forms.CharField(label=_("Where the photo is taken"), max_length=255, required=False)
    # How the picture in the file field was taken; only the script of the camera says "camera".
    photo_way = forms.ChoiceField(
        choices=[(way.value, way.label) for way in (Way.UPLOAD, Way.CAMERA)],
        required=False,
        widget=forms.HiddenInput,
        initial=Way.UPLOAD,
    )
    photo_file = forms.FileField(
        label=_("Face-to-face photo"),
        required=False,
        allow_empty_file=True,
        help_text=_(
            "Taken on the spot: no hat, from the chest up, centred, with the provider's backdrop fully visible."
        ),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png"}),
    )
    photo_reason = forms.ChoiceField(
        label=_("Reason for uploading a file"),
        choices=[("", "—"), *photographs.REASONS.items()],
        required=False,
        help_text=_("The bureau sees the reason. A photo taken with the camera above needs none."),
    )
    photo_reason_note = optional(forms.CharField(label=_("Details of the reason"), max_length=200))
    photo_kept_because = optional(
        forms.CharField(label=_("Why a photo is kept on which hardly anything can be seen"), max_length=200)
    )

    def __init__(self, *args: Any, filing: Filing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filing = filing
        self.people: list[PersonChoice] = []
        wanted = [fields.website_of(paper.path) or 0 for paper in attachments.photos(filing.facts)]
        names = [(str(website), facts.manager(filing.facts, website).get("name") or "—") for website in wanted]
        self.fields["person"].choices = names  # type: ignore[attr-defined]
        self.fields["photo_place"].initial = filing.provider.address
        self.is_of_one = len(names) == 1

    def clean(self) -> None:
        """Check the other fields only if a picture was sent."""
        cleaned = self.cleaned_data
        if not cleaned.get("photo_file"):
            return
        if not cleaned.get("photo_place"):
            self.add_error("photo_place", _("Say where the face-to-face check took place."))
        if cleaned.get("photo_way") == Way.CAMERA:
            return
        if not cleaned.get("photo_reason") and "photo_reason" not in self.errors:
            self.add_error("photo_reason", _("Say why the photo was not taken with the camera of this page."))
        if cleaned.get("photo_reason") == photographs.OTHER and not cleaned.get("photo_reason_note"):
            self.add_error("photo_reason_note", _("State the other reason."))

    @property
    def is_upload(self) -> bool:
        """Return whether the part for files is to be unfolded, because something is wrong with it."""
        return any(name in self.errors for name in ("photo_file", "photo_reason", "photo_reason_note"))

    def faults(self) -> list[ListedFinding]:
        """Return what is wrong with the photo, for the summary above the page."""
        return [
            ListedFinding(
                message=" ".join(map(str, errors)),
                href=f"#{self[name].id_for_label}",
                label=str(self.fields[name].label),
            )
            for name, errors in self.errors.items()
            if name in self.fields
        ]

    @property
    def is_about_photo(self) -> bool:
        """Return whether a picture was sent or something is wrong with it; only after ``is_valid``."""
        return bool(self.cleaned_data.get("photo_file")) or any(name in self.errors for name in self.fields)

    def path(self) -> str:
        """Return the path to store the photo at; only after a successful ``is_valid``."""
        return attachments.photo_path(int(self.cleaned_data["person"] or 0))

    def shot(self) -> photographs.Shot:
        """Return how the photo was taken; only after a successful ``is_valid``."""
        cleaned = self.cleaned_data
        return photographs.Shot(
            way=Way(cleaned["photo_way"] or Way.UPLOAD),
            place=cleaned["photo_place"],
            word_id=_word_id(self.data.get(f"photo_word_{cleaned['person'] or 0}", "")),
            reason=cleaned["photo_reason"],
            reason_note=cleaned["photo_reason_note"],
            kept_because=cleaned["photo_kept_because"],
        )


def _word_id(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None
