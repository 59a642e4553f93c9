"""Readers of a page's parts as plain text: the errors at a field, the cells of a table's column."""

from django.http import HttpResponse
from lxml import html

Page = str | HttpResponse


def texts(page: Page, path: str) -> list[str]:
    """Return the text of every element or attribute at an XPath, with white space collapsed."""
    found = html.fromstring(page if isinstance(page, str) else page.content.decode()).xpath(path)
    return [" ".join((one if isinstance(one, str) else one.text_content()).split()) for one in found]


def field_errors(page: Page, name: str) -> list[str]:
    """Return the errors at one field, without the hidden word before each."""
    return texts(page, f"//*[@id='id_{name}_error']/p[@class='field-error']/text()")


def cells(page: Page, label: str) -> list[str]:
    """Return the cells of a column, from the top, of all tables of the page that have it."""
    return texts(page, f"//td[@data-label='{label}']")
