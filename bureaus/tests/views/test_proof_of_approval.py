"""The password, or a code of the second step, that proves who approves."""

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import reauthentication
from bureaus.tests.reviewing import in_review, set_rules
from filings import services
from filings.models import Filing
from filings.states import Status
from icp_portal.tests.builders import PASSWORD, Case, case_at, reviewer_user, sign_in, user_of
from icp_portal.tests.hostile import fields_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


def said(case: Case) -> list[tuple[str, str]]:
    return list(case.filing.opinions.values_list("verdict", "reviewer_name"))


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
    for _n in range(reauthentication.TRIES):
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
