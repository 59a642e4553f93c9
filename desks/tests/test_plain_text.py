"""Plain text as HTML: paragraphs, http(s) addresses as links, everything else as it was typed."""

import pytest

from desks.templatetags.plain_text import paragraphs

A, B = "https://example.cn/a", "http://b.cn"


def link(address: str) -> str:
    return f'<a href="{address}">{address}</a>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("一段", "<p>一段</p>"),
        ("一行\n二行\n\n\n二段", "<p>一行<br>二行</p>\n\n<p>二段</p>"),
        ("", "<p></p>"),
        (A, f"<p>{link(A)}</p>"),
        (f"见{A}，以及{B}。", f"<p>见{link(A)}，以及{link(B)}。</p>"),
        (f"见 {A}.", f"<p>见 {link(A)}.</p>"),
        (f"({A})", f"<p>({link(A)})</p>"),
        (f"（{A}）", f"<p>（{link(A)}）</p>"),
        (f"{A}_(b)", f"<p>{link(f'{A}_(b)')}</p>"),
        (f"{A}?x=[1]).", f"<p>{link(f'{A}?x=[1]')}).</p>"),
        ("HTTPS://A.CN/", f"<p>{link('HTTPS://A.CN/')}</p>"),
        ("https://[2001:db8::1]/", f"<p>{link('https://[2001:db8::1]/')}</p>"),
        (f"{A}\n\n{B}", f"<p>{link(A)}</p>\n\n<p>{link(B)}</p>"),
        (f"{A}?a=1&b=2", '<p><a href="{0}">{0}</a></p>'.format(f"{A}?a=1&amp;b=2")),
    ],
)
def test_paragraphs_and_links(text, html):
    assert paragraphs(text) == html


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "ftp://a.cn",
        "//a.cn",
        "www.example.cn",
        "a@example.cn",
        "https://",
        "http:// a.cn",
        "hxxps://a.cn",
        "https:&#47;/a.cn",
        "https://。",
        "**重要** _a_ [x](y)",
    ],
)
def test_everything_else_stays_text(text):
    assert paragraphs(text) == f"<p>{text.replace('&', '&amp;')}</p>"


def test_markup_around_and_in_an_address_is_escaped():
    assert paragraphs(f'<a href="{A}">x</a>') == f"<p>&lt;a href=&quot;{link(A)}&quot;&gt;x&lt;/a&gt;</p>"
    assert paragraphs(f"{B}/'onclick='x") == "<p>{}</p>".format(
        '<a href="{0}">{0}</a>'.format("http://b.cn/&#x27;onclick=&#x27;x")
    )
    assert paragraphs(f'{B}/"onclick="x') == f"<p>{link(f'{B}/')}&quot;onclick=&quot;x</p>"
