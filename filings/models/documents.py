"""Papers uploaded with orders, answers and proofs; names of private files."""

import secrets
from typing import Final

from django.conf import settings
from django.db import models

from ministry.models.audit import append_only

# Folders of one owner each stand together in one above, so that none has more than a thousand: the nightly check sorts
# the entries of a folder whenever it continues there.
TOGETHER: Final = 1_000


def private_name(folder: str, owner_id: int, ending: str = "jpg") -> str:
    """Return a random name that can't be guessed for a file, by default a picture, in the owner's folder."""
    return f"{folder}/{owner_id // TOGETHER}/{owner_id}/{secrets.token_hex(16)}.{ending}"


def private_page(page: "OfficialPage", _filename: str) -> str:
    """Return the name of a new file."""
    return private_name("papers", page.paper_id)


class OfficialPaper(models.Model):
    """A paper uploaded with an order or an answer, or as proof. What it belongs to decides who may see it."""

    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)


class OfficialPage(models.Model):
    """One page of such a paper, re-encoded by us. Private."""

    paper = models.ForeignKey(OfficialPaper, on_delete=models.PROTECT, related_name="pages")
    number = models.PositiveSmallIntegerField()
    file = models.FileField(upload_to=private_page)
    sha256 = models.CharField(max_length=64)
    original_sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["paper", "number"], name="one_official_page_per_number")]
        indexes = [models.Index(fields=["file"], name="official_page_file")]
        triggers = append_only("official_page_append_only", erasable={"file": ""})
