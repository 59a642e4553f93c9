"""Two reviewers, opinions on record, the bureau's rules, and the password before an approval."""

import threading

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import again
from bureaus import rules
from bureaus.models import Bureau, DeskRuleChange, ReviewerRole
from desks import progress
from filings import services, states
from filings.errors import MoveRefused
from filings.models import Event, Filing, Opinion, Verdict
from filings.review import opinions
from filings.states import Status
from icp_portal.demo import play
from icp_portal.tests.builders import (
    BEIJING,
    GUANGDONG,
    PASSWORD,
    Case,
    case_at,
    reviewer,
    reviewer_user,
    sign_in,
    user_of,
)
from icp_portal.tests.committed import committed, seeded_again  # noqa: F401 — fixtures
from icp_portal.tests.hostile import fields_of
from icp_portal.tests.racing import LONGEST, Racer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.RELAX_SECOND_FACTOR = True
    cache.clear()


def chief(province: str = BEIJING) -> object:
    return reviewer(province, ReviewerRole.CHIEF)


def set_rules(*, two_reviewers: bool = False, proof_minutes: int = 0) -> None:
    rules.change(chief(), {"two_reviewers": two_reviewers, "proof_minutes": proof_minutes})


def in_review(*, approval: bool = True) -> Case:
    """Return a filing claimed by its reviewer; with a prior approval, but without its papers."""
    case = case_at(Status.WITH_BUREAU)
    facts = case.filing.facts
    facts["websites"][0]["approvals"] = [1] if approval else []
    Filing(pk=case.filing.pk, facts=facts).save(force_update=True, update_fields=["facts"])
    services.claim(case.filing.pk, case.reviewer)
    return case.refresh()


def propose(case: Case, text: str = "") -> Case:
    opinions.propose(case.filing.pk, case.reviewer, version=case.filing.version, text=text)
    return case.refresh()


def browser(actor: object) -> Client:
    return sign_in(Client(), user_of(actor))


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
    client, url = browser(case.reviewer), reverse("bureau_desk:review", args=[case.filing.pk])
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
        page = browser(actor).get(url).content.decode()
        services.release(case.filing.pk, actor)
        return {name for name in ("approve", "propose", "object") if f'name="{name}"' in page}

    assert buttons(case.reviewer) == {"propose"}
    services.claim(case.filing.pk, case.reviewer)
    sent = browser(case.reviewer).post(url, {"version": case.filing.version, "propose": "1", "opinion": "同意"})
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
        page = browser(actor).get(reverse(name, args=[case.filing.pk])).content.decode()
        assert "内部意见" not in page
        titles = [entry.title for entry in progress.timeline(case.filing, actor)]
        assert str(states.EVENT_LABELS["propose"]) not in titles
        with pytest.raises(MoveRefused, match=_("This filing is not with you at the moment.")):
            opinions.propose(case.filing.pk, actor, version=case.filing.version, text="")


@pytest.mark.usefixtures("committed")
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
    for said in (_("Two reviewers for prior approvals"), f"{_('no')} → {_('yes')}", "0 → 15"):
        assert said in page


@pytest.mark.parametrize("minutes", ["-1", "481", "x", ""])
def test_a_rule_that_is_none_is_refused(minutes):
    page = browser(chief()).post("/bureau/rules/", {"proof_minutes": minutes})

    assert page.status_code == 200
    assert DeskRuleChange.objects.count() == 0


def test_a_reviewer_reads_the_rules_and_changes_none():
    member = reviewer()
    client = browser(member)

    assert client.get("/bureau/rules/").status_code == 200
    assert client.post("/bureau/rules/", {"two_reviewers": "on", "proof_minutes": "0"}).status_code == 404
    with pytest.raises(MoveRefused, match=_("Only a chief of the bureau changes its rules.")):
        rules.change(member, {"two_reviewers": True, "proof_minutes": 0})


# --- Who approves proves it -----------------------------------------------------------------------------


@pytest.fixture
def proving() -> tuple[Case, Client, str]:
    """Return a filing claimed by a reviewer who has a password, at a bureau that requires it for approvals."""
    set_rules(proof_minutes=15)
    case = in_review(approval=False)
    member = user_of(case.reviewer)
    member.set_password(PASSWORD)
    member.save()
    return case, sign_in(Client(), member), reverse("bureau_desk:review", args=[case.filing.pk])


def confirm(client: Client, url: str, look: object) -> object:
    """Press the button on the page that shows what the approval does."""
    page = look.content.decode()
    assert str(_("Confirm the approval")) in page
    assert PASSWORD not in page
    return client.post(url, fields_of(page) | {"approve": "1"})


def test_an_approval_asks_for_the_password_and_keeps_what_was_typed(proving):
    case, client, url = proving
    typed = {"version": case.filing.version, "approve": "1", "opinion": "材料齐全。"}
    for secret in ("", "wrong-password"):
        page = client.post(url, typed | {"secret": secret}).content.decode()
        assert "材料齐全。" in page
        assert "wrong-password" not in page
        assert 'name="secret"' in page
    assert case.refresh().filing.status == Status.WITH_BUREAU

    look = client.post(url, typed | {"secret": PASSWORD})
    assert case.refresh().filing.status == Status.WITH_BUREAU
    assert confirm(client, url, look).status_code == 302
    assert case.refresh().filing.status == Status.FILED
    assert case.filing.opinions.get().text == "材料齐全。"


@pytest.mark.parametrize("secret", ["", "wrong-password"])
@pytest.mark.parametrize("path", ["subject.name", ""])
def test_a_split_that_can_not_be_made_asks_for_no_proof_and_is_no_fault_of_ours(proving, secret, path):
    case, client, url = proving
    row = {"remarks-0-path": path, "remarks-0-code": "1020", "remarks-0-seen": "示例网", "remarks-0-expected": "全称"}
    count = {"remarks-TOTAL_FORMS": "1", "remarks-INITIAL_FORMS": "0"}
    typed = {"version": case.filing.version, "split": "1", "secret": secret, **row, **count}

    answer = client.post(url, typed)

    assert (answer.status_code, case.refresh().filing.status) == (200, Status.WITH_BUREAU)
    assert answer.context["refusal"]
    assert "示例网" in answer.content.decode()


@pytest.mark.parametrize("button", ["approve", "propose", "split"])
def test_fields_that_are_all_too_long_are_no_fault_of_ours(proving, button):
    case, client, url = proving
    typed = {"version": case.filing.version, button: "1", "opinion": "长" * 9_999, "secret": "长" * 9_999}

    answer = client.post(url, typed)

    assert (answer.status_code, case.refresh().filing.status) == (200, Status.WITH_BUREAU)
    assert answer.context["form"].errors.keys() >= {"opinion"}


def test_a_proof_counts_for_this_session_alone(proving):
    case, client, url = proving
    client.post(url, {"version": "0", "approve": "1", "secret": PASSWORD})  # an old page: refused before the proof
    approve = {"version": case.filing.version, "approve": "1"}
    assert 'name="secret"' in client.post(url, approve).content.decode()
    client.post(url, approve | {"secret": PASSWORD})
    other = case_at(Status.WITH_BUREAU)
    services.claim(other.filing.pk, case.reviewer)
    second = reverse("bureau_desk:review", args=[other.filing.pk])

    assert 'name="secret"' not in client.post(second, approve).content.decode()
    assert 'name="secret"' in sign_in(Client(), user_of(case.reviewer)).post(second, approve).content.decode()


def test_a_code_of_the_second_step_is_a_proof_too_and_counts_once(proving):
    case, client, url = proving
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user_of(case.reviewer), secret)
    other = case_at(Status.WITH_BUREAU)
    services.claim(other.filing.pk, case.reviewer)
    code = totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))

    look = client.post(url, {"version": case.filing.version, "approve": "1", "secret": code})
    assert confirm(client, url, look).status_code == 302
    assert case.refresh().filing.status == Status.FILED
    fresh = sign_in_without_proof(case.reviewer)
    again_ = fresh.post(
        reverse("bureau_desk:review", args=[other.filing.pk]),
        {"version": other.refresh().filing.version, "approve": "1", "secret": code},
    )
    assert again_.status_code == 200
    assert again_.context["refusal"] == again_.context["form"].errors["secret"][0]
    assert other.refresh().filing.status == Status.WITH_BUREAU


def sign_in_without_proof(actor: object) -> Client:
    """Sign in some other way, with a session that has proved nothing yet."""
    client = Client()
    client.force_login(user_of(actor))
    return client


def test_the_proof_is_asked_for_where_the_decision_is_confirmed_and_not_before(proving):
    case, client, url = proving
    assert 'name="secret"' not in client.get(url).content.decode()
    look = client.post(url, {"version": case.filing.version, "approve": "1", "opinion": "材料齐全。"})

    assert (look.context["refusal"], look.context["form"].errors) == ("", {})  # nothing is wrong yet
    page = look.content.decode()
    assert 'name="secret"' in page
    assert str(_("What this approval does")) in page
    wrong = client.post(url, fields_of(page) | {"approve": "1", "secret": "wrong-password"})
    assert wrong.context["refusal"] == _(
        "The password or code is wrong or no longer valid. What you typed has been kept."
    )
    assert "材料齐全。" in wrong.content.decode()
    assert "wrong-password" not in wrong.content.decode()
    done = client.post(url, fields_of(wrong.content.decode()) | {"approve": "1", "secret": PASSWORD})

    assert done.status_code == 302
    assert (case.refresh().filing.status, case.filing.opinions.get().text) == (Status.FILED, "材料齐全。")


def test_a_proposal_is_proved_on_its_own_page(proving):
    case, client, url = proving
    set_rules(two_reviewers=True, proof_minutes=15)
    facts = case.filing.facts
    facts["websites"][0]["approvals"] = [1]
    Filing(pk=case.filing.pk, facts=facts).save(force_update=True, update_fields=["facts"])

    look = client.post(url, {"version": case.filing.version, "propose": "1", "opinion": "同意。"}).content.decode()
    assert 'name="secret"' in look
    assert client.post(url, fields_of(look) | {"propose": "1", "secret": ""}).status_code == 200
    assert said(case) == []
    assert client.post(url, fields_of(look) | {"propose": "1", "secret": PASSWORD}).status_code == 302

    assert said(case) == [("propose", case.reviewer.name)]


def test_guessing_is_throttled(proving):
    case, client, url = proving
    typed = {"version": case.filing.version, "approve": "1"}
    for _n in range(again.TRIES):
        client.post(url, typed | {"secret": "guess"})

    page = client.post(url, typed | {"secret": PASSWORD})

    assert page.context["refusal"] == _(
        "Too many wrong attempts. Try again in %(minutes)d minutes. What you typed has been kept."
    ) % {"minutes": 15}
    assert case.refresh().filing.status == Status.WITH_BUREAU


def test_the_second_press_proves_nothing_by_itself(proving):
    """A proof that has expired between the two steps is asked for again."""
    case, client, url = proving
    look = client.post(url, {"version": case.filing.version, "approve": "1", "secret": PASSWORD})
    other = sign_in_without_proof(case.reviewer)

    page = confirm(other, url, look)

    assert (page.status_code, page.context["asks_proof"]) == (200, True)
    assert case.refresh().filing.status == Status.WITH_BUREAU
    assert confirm(client, url, look).status_code == 302


def test_a_return_asks_for_no_password(proving):
    case, client, url = proving
    remark = {
        "remarks-TOTAL_FORMS": "1",
        "remarks-INITIAL_FORMS": "0",
        "remarks-0-path": "websites.0.name",
        "remarks-0-code": "P301",
        "remarks-0-seen": "看到的",
        "remarks-0-expected": "应当的",
    }

    look = client.post(url, remark | {"version": case.filing.version, "return": "1"}).content.decode()
    assert client.post(url, fields_of(look) | {"return": "1"}).status_code == 302
    assert case.refresh().filing.status == Status.RETURNED_TO_PROVIDER


def test_somebody_elses_password_is_no_proof(proving):
    case, client, url = proving
    other = reviewer_user()
    other.set_password("another-horse-battery")
    other.save()

    page = client.post(url, {"version": case.filing.version, "approve": "1", "secret": "another-horse-battery"})
    assert page.context["refusal"] == page.context["form"].errors["secret"][0]
    assert case.refresh().filing.status == Status.WITH_BUREAU
