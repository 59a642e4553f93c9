"""Deciding about a record in question on its page: the order's number is checked as it is typed."""

import pytest
from django.urls import reverse

from filings import services
from filings.evidence import documents
from icp_portal.demo import invent
from icp_portal.tests.builders import Case, client_of, on_record, provider
from records.models import CancellationCase, CaseState, Order
from records.orders import cancellation_cases
from records.tests.orders.cases_of_cancellation import time_is_over

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]


@pytest.mark.parametrize(
    ("typed", "fault", "number"),
    [
        ("", "Not filled in yet.", None),
        ("京通管注\u200b〔2026〕3号", "invisible", None),
        ("3" * 63 + "№", "at most 64", None),
        (" 京通管注〔２０２６〕3号 ", "", "京通管注〔2026〕3号"),
    ],
)
def test_a_cancellation_needs_the_number_of_its_order_in_normal_form(typed, fault, number):
    website = on_record(provider())
    case = Case()
    values = {"websites.0.domain": website.domain, "websites.0.home_url": f"www.{website.domain}"}
    services.save_facts(case.filing.pk, case.host, values, version=None)
    proof = documents.read([invent.card("PROOF", 1)])
    claim = time_is_over(cancellation_cases.apply(case.filing.pk, case.host, "website-1", "域名已归我方所有", proof))

    page = reverse("bureau_desk:cancellation_case", args=[claim.pk])
    answer = client_of(case.reviewer).post(page, {"decision": "cancel", "reason": "证明充分", "document": typed})

    if fault:
        assert list(answer.context["form"].errors) == ["document"]
        assert fault in answer.context["form"].errors["document"][0]
        assert answer.context["form"]["document"].value() == typed
    assert list(Order.objects.values_list("document", flat=True)) == ([number] if number else [])
    assert CancellationCase.objects.get().state == (CaseState.CANCELLED if number else CaseState.OPEN)
