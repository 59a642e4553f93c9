"""Two reviewers, opinions on record, and the bureau's rules."""

import threading

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext as _

from bureaus import rules
from bureaus.models import Bureau, DeskRuleChange
from bureaus.tests.reviewing import chief, in_review, propose, set_rules
from desks.progress import timelines
from filings import services, states
from filings.errors import MoveRefused
from filings.models import Event, Filing, Opinion, Verdict
from filings.review import opinions
from filings.states import Status
from icp_portal.demo import play
from icp_portal.tests.builders import BEIJING, GUANGDONG, Case, client_of, reviewer, sign_in, user_of
from icp_portal.tests.hostile import fields_of
from icp_portal.tests.racing import LONGEST, Racer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


def said(case: Case) -> list[tuple[str, str]]:
    return list(case.filing.opinions.values_list("verdict", "reviewer_name"))


# --- Opinions -----------------------------------------------------------------------------------------


def test_each_decision_has_an_opinion_with_name_and_telephone():
    Bureau.objects.filter(pk=BEIJING).update(contact_phone="010-12345")
    case = in_review(approval=False)
    play.return_to_provider(case.filing, case.reviewer)
    case.verify()
    services.claim(case.filing.pk, case.reviewer)
    services.approve(case.filing.pk, case.reviewer, version=None, opinion="材料齐全，同意。")

    returned, approved = case.filing.opinions.all()
    assert (returned.verdict, approved.verdict) == (Verdict.RETURN, Verdict.APPROVE)
    assert returned.text
    assert approved.text == "材料齐全，同意。"
    assert (approved.reviewer_name, approved.reviewer_phone, approved.round) == (case.reviewer.name, "010-12345", 2)
    with pytest.raises(DatabaseError), transaction.atomic():
        approved.delete()


def test_the_opinion_travels_through_the_last_look_at_a_return():
    case = in_review(approval=False)
    client, url = client_of(case.reviewer), reverse("bureau_desk:review", args=[case.filing.pk])
    typed = {
        "version": case.filing.version,
        "preview": "1",
        "opinion": "名称与证件不符。",
        "secret": "never-in-a-page",
        "remarks-TOTAL_FORMS": "1",
        "remarks-INITIAL_FORMS": "0",
        "remarks-0-path": "websites.0.name",
        "remarks-0-code": "P301",
        "remarks-0-seen": "看到的",
        "remarks-0-expected": "应当的",
    }

    page = client.post(url, typed).content.decode()
    assert "名称与证件不符。" in page
    assert "never-in-a-page" not in page
    assert client.post(url, fields_of(page) | {"return": "1"}).status_code == 302
    assert case.filing.opinions.get().text == "名称与证件不符。"


# --- Two reviewers ------------------------------------------------------------------------------------


def test_one_reviewer_approves_where_no_second_is_asked_for():
    case = in_review()
    with pytest.raises(MoveRefused, match=_("One reviewer is enough for this filing.")):
        propose(case)

    services.approve(case.filing.pk, case.reviewer, version=None)
    assert case.refresh().filing.status == Status.FILED


def test_a_filing_without_a_prior_approval_takes_one_reviewer():
    set_rules(two_reviewers=True)
    case = in_review(approval=False)

    services.approve(case.filing.pk, case.reviewer, version=None)


def test_a_second_reviewer_confirms_what_the_first_has_proposed():
    set_rules(two_reviewers=True)
    case, second = in_review(), reviewer()
    with pytest.raises(
        MoveRefused, match=_("This filing needs two reviewers. Propose the approval; a colleague confirms it.")
    ):
        services.approve(case.filing.pk, case.reviewer, version=None)

    propose(case, "同意。")
    assert (case.filing.status, case.filing.claimed_by) == (Status.WITH_BUREAU, None)
    services.claim(case.filing.pk, case.reviewer)
    with pytest.raises(MoveRefused, match=_("You proposed this approval yourself. A colleague must confirm it.")):
        services.approve(case.filing.pk, case.reviewer, version=None)
    proposed_already = _("%(name)s has already proposed the approval.") % {"name": case.reviewer.name}
    with pytest.raises(MoveRefused, match=proposed_already):
        propose(case)
    services.release(case.filing.pk, case.reviewer)
    services.claim(case.filing.pk, second)
    services.approve(case.filing.pk, second, version=None, opinion="复核同意。")

    assert case.refresh().filing.status == Status.FILED
    assert said(case) == [("propose", case.reviewer.name), ("approve", second.name)]


def test_the_desk_offers_each_reviewer_what_they_may_do():
    set_rules(two_reviewers=True)
    case, second = in_review(), reviewer()
    url = reverse("bureau_desk:review", args=[case.filing.pk])

    def buttons(actor: object) -> set[str]:
        services.claim(case.filing.pk, actor)
        page = client_of(actor).get(url).content.decode()
        services.release(case.filing.pk, actor)
        return {name for name in ("approve", "propose", "object") if f'name="{name}"' in page}

    assert buttons(case.reviewer) == {"propose"}
    services.claim(case.filing.pk, case.reviewer)
    sent = client_of(case.reviewer).post(url, {"version": case.filing.version, "propose": "1", "opinion": "同意"})
    assert sent.status_code == 302
    assert buttons(case.reviewer) == set()
    assert buttons(second) == {"approve", "object"}


def test_an_objection_needs_a_reason_and_ends_the_proposal():
    set_rules(two_reviewers=True)
    case, second = propose(in_review()), reviewer()
    services.claim(case.filing.pk, case.reviewer)
    with pytest.raises(MoveRefused, match=_("This is your own proposal. A colleague must confirm it or object.")):
        opinions.object_to(case.filing.pk, case.reviewer, version=case.filing.version, text="自己反对自己")
    services.release(case.filing.pk, case.reviewer)
    services.claim(case.filing.pk, second)
    with pytest.raises(MoveRefused, match=_("State in your opinion why you object.")):
        opinions.object_to(case.filing.pk, second, version=case.filing.version, text=" ")

    opinions.object_to(case.filing.pk, second, version=case.filing.version, text="批文已过期。")

    with pytest.raises(
        MoveRefused, match=_("This filing needs two reviewers. Propose the approval; a colleague confirms it.")
    ):
        services.approve(case.filing.pk, second, version=None)
    opinions.propose(case.filing.pk, second, version=case.filing.version, text="核实后同意。")
    services.claim(case.filing.pk, case.reviewer)
    services.approve(case.filing.pk, case.reviewer, version=None)
    assert [verdict for verdict, _name in said(case)] == ["propose", "object", "propose", "approve"]


def test_a_proposal_stays_when_the_filing_changes_hands_and_ends_with_the_round():
    set_rules(two_reviewers=True)
    case, second, third = propose(in_review()), reviewer(), reviewer()
    services.claim(case.filing.pk, second)
    services.release(case.filing.pk, second)
    assert opinions.pending(case.refresh().filing)
    services.claim(case.filing.pk, third)
    services.return_to_provider(case.filing.pk, third, version=None, remarks=[play.GOOD_REMARK])  # one is enough

    case.refresh().filing.round += 1
    assert opinions.pending(case.filing) is None


def test_nobody_outside_the_bureau_learns_of_it():
    set_rules(two_reviewers=True)
    case = propose(in_review(), "内部意见")
    with pytest.raises(Filing.DoesNotExist):
        opinions.propose(case.filing.pk, reviewer(GUANGDONG), version=case.filing.version, text="")

    for actor, name in ((case.host, "filings:status"), (case.staff, "provider_desk:verify")):
        page = client_of(actor).get(reverse(name, args=[case.filing.pk])).content.decode()
        assert "内部意见" not in page
        titles = [entry.title for entry in timelines.context(case.filing, actor)["events"]]
        assert str(states.EVENT_LABELS["propose"]) not in titles
        with pytest.raises(MoveRefused, match=_("This filing is not with you at the moment.")):
            opinions.propose(case.filing.pk, actor, version=case.filing.version, text="")


@pytest.mark.django_db(transaction=True)
def test_of_confirmation_and_objection_at_once_one_counts():
    """The second reviewer's two windows, one after the other under the filing's row lock."""
    set_rules(two_reviewers=True)
    case, second = propose(in_review()), reviewer()
    services.claim(case.filing.pk, second)
    ready, version = threading.Barrier(2), case.filing.version

    def confirm() -> None:
        ready.wait(LONGEST)
        services.approve(case.filing.pk, second, version=version)

    def object_() -> None:
        ready.wait(LONGEST)
        opinions.object_to(case.filing.pk, second, version=version, text="不同意")

    errors = [racer.finish().error for racer in (Racer(confirm), Racer(object_))]

    assert sorted(type(error) for error in errors if error) == [MoveRefused]
    assert Opinion.objects.count() == 2
    assert Event.objects.filter(name__in=["approve", "object"]).count() == 1


# --- The rules ----------------------------------------------------------------------------------------


def test_a_chief_sets_the_rules_and_each_change_is_on_record():
    head, client = chief(), Client()
    sign_in(client, user_of(head))

    assert client.post("/bureau/rules/", {"two_reviewers": "on", "proof_minutes": "15"}).status_code == 302
    client.post("/bureau/rules/", {"two_reviewers": "on", "proof_minutes": "15"})  # nothing new

    bureau = Bureau.objects.get(pk=BEIJING)
    assert (bureau.two_reviewers, bureau.proof_minutes) == (True, 15)
    changes = DeskRuleChange.objects.values_list("bureau", "what", "before", "after", "actor_name")
    assert list(changes) == [
        (BEIJING, "two_reviewers", "0", "1", head.name),
        (BEIJING, "proof_minutes", "0", "15", head.name),
    ]
    assert Bureau.objects.filter(two_reviewers=True).count() == 1
    page = client.get("/bureau/rules/").content.decode()
    for said in (_("Two reviewers for prior approvals"), f"{_('No')} → {_('Yes')}", "0 → 15"):
        assert said in page


@pytest.mark.parametrize("minutes", ["-1", "481", "x", ""])
def test_a_rule_that_is_none_is_refused(minutes):
    page = client_of(chief()).post("/bureau/rules/", {"proof_minutes": minutes})

    assert page.status_code == 200
    assert DeskRuleChange.objects.count() == 0


def test_a_reviewer_reads_the_rules_and_changes_none():
    member = reviewer()
    client = client_of(member)

    assert client.get("/bureau/rules/").status_code == 200
    assert client.post("/bureau/rules/", {"two_reviewers": "on", "proof_minutes": "0"}).status_code == 404
    with pytest.raises(MoveRefused, match=_("Only a chief of the bureau changes its rules.")):
        rules.change(member, {"two_reviewers": True, "proof_minutes": 0})
