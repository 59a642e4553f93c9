"""The demonstration: loaded once, through the services, with something to do at every desk."""

import pytest
from django.utils import timezone

from bureaus.models import BureauAnnouncement
from filings.figures import monthly
from filings.figures.monthly import MonthCount
from filings.figures.provider_work import MONTHS
from filings.models import COUNTRY, Filing, MonthFigures
from filings.states import Status
from icp_portal.demo import seed
from ministry.models import Website
from records import confirmation_desk
from records.legal_grounds import Act
from records.models import CancellationCase, CheckedDomain, DomainStanding, Order, OrderTask, Upkeep

pytestmark = pytest.mark.django_db


def test_it_is_loaded_once_and_no_desk_is_empty():
    assert seed.seed() is True
    before = Filing.objects.count()
    assert seed.seed() is False
    assert Filing.objects.count() == before

    assert set(Filing.objects.values_list("status", flat=True)) >= set(Status) - {Status.WITH_PERSONS}
    order = Order.objects.get()
    assert (order.act, order.website.suspended_on) == (Act.SUSPEND, timezone.localdate())
    assert order.paper.pages.count() == 1
    task = OrderTask.objects.open().get()
    assert (task.order, task.provider.slug) == (order, "jingwang")
    unfiled = CheckedDomain.objects.filter(standing=DomainStanding.UNFILED)
    assert [row.questions.count() for row in unfiled.order_by("pk")] == [1, 0]
    shell = CancellationCase.objects.published().get()
    assert shell.website.live is True
    assert not shell.website.accesses.filter(live=True).exists()
    answered = Upkeep.objects.exclude(yearly_answer="").order_by("pk").values_list("yearly_answer", flat=True)
    assert list(answered) == ["unchanged", "cancelled"]
    assert Upkeep.objects.filter(confirmation_desk.OPEN, yearly_rule__province="110000").exists()
    announced = BureauAnnouncement.objects.in_force().filter(bureau="110000")
    assert [bool(made.text_en) for made in announced] == [True, False]


def test_the_public_figures_show_a_year_and_this_month_as_it_was_counted():
    seed.seed()
    this = timezone.localdate().replace(day=1)
    counts = {
        (row.month, row.province): MonthCount(**row.content)
        for row in MonthFigures.objects.filter(province__in=(COUNTRY, "110000"))
    }

    months = {month for month, _province in counts}
    assert len(months) == MONTHS + 1
    assert [month for month in months if not counts[month, COUNTRY].in_all] == []
    assert (
        counts[this, "110000"].services_in_all == Website.objects.filter(subject__province="110000", live=True).count()
    )
    assert monthly.count_next() is False  # what is invented stays
