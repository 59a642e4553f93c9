"""Files that are too large to be sent are refused in the page, and nothing is sent."""

from pathlib import Path

import pytest
from django.utils.translation import gettext as _
from playwright.sync_api import Locator

from icp_portal.tests import builders
from icp_portal.tests.browser import Person

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

MB = 1024**2


@pytest.fixture
def papers(visitor) -> Person:
    case = builders.Case(same=False)
    person = visitor().sign_in_as(case.filing.host)
    person.open(f"/filings/{case.filing.pk}/edit/papers/")
    return person


def files(folder: Path, *sizes: int) -> list[Path]:
    """Files of these sizes in bytes that take no room on the disk."""
    made = [folder / f"{number}.jpg" for number, _size in enumerate(sizes)]
    for path, size in zip(made, sizes, strict=True):
        with path.open("wb") as file:
            file.truncate(size)
    return made


def refused(field: Locator) -> str:
    words: str = field.evaluate("one => one.validationMessage")
    return words


LEAVING_ASKS = "() => !dispatchEvent(new Event('beforeunload', {cancelable: true}))"


def test_a_file_that_is_too_large_is_refused_when_it_is_chosen_and_not_sent(papers: Person, tmp_path: Path):
    large, largest = files(tmp_path, 20 * MB + 1, 20 * MB)
    field, sent = papers.page.locator("input[type=file]").first, []
    papers.page.on("request", lambda request: sent.append(request.url))

    field.set_input_files(large)
    assert refused(field) == _("This file is larger than %(file_mb)s MB. Choose a smaller one.") % {"file_mb": 20}
    papers.press(_("Upload and continue"))
    assert (sent, papers.page.evaluate("document.activeElement.type")) == ([], "file")
    assert papers.page.evaluate(LEAVING_ASKS)

    field.set_input_files(largest)
    assert refused(field) == ""


def test_files_that_are_too_large_together_are_refused(papers: Person, tmp_path: Path):
    fields = papers.page.locator("input[type=file]").all()[:4]
    for field, file in zip(fields, files(tmp_path, *[18 * MB] * 4), strict=True):
        assert refused(field) == ""
        field.set_input_files(file)

    words = _("The chosen files are larger than %(form_mb)s MB together. Send some of them first.") % {"form_mb": 70}
    assert [refused(field) for field in fields] == [words] * 4
    fields[0].set_input_files([])
    assert [refused(field) for field in fields] == [""] * 4
