"""What pages and mails call an APP, a mini-program and a quick app: never a website."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.text import capfirst
from post_office.models import Email

from filings.kinds import KINDS, Kind
from filings.models import Entrance, EvidenceKind
from filings.services import starting
from filings.services.detection import RecordTarget
from filings.states import Status
from icp_portal.tests.builders import Case, case_at, sign_in, user_of
from ministry.models import Access, Website
from ministry.reference import code_tables, service_words

pytestmark = pytest.mark.django_db

OTHERS = [code_tables.APP, code_tables.MINI_PROGRAM, code_tables.QUICK_APP]
ABOUT_IT = [
    Kind.NEW_ACCESS,
    Kind.CHANGE_WEBSITE,
    Kind.CHANGE_RECORD,
    Kind.CHANGE_ACCESS,
    Kind.CANCEL_ACCESS,
    Kind.CANCEL_WEBSITE,
]
# Official names whatever is filed: of the host, and of a picture.
OFFICIAL = ("网站主办者", "Site host", "site host", str(EvidenceKind.PHOTO.label))


@pytest.fixture(params=OTHERS)
def filed(request: pytest.FixtureRequest) -> Case:
    return case_at(Status.FILED, services=[request.param])


def visible(client: Client, address: str) -> str:
    """The words of a page between its header and its footer."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    main = re.search(r"<main.*?</main>", answer.content.decode(), re.DOTALL)
    assert main
    text = unescape(re.sub(r"<[^>]+>", " ", main[0]))
    for term in OFFICIAL:
        text = text.replace(term, "")
    return text


def says_website(text: str) -> list[str]:
    """The lines that speak of a website."""
    return [line for line in text.splitlines() if "website" in line.lower() or "网站" in line]


def query(kind: str, access: Access) -> str:
    site = access.website
    return f"{reverse('filings:begin')}?kind={kind}&subject={site.subject_id}&website={site.pk}&access={access.pk}"


def test_the_record_and_every_beginning_call_it_what_it_is(client, filed):
    sign_in(client, user_of(filed.host))
    access = Access.objects.select_related("website").get()
    pages = [
        reverse("records:website", args=[access.website_id]),
        reverse("records:police", args=[access.website_id]),
        reverse("records:confirm", args=[access.website_id]),
        reverse("filings:status", args=[filed.filing.pk]),
        *(query(kind, access) for kind in ABOUT_IT),
        f"{query(Kind.NEW_WEBSITE, access)}&service={access.website.service}",
    ]

    assert {page: lines for page in pages if (lines := says_website(visible(client, page)))} == {}
    effect = KINDS[Kind.CANCEL_WEBSITE].effect_on([access.website.service])
    assert effect in visible(client, query(Kind.CANCEL_WEBSITE, access))


def test_a_record_without_access_is_not_called_a_website_either(client, filed):
    sign_in(client, user_of(filed.host))
    Access.objects.update(live=False)
    site = Website.objects.get()

    assert says_website(visible(client, reverse("records:website", args=[site.pk]))) == []


@pytest.mark.parametrize("kind", [Kind.CHANGE_WEBSITE, Kind.CHANGE_RECORD, Kind.CANCEL_ACCESS, Kind.CANCEL_WEBSITE])
def test_pages_of_a_filing_about_it_call_it_what_it_is(client, filed, kind):
    sign_in(client, user_of(filed.host))
    access = Access.objects.select_related("website").get()
    about = RecordTarget(access.website.subject_id, access.website_id, access.pk)
    draft = starting.begin(filed.host, kind, about, provider_id=filed.provider.pk, entrance=Entrance.PROVIDER)
    pages = [
        reverse("filings:overview", args=[draft.pk]),
        reverse("filings:check", args=[draft.pk]),
        reverse("filings:status", args=[draft.pk]),
        reverse("records:website", args=[access.website_id]),
    ]

    assert {page: lines for page in pages if (lines := says_website(visible(client, page)))} == {}


def test_mails_about_it_call_it_what_it_is(filed):
    host = user_of(filed.host).email

    mails = Email.objects.filter(to=host)

    assert mails
    assert [line for mail in mails for line in says_website(f"{mail.subject}\n{mail.message}")] == []


def test_on_a_narrow_screen_the_list_of_records_names_each_by_its_type(client, filed):
    site = Website.objects.get()
    label = rf'data-label="{capfirst(site.word)}">\s*<a href="{reverse("records:website", args=[site.pk])}"'
    sign_in(client, user_of(filed.host))

    for live in (True, False):
        Website.objects.update(live=live)
        assert len(re.findall(label, client.get(reverse("records:home")).content.decode())) == 1


def test_a_website_is_still_called_one():
    law = KINDS[Kind.CANCEL_WEBSITE]

    for service in (code_tables.WEBSITE, *OTHERS):
        word = str(service_words.WORDS[service])
        assert word in law.named([service])
        assert word in law.effect_on([service])
        assert (str(law.effect_on_domains) in law.effect_on([service])) == (service == code_tables.WEBSITE)
    assert law.named([]) == law.kind.label


def test_what_several_types_share_is_called_by_the_name_of_all():
    case = Case(services=[code_tables.WEBSITE, code_tables.APP])

    assert case.filing.word == service_words.OF_ALL
    assert Case(services=[code_tables.APP, code_tables.APP]).filing.word == service_words.WORDS[code_tables.APP]
    assert Case().filing.word == service_words.WORDS[code_tables.WEBSITE]
    assert "%" not in "".join(law.effect_on([]) for law in KINDS.values())
