"""What the pages of records and of the yearly confirmation cost in queries, with one row and with many."""

import pytest
from django.urls import reverse
from django.utils import timezone

from desks.paging import PAGE_SIZE
from filings.states import Status
from icp_portal.demo import old_records
from icp_portal.tests import builders
from icp_portal.tests.builders import Case, case_at
from icp_portal.tests.costs.counted import browser
from ministry.models import ProvinceRule, Website
from ministry.reference.topics import Topic
from records import expiry_dates, proofs, reminders
from records.models import ExpiryKind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


# --- The yearly confirmation ------------------------------------------------------------------------------


# The reader, and who it is; the periods, the counts, the rows, their answers, their reminders; at a bureau the
# providers, at a provider the filings about the rows.
CONFIRMATIONS_PAGE = 8


@pytest.mark.parametrize(
    ("who", "address"),
    [("reviewer", "/bureau/orders/confirmations/"), ("staff", "/provider/orders/confirmations/")],
)
def test_the_list_of_the_yearly_confirmation(queries, who, address):
    case = case_at(Status.FILED)
    ProvinceRule.objects.create(topic=Topic.YEARLY_CONFIRMATION, source="示例公告", valid_from=timezone.localdate())
    reminders.sweep()
    client = browser(getattr(case, who).user_id)

    one = queries(client, address)
    for _n in range(PAGE_SIZE + 3):
        old_records.enter(builders.number(), case.provider.pk, [f"old-{_n}.cn"], province="110000")
    reminders.sweep()
    many = queries(client, address)
    response = client.get(address)
    rest = client.get(f"{address}{response.context['next_url']}")

    assert (one, many) == (CONFIRMATIONS_PAGE, CONFIRMATIONS_PAGE)
    shown = [row["website"].pk for page in (response, rest) for row in page.context["rows"]]
    assert shown == list(Website.objects.order_by("pk").values_list("pk", flat=True))


# --- The overview of a host's records ------------------------------------------------------------------------


@pytest.mark.parametrize("websites", [1, 4])
def test_the_pages_of_a_hosts_records_cost_the_same_however_many_websites_there_are(queries, websites):
    case = Case(websites=websites).to(Status.FILED)
    subject = case.filing.subject
    website = subject.websites.first()
    watch = expiry_dates.save(
        subject.pk, case.host, website_id=None, kind=ExpiryKind.DOMAIN, label="示例.cn", ends_on=timezone.localdate()
    )
    proof = proofs.of_subject(subject.pk, case.host)
    client = browser(case.host.user_id)

    costs = {
        name: queries(client, reverse(name, args=args))
        for name, args in {
            "records:home": (),
            "records:subject": (subject.pk,),
            "records:website": (website.pk,),
            "records:watch": (watch.pk,),
            "proof_page": (proofs.token_of(proof),),
        }.items()
    }

    assert costs == {
        "records:home": 7,
        "records:subject": 8,
        "records:website": 11,
        "records:watch": 2,
        "proof_page": 4,
    }
