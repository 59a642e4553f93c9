"""Providers' scores for the bureau, reviewers' consistency for its chief, neither for anybody else."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from filings import reasons, services
from filings.figures import decisions
from filings.figures.provider_work import Span
from filings.models import Filing
from filings.states import Status
from icp_portal.demo import play
from icp_portal.tests.builders import BEIJING, GUANGDONG, Case, case_at, chief, client_of, provider, reviewer, staff
from icp_portal.tests.page_parts import cells

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]

CERTIFICATE = services.RemarkDraft(path="subject.cert_number", code="P103", seen="看不清", expected="重新上传")


def this_month() -> Span:
    return Span.of(timezone.localdate())


@pytest.fixture
def decided() -> Case:
    """Return a case of a provider with one filing approved and one returned twice for different reasons."""
    case = case_at(Status.FILED)
    returned = case_at(Status.RETURNED_TO_PROVIDER, of=case.provider)
    returned.send_back().submit().verify()
    play.return_to_provider(returned.filing, case.reviewer, CERTIFICATE)
    return case


def test_every_code_belongs_to_one_known_class():
    assert {reasons.class_of(reason.code) for reason in reasons.REASONS} == set(reasons.CLASSES)
    assert {reason.code for reason in reasons.REASONS if reasons.class_of(reason.code) == reasons.OTHER} == {
        "B701",
        "B702",
        "B703",
        "1999",
    }


def test_a_provider_is_counted_by_decisions_and_by_the_bureaus_codes(decided):
    stranger = case_at(Status.FILED)
    found = {score.name: score for score in decisions.providers(BEIJING, this_month())}

    score = found[decided.provider.name]
    assert (score.decided, score.returned, dict(score.codes)) == (3, 2, {"P301": 1, "P103": 1})
    assert round(score.return_rate, 2) == 0.67
    assert (found[stranger.provider.name].returned, found[stranger.provider.name].codes.total()) == (0, 0)
    assert decisions.providers(GUANGDONG, this_month()) == []
    ((_month, by_month),) = decisions.months_of_provider(BEIJING, decided.provider.pk, this_month())
    assert (by_month.moves, by_month.codes) == (score.moves, score.codes)


def test_a_providers_own_return_to_its_host_is_no_error_of_it_at_the_bureau():
    case = case_at(Status.RETURNED_TO_HOST)
    assert decisions.providers(BEIJING, this_month()) == []
    assert case.filing.remarks.count() == 1


def test_the_bureaus_pages_show_it(decided):
    browser = client_of(reviewer())
    page = browser.get(reverse("bureau_desk:providers"))
    assert cells(page, _("Access provider")) == [decided.provider.name]
    assert cells(page, _("Share returned")) == ["66.7%"]

    one = browser.get(reverse("bureau_desk:provider", args=[decided.provider.pk])).content.decode()
    assert "P103" in one
    assert str(reasons.BY_CODE["P103"].text) in one


def test_another_bureau_and_the_provider_itself_find_nothing(decided):
    url = reverse("bureau_desk:provider", args=[decided.provider.pk])
    assert client_of(reviewer(GUANGDONG)).get(url).status_code == 404
    elsewhere = client_of(reviewer(GUANGDONG)).get(reverse("bureau_desk:providers")).content.decode()
    assert decided.provider.name not in elsewhere
    for actor in (decided.staff, staff(provider()), decided.host):
        assert client_of(actor).get(url).status_code == 404
        assert client_of(actor).get(reverse("bureau_desk:providers")).status_code == 404


@pytest.mark.parametrize("query", ["month=2026-13", "month=1999-12", "month=2999-01", "month=x", "month=2026-1"])
def test_a_month_that_is_none_is_not_there(query):
    browser = client_of(chief())
    for name in ("providers", "consistency"):
        assert browser.get(f"{reverse(f'bureau_desk:{name}')}?{query}").status_code == 404


def test_reviewers_are_compared_for_the_chief_alone(decided):
    second = reviewer()
    play.approve(Case().submit().verify().filing, second)
    found = {score.key: score for score in decisions.reviewers(BEIJING, this_month())}
    mine = found[decided.reviewer.user_id]
    assert (mine.decided, mine.returned, dict(mine.codes)) == (2, 1, {"P103": 1})
    assert (found[second.user_id].decided, found[second.user_id].returned) == (1, 0)

    url = reverse("bureau_desk:consistency")
    page = client_of(chief()).get(url).content.decode()
    assert str(User.objects.get(pk=second.user_id)) in page
    assert "50%" in page
    assert "columns-label" not in page  # a name is never cut to fit under a column
    assert client_of(reviewer()).get(url).status_code == 404
    assert str(User.objects.get(pk=second.user_id)) not in client_of(chief(GUANGDONG)).get(url).content.decode()
    assert client_of(decided.staff).get(url).status_code == 404


@pytest.mark.parametrize(("days_later", "is_there"), [(61, True), (92, False)])  # in the second and the third month
def test_reviewers_are_compared_by_their_decisions_of_three_months(decided, time_machine, days_later, is_there):
    name, middle = str(User.objects.get(pk=decided.reviewer.user_id)), timezone.localtime().replace(day=15)

    time_machine.move_to(middle + timedelta(days=days_later))

    assert (name in client_of(chief()).get(reverse("bureau_desk:consistency")).text) == is_there


def test_they_cost_the_same_with_many_rows(django_assert_max_num_queries, decided):
    boss = client_of(chief())
    boss.get(reverse("desk"))
    urls = [
        reverse("bureau_desk:providers"),
        reverse("bureau_desk:provider", args=[decided.provider.pk]),
        reverse("bureau_desk:consistency"),
    ]

    def costs() -> list[int]:
        found = []
        for url in urls:
            with django_assert_max_num_queries(100) as captured:
                assert boss.get(url).status_code == 200
            found.append(len(captured))
        return found

    one = costs()
    for _number in range(2):
        case_at(Status.RETURNED_TO_PROVIDER)
    assert one == costs() == [4, 5, 4]
    assert Filing.objects.count() == 4
