"""An account learns for few certificates a day whether they are on record."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from filings import services
from filings.errors import MoveRefused
from filings.rules.asked_certificates import A_DAY
from filings.states import Status
from icp_portal.demo import invent
from icp_portal.tests.builders import case_at, number, provider, sign_in, user_of

pytestmark = pytest.mark.django_db

REFUSED = f"You have asked about {A_DAY} different certificates today."


def typed(of, certificate):
    return {"cert_type": 1, "cert_number": certificate, "domain": "asked.cn", "provider": of.pk, "service": ""}


def asker(case):
    return sign_in(Client(HTTP_ACCEPT_LANGUAGE="en"), user_of(case.host))


def asked(client, of, certificate):
    return client.post(reverse("filings:look_up"), typed(of, certificate)).content.decode()


def codes(many):
    return [invent.credit_code(number()) for _n in range(many)]


def test_one_certificate_too_many_a_day_is_not_answered_and_stays_typed():
    case, of = case_at(Status.DRAFT), provider()
    client = asker(case)
    cache.clear()
    *first, last = codes(A_DAY + 1)

    answers = [asked(client, of, certificate) for certificate in first]
    assert ["A first-time filing is needed" in answer for answer in answers] == [True] * A_DAY

    refused = asked(client, of, last)
    assert REFUSED in refused
    assert f'value="{last}"' in refused
    assert "A first-time filing is needed" not in refused
    assert REFUSED in asked(client, of, last)  # also when it is tried again
    assert REFUSED not in asked(client, of, first[0])  # asked before today


@pytest.mark.usefixtures("english")
def test_a_draft_asks_too():
    case = case_at(Status.DRAFT)
    cache.clear()
    *first, last = codes(A_DAY + 1)
    for certificate in first:
        services.save_facts(case.filing.pk, case.host, {"subject.cert_number": certificate}, version=None)

    with pytest.raises(MoveRefused, match=REFUSED):
        services.save_facts(case.filing.pk, case.host, {"subject.cert_number": last}, version=None)

    assert case.refresh().filing.get("subject.cert_number") == first[-1]
    # Another fact, and a number that is not complete, may be saved.
    services.save_facts(case.filing.pk, case.host, {"subject.address": "示例路7号"}, version=None)
    services.save_facts(case.filing.pk, case.host, {"subject.cert_number": last[:-1]}, version=None)
    assert case.refresh().filing.get("subject.cert_number") == last[:-1]


def test_each_account_has_its_own_share():
    one, other, of = case_at(Status.DRAFT), case_at(Status.DRAFT), provider()
    cache.clear()
    client = asker(one)
    for certificate in codes(A_DAY + 1):
        asked(client, of, certificate)

    assert REFUSED not in asked(asker(other), of, codes(1)[0])
