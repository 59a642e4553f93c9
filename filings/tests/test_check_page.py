"""The check page: findings one by one where somebody has begun, one line for a page nobody has opened."""

import pytest

from accounts.models import User
from filings import services
from icp_portal.tests.builders import Case, host, provider, sign_in

pytestmark = pytest.mark.django_db


def findings(client, filing) -> list[tuple[str, str]]:
    sign_in(client, User.objects.get(pk=filing.host_id))
    return [(item["label"], item["href"]) for item in client.get(f"/filings/{filing.pk}/check/").context["findings"]]


def test_an_empty_draft_is_no_wall_of_red(client):
    filing = services.start(host(), provider_id=provider().pk, entrance="ministry")

    pages = ["basics", "subject", "responsible", "website", "manager", "access", "papers"]

    assert [href for _label, href in findings(client, filing)] == [
        f"/filings/{filing.pk}/edit/{page}/" for page in pages
    ]


def test_a_page_that_was_begun_names_each_of_its_fields(client):
    case = Case()
    values = {"responsible.mobile": "", "responsible.email": "x"}
    filing = services.save_facts(case.filing.pk, case.host, values, version=None)

    assert [href for _label, href in findings(client, filing)] == [
        f"/filings/{filing.pk}/edit/responsible/?check#id_mobile",
        f"/filings/{filing.pk}/edit/responsible/?check#id_email",
    ]
