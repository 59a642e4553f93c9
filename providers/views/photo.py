"""The photo on the verification page: store it, get a new word, use an earlier one again."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.utils.translation import gettext as _

from desks.refusals import refusals_at
from filings import facts, fields
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.fields import attachments
from filings.models import Filing, Photograph
from filings.verification import photographs
from filings.verification.photographs import TakenPhoto
from providers.photo_form import PersonChoice, PhotoForm


def form(request: HttpRequest, filing: Filing) -> PhotoForm:
    """Return the form as it was sent, or a blank one."""
    return PhotoForm(request.POST or None, request.FILES or None, filing=filing)


def act(request: HttpRequest, actor: Actor, photo: PhotoForm, version: int) -> None:
    """Perform the pressed button's action, if the button is one of the photo's."""
    if "photo" in request.POST:
        if (taken := judged(photo)) is None:
            raise MoveRefused(_("Take a photo with the camera or choose a file first."))
        photographs.store_judged(photo.filing.pk, actor, taken, version=version)
    if "new_word" in request.POST:
        path = attachments.photo_path(_number(request.POST["new_word"]))
        photographs.word_for(photo.filing.pk, actor, path, anew=True)
    if "again" in request.POST:
        website, _separator, photograph = request.POST["again"].partition("-")
        path = attachments.photo_path(_number(website))
        photographs.use_again(photo.filing.pk, actor, path, _number(photograph), version=version)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def judged(photo: PhotoForm) -> TakenPhoto | None:
    """Return the photo sent with the page, judged and not stored yet; None where none was sent."""
    if not photo.is_valid() and photo.is_about_photo:
        raise MoveRefused(_("The photo was not accepted."))
    upload = photo.cleaned_data.get("photo_file")
    if not upload:
        return None
    with refusals_at(photo, "photo_kept_because", file="photo_file"):
        taken = photographs.judged(photo.path(), upload, photo.shot())
        photographs.refuse_empty(taken)
        return taken
    raise MoveRefused(_("The photo was not accepted."))


def complete(photo: PhotoForm, actor: Actor, filing: Filing, kept: Iterable[Photograph], *, mine: bool) -> None:
    """Add the people with their words to the form, if the actor has claimed the filing.

    ``kept``: the seals of its photos. At most two queries, and those that make the words the first time.
    """
    if not mine:
        return
    words, again = photographs.words(filing, actor), photographs.usable_again(filing, actor, kept)
    for paper in attachments.photos(filing.facts):
        website = fields.website_of(paper.path) or 0
        name = facts.manager(filing.facts, website).get("name") or "—"
        photo.people.append(PersonChoice(website, name, words[paper.path], again.get(paper.path)))
