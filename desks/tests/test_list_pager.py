"""The links of a long list keep what is listed: to the first page and to the next one."""

import pytest
from django.template.loader import render_to_string

from desks.paging import ListPage
from icp_portal.tests import page_parts

pytestmark = pytest.mark.usefixtures("english")

FIRST, NEXT = "First page", "Next page"


@pytest.mark.parametrize(
    ("cursor", "next_cursor", "kept", "links"),
    [
        ("", "", "tab=open", []),
        ("", "b:c&d", "tab=open", [(NEXT, "?tab=open&after=b%3Ac%26d")]),
        ("a", "b", "tab=open", [(FIRST, "?tab=open"), (NEXT, "?tab=open&after=b")]),
        ("a", "", "tab=open", [(FIRST, "?tab=open")]),
        ("a", "b", None, [(FIRST, "?"), (NEXT, "?after=b")]),
    ],
)
def test_the_links_of_a_list(cursor, next_cursor, kept, links):
    given = {"page": ListPage([], cursor, next_cursor)} | ({"kept": kept} if kept else {})
    shown = render_to_string("components/list_pager.html", given)

    found = f"<div>{shown}</div>"
    assert list(zip(page_parts.texts(found, "//a"), page_parts.texts(found, "//a/@href"), strict=True)) == links
