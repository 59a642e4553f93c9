"""After a decision the next filing opens: one's own first, then the next unassigned; where there is none, the queue."""

from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext as _

from bureaus.staff_desk import DESK as BUREAUS_DESK
from desks.staff import next_filing
from desks.staff.desk import StaffDesk
from filings import services
from filings.actors import Actor
from filings.models import Filing
from filings.moves import assignment
from filings.review import opinions, questions
from filings.states import Status
from icp_portal.tests.builders import Case, case_at, reviewer, sign_in, staff, user_of
from icp_portal.tests.hostile import fields_of
from providers.staff_desk import DESK as PROVIDERS_DESK

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]
BOTH = pytest.mark.parametrize("status", [Status.WITH_PROVIDER, Status.WITH_BUREAU])
REMARK = {"path": "websites.0.name", "code": "P301", "seen": "名称太笼统", "expected": "改用单位全称"}


class Two:
    """A desk with a filing in work and another one that came later."""

    def __init__(self, status: Status) -> None:
        self.first = case_at(status)
        self.second = Case(of=self.first.provider).to(status)
        at_bureau = status == Status.WITH_BUREAU
        self.desk: StaffDesk = BUREAUS_DESK if at_bureau else PROVIDERS_DESK
        self.actor: Actor = self.first.reviewer if at_bureau else self.first.staff
        self.button = "return" if at_bureau else "send_back"
        services.claim(self.first.filing.pk, self.actor)
        self.client = sign_in(Client(), user_of(self.actor))
        self.url = self.desk.filing_url(self.first.filing.pk)

    def next(self) -> int | None:
        return next_filing.next_of(self.desk, self.actor, self.first.filing.pk)

    def returns(self) -> str:
        """Return the first filing; answer where that leads."""
        typed = {f"remarks-0-{name}": value for name, value in REMARK.items()}
        page = self.client.get(self.url).content.decode()
        look = self.client.post(self.url, fields_of(page) | typed | {"preview": "1"}).content.decode()
        answer = self.client.post(self.url, fields_of(look) | {self.button: "1"})
        assert answer.status_code == 302
        return str(answer.url)


@BOTH
def test_after_a_return_the_next_unassigned_filing_is_offered_and_the_last_one_linked(status: Status) -> None:
    two = Two(status)
    following = two.second.filing

    assert two.returns() == two.desk.filing_url(following.pk)

    page = unescape(two.client.get(two.desk.filing_url(following.pk)).content.decode())
    last = two.first.refresh().filing
    assert f'<a href="{two.url}">{last.subject_name} · {last.topic}</a>' in page
    assert _("Claim") in page
    following.refresh_from_db()
    assert following.claimed_by is None  # offered, not claimed
    assert two.client.get(two.url).status_code == 200


@BOTH
def test_ones_own_filing_comes_before_an_unassigned_one_that_has_waited_longer(status: Status) -> None:
    two = Two(status)
    third = Case(of=two.first.provider).to(status).filing
    services.claim(third.pk, two.actor)

    assert two.next() == third.pk


@BOTH
def test_without_another_filing_the_queue_opens(status: Status) -> None:
    two = Two(status)
    colleague = reviewer() if status == Status.WITH_BUREAU else staff(two.first.provider)
    services.claim(two.second.filing.pk, colleague)

    assert two.next() is None
    assert two.returns() == two.desk.queue_url


def test_a_filing_on_hold_is_not_next() -> None:
    two = Two(Status.WITH_PROVIDER)
    services.claim(two.second.filing.pk, two.actor)
    tomorrow = timezone.localdate() + timedelta(days=1)
    assignment.pause(two.second.filing.pk, two.actor, until=tomorrow, reason="等待原件")

    assert two.next() is None


def test_a_filing_that_waits_for_an_answer_is_not_next_until_the_answer_is_late() -> None:
    two = Two(Status.WITH_BUREAU)
    services.claim(two.second.filing.pk, two.actor)
    questions.ask(two.second.filing.pk, two.actor, text="机房在哪里？", days=3)
    assert two.next() is None

    Filing.objects.filter(pk=two.second.filing.pk).update(question_due_on=timezone.localdate() - timedelta(days=1))

    assert two.next() == two.second.filing.pk


def test_ones_own_proposal_is_not_offered_again_but_to_a_colleague() -> None:
    two = Two(Status.WITH_BUREAU)
    filing = two.second.filing
    filing.facts["websites"][0]["approvals"] = [1]
    Filing(pk=filing.pk, facts=filing.facts).save(force_update=True, update_fields=["facts"])
    type(two.first.filing.bureau).objects.filter(pk=filing.bureau_id).update(two_reviewers=True)
    services.claim(filing.pk, two.actor)
    opinions.propose(filing.pk, two.actor, version=filing.version, text="")

    assert two.next() is None
    assert next_filing.next_of(two.desk, reviewer(), two.first.filing.pk) == filing.pk


def test_a_name_of_markup_is_only_text_in_the_message() -> None:
    two = Two(Status.WITH_PROVIDER)
    Filing.objects.filter(pk=two.first.filing.pk).update(subject_name="<b>x</b>")

    page = two.client.get(two.returns()).content.decode()

    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "<b>x</b>" not in page
