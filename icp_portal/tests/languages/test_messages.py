"""The Chinese catalogue is whole, and public pages speak nothing but Chinese."""

import html
import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from icp_portal.management.commands import check_messages

CATALOGUE, COMPILED = check_messages.catalogues("zh-hans")
STALE = "django.mo is not what django.po compiles to: run compilemessages"

PAGES = (
    "/",
    "/query/",
    "/query/?q=x",
    "/navigation/",
    "/navigation/beijing/",
    "/recover/password/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
)
UNSEEN = re.compile(r"<(script|style)\b.*?</\1>|<!--.*?-->", re.DOTALL)
ATTRIBUTE = re.compile(r'\b(?:alt|aria-label|placeholder|title)="([^"]*)"')
ADDRESS = re.compile(r"\S+(?:://|@)\S+")
ENGLISH = re.compile(r"[A-Za-z][A-Za-z'’-]*(?:[ ,;:]+[A-Za-z][A-Za-z'’-]*){2,}")


def english(page: str) -> list[str]:
    """The runs of three or more English words that a reader of the page meets, addresses aside."""
    page = UNSEEN.sub("", page)
    texts = [*re.split(r"<[^>]*>", page), *ATTRIBUTE.findall(page)]
    return [run for text in texts for run in ENGLISH.findall(ADDRESS.sub("", html.unescape(text)))]


def test_committed_catalogue_is_whole():
    assert list(check_messages.faults(CATALOGUE, CATALOGUE, COMPILED)) == []


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('msgid "fee"\nmsgstr ""', "missing, untranslated or fuzzy: 'fee'"),
        ('#, fuzzy\nmsgid "fee"\nmsgstr "费用"', "missing, untranslated or fuzzy: 'fee'"),
        ('#~ msgid "fee"\n#~ msgstr "费用"', "missing, untranslated or fuzzy: 'fee'"),
        ('msgid "fee"\nmsgstr "Gebühr"', "not Chinese: 'fee'"),
        ('msgid "fee"\nmsgstr "%(n)s 元费用"', "placeholders differ: 'fee'"),
    ],
)
def test_spoilt_entry_is_named(entry, fault):
    spoilt = check_messages.read_po(f'msgid ""\nmsgstr "Language: zh_Hans"\n\n{entry}\n')

    assert next(check_messages.faults(["fee"], spoilt, {})) == fault


def test_lost_placeholder_of_a_plural_is_named():
    spoilt = check_messages.read_po('msgid "one"\nmsgid_plural "%(n)s"\n" of them"\nmsgstr[0] "数个"\n')

    assert list(check_messages.faults(spoilt, spoilt, spoilt)) == ["placeholders differ: 'one\\x00%(n)s of them'"]


def test_lost_placeholder_of_a_library_s_sentence_is_named():
    """Django's and allauth's sentences stand in our catalogue only; no source of the portal has them."""
    spoilt = {"Code sent to %(email)s.": "验证码已发送。"}

    assert list(check_messages.faults([], spoilt, spoilt)) == ["placeholders differ: 'Code sent to %(email)s.'"]


def test_no_sentence_was_set_aside_by_makemessages():
    assert "#~" not in (check_messages.folder_of("zh-hans") / "django.po").read_text("utf-8")


def test_english_catalogue_words_only_what_libraries_say():
    catalogue, compiled = check_messages.catalogues("en")
    changed = {**catalogue, "ours": "our own"}

    assert list(check_messages.faults_of_english({"ours"}, catalogue, compiled)) == []
    assert list(check_messages.faults_of_english({"ours"}, changed, changed)) == [
        "change the message in the source, not in the English catalogue: 'ours'"
    ]
    assert list(check_messages.faults_of_english((), {"%(n)s left": "left"}, {})) == [
        "placeholders differ: '%(n)s left'",
        STALE,
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["login/", "signup/", "password/reset/", "password/reset/done/"])
def test_pages_around_signing_in_speak_our_english(page):
    answer = Client().get(f"/accounts/{page}", headers={"Accept-Language": "en"})

    said = re.sub(r"<[^>]*>", " ", UNSEEN.sub("", answer.content.decode()))
    assert answer.status_code == 200
    assert re.findall(r"(?i)\bemail\b|contact us|shortly", said) == []


def test_stale_compiled_catalogue_is_told():
    compiled = COMPILED | {"ICP filing": "备案"}

    assert list(check_messages.faults(CATALOGUE, CATALOGUE, compiled)) == [STALE]


def test_without_gettext_the_command_says_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", "")

    with pytest.raises(CommandError) as refusal:
        call_command("check_messages")

    assert str(refusal.value) == check_messages.INSTALL


@pytest.mark.django_db
@pytest.mark.parametrize("url", PAGES)
def test_public_page_has_no_english_left(client: Client, url):
    response = client.get(url, headers={"accept-language": "zh-CN"})

    assert (response.status_code, english(response.content.decode())) == (200, [])


def test_english_left_over_would_be_seen():
    page = '<img alt="A photo of you"><script>let us go</script><p>备案 <b>Save and continue</b> https://a.cn/b c d</p>'

    assert english(page) == ["Save and continue", "A photo of you"]
