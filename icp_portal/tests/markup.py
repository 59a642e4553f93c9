"""What is wrong with the HTML of a page: parse errors of the WHATWG specification, ids, and references to ids."""

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib
from django.http import HttpResponse

# Attributes that name other elements by id
REFERENCES = ("for", "form", "list", "headers", "aria-labelledby", "aria-describedby", "aria-controls", "aria-details")


def faults(response: HttpResponse) -> list[str]:
    """Return what is wrong with a page; nothing for a redirect or another response that is no HTML page."""
    if response.streaming or not response.content or not response.get("Content-Type", "").startswith("text/html"):
        return []
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    is_part = not response.content.lstrip().lower().startswith(b"<!doctype")  # what a script puts into a page
    page = (parser.parseFragment if is_part else parser.parse)(response.content, transport_encoding=response.charset)
    return [*_unreadable(parser), *_misreferred(page)]


def _unreadable(parser: html5lib.HTMLParser) -> Iterator[str]:
    for (line, column), code, said in parser.errors:
        yield f"{line}:{column} {code} {said or ''}"


def _misreferred(page: Element) -> Iterator[str]:
    elements = [one for one in page.iter() if isinstance(one.tag, str)]
    ids = Counter(one.get("id") for one in elements if one.get("id") is not None)
    yield from (f"id {name!r} {times} times" for name, times in ids.items() if times > 1 or not name.strip())
    for one in elements:
        for attribute in REFERENCES:
            for name in one.get(attribute, "").split():
                if name not in ids:
                    yield f"{one.tag} {attribute}={name!r} names nothing"
