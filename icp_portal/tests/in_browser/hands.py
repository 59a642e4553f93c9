"""Count what a person does with mouse or keyboard."""

from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import Locator

from icp_portal.tests.browser import Person, as_upload


class Hands:
    """Each click, key, choice and text is one act."""

    def __init__(self, person: Person) -> None:
        self.page = person.page
        self.acts = 0

    def click(self, target: Locator) -> None:
        self.acts += 1
        target.click()

    def press(self, key: str) -> None:
        self.acts += 1
        self.page.keyboard.press(key)

    def choose(self, target: Locator, file: SimpleUploadedFile) -> None:
        self.acts += 1
        target.set_input_files(as_upload(file))

    def select(self, target: Locator, value: str) -> None:
        self.acts += 1
        target.select_option(value)

    def write(self, target: Locator, text: str) -> None:
        self.acts += 1
        target.fill(text)
