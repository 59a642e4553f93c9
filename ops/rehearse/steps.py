"""What hosts, verifiers, reviewers and importers do on the pages, each step so that it can be tried again.

A step first looks at what the page says: what was done before an error came is not done twice. It returns when the
person has been told that it is done.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ops.rehearse.pages import NotDone, Page, Visitor, accepted

NOT_FOUND = "the page has no such button"


@dataclass
class People:
    """Who works on filings in one thread of the load: a verifier and a reviewer."""

    verifier: Visitor
    reviewer: Visitor


@dataclass
class DraftToFile:
    """A draft of the plan on its way to a number. ``host`` is the browser of its host."""

    planned: dict[str, Any]
    folder: Path
    host: Visitor

    @property
    def filing(self) -> int:
        return int(self.planned["filing"])

    @property
    def papers(self) -> dict[str, Path]:
        """Return the pictures to be uploaded by their fields."""
        return {path: self.folder / name for path, name in self.planned["papers"].items()}

    def sign_in(self, password: str) -> None:
        self.host.sign_in(self.planned["host"], password)

    def upload(self) -> None:
        """Upload the pictures that the page doesn't show yet."""
        page = self.host.open(f"/filings/{self.filing}/edit/papers/")
        kept = page.values("path", form="remove")
        if missing := {path: file for path, file in self.papers.items() if path not in kept}:
            accepted(self.host.press(_form(page, has="seen"), files=missing))

    def can_open(self, pictures: Mapping[int, str]) -> bool:
        """Return whether the host can open each of the own pictures among these: path by key."""
        own = [key for key, path in pictures.items() if path in self.papers]
        try:
            return all(self.host.fetch(f"/filings/{self.filing}/evidence/{key}/") for key in own)
        except NotDone:
            return False

    def submit(self) -> None:
        path = f"/filings/{self.filing}/check/"
        page = self.host.open(path)
        if page.path == path:
            accepted(self.host.press(_form(page, to="/submit/")))

    def verify(self, verifier: Visitor) -> None:
        """Claim the filing, take the photo, answer the sheet and send the filing to the bureau."""
        path = f"/provider/filings/{self.filing}/"
        page = _claimed(verifier, path)
        if page.values("pass"):
            form = _form(page, has="worksheet")
            form.say_yes()
            planned = {"statement": "on", "photo_way": "camera", "pass": "1"}
            accepted(verifier.press(form, files={"photo_file": self.folder / self.planned["photo"]}, **planned))

    def approve(self, reviewer: Visitor) -> None:
        """Claim the filing, look at what an approval does, confirm it."""
        page = _claimed(reviewer, f"/bureau/filings/{self.filing}/")
        if page.values("approve"):
            look = reviewer.press(_form(page, has="draft"), approve="1")
            if isinstance(look, Page):
                accepted(reviewer.press(_form(look, has="approve"), approve="1"))


@dataclass
class FileToImport:
    """A file of the plan on its way to drafts."""

    planned: dict[str, Any]
    folder: Path
    importer: Visitor
    page: str = field(default="", init=False)

    def hand_in(self) -> None:
        """Upload the file, unless the list shows it."""
        listed = self.importer.open("/provider/behalf/imports/")
        self.page = listed.link(self.planned["file"]) or accepted(
            self.importer.press(_form(listed, has="file"), files={"file": self.folder / self.planned["file"]})
        )

    def decide(self) -> bool:
        """Have the rows written once they are checked; return whether that is done."""
        page = self.importer.open(self.page)
        if page.refreshes:
            return False
        if form := page.form(has="mode"):
            form.fields["mode"] = "rows"
            accepted(self.importer.press(form))
            return False
        return True


def _claimed(member: Visitor, path: str) -> Page:
    """Return the page of a filing, claimed if it can be."""
    page = member.open(path)
    if claim := page.form(to="/claim/"):
        accepted(member.press(claim))
        page = member.open(path)
    return page


def _form(page: Page, *, has: str = "", to: str = "") -> Any:
    if (form := page.form(has=has, to=to)) is None:
        raise NotDone(f"{NOT_FOUND}: {has or to} at {page.path}; {page.complaint()}")
    return form
