"""API keys on the pages of the account: who has to prove what, what is shown once, who is told, how one ends."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from post_office.models import Email

from accounts import addresses, api_keys, quotas
from accounts.models import ApiKey, LookUps, Party, User
from accounts.tests.signing_in import sign_in
from filings.deadlines import clearing
from icp_portal.tests.builders import PASSWORD, host_user, user
from icp_portal.tests.builders import sign_in as enter
from icp_portal.tests.page_parts import cells
from icp_portal.tests.visitors import with_second_factor
from ministry.models import AuditWaiting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

KEYS, PASSWORD_ONCE_MORE = "/keys/", "/accounts/reauthenticate/"
KEY = re.compile(r"icp_[0-9a-f]{8}_[A-Za-z0-9_-]{43}")


@pytest.fixture
def owner() -> User:
    return user(Party.HOST, email="owner@example.cn", password=PASSWORD)


@pytest.fixture
def client(owner: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    sign_in(client, owner)
    return client


def create(client: Client, name: str) -> str:
    """Create a key as the pages lead, with the password once more where it is asked for; return the page."""
    answer = client.post(KEYS, {"name": name})
    if answer.status_code == 302:
        assert answer["Location"].startswith(PASSWORD_ONCE_MORE)
        answer = client.post(answer["Location"], {"password": PASSWORD, "next": KEYS})
    assert answer.status_code == 200
    return answer.content.decode()


def mails() -> list[str]:
    return list(Email.objects.order_by("pk").values_list("message", flat=True))


# --- Creating one -----------------------------------------------------------------------------------------


def test_a_session_alone_creates_no_key(client):
    answer = client.post(KEYS, {"name": "nightly check"})
    wrong = client.post(answer["Location"], {"password": "wrong-password", "next": KEYS})

    assert answer["Location"].startswith(PASSWORD_ONCE_MORE)
    assert 'class="field-error"' in wrong.content.decode()
    assert not ApiKey.objects.exists()


def test_a_key_is_shown_once_and_only_its_digest_is_stored(client, owner):
    page = create(client, "nightly check")
    (key,) = set(KEY.findall(page))
    row = ApiKey.objects.get()

    assert (row.user, row.name, row.prefix) == (owner, "nightly check", key[:12])
    assert key[12:] not in "".join(str(value) for value in ApiKey.objects.values().get().values())
    assert api_keys.owner_of(key) == owner
    again = client.get(KEYS)
    assert KEY.findall(again.content.decode()) == []
    assert row.prefix in again.content.decode()
    assert again["Cache-Control"] == "private, no-store"


def test_the_owner_is_told_of_a_new_and_of_an_ended_key(client):
    (key,) = set(KEY.findall(create(client, "nightly check")))
    client.post(reverse("end_api_key", args=[ApiKey.objects.get().pk]))
    made, ended = mails()

    assert list(Email.objects.values_list("to", flat=True)) == [["owner@example.cn"]] * 2
    assert f"An API key was created: nightly check ({key[:12]}…)." in made
    assert f"An API key was ended: nightly check ({key[:12]}…)." in ended
    assert (f"{settings.SITE_URL}/keys/" in made, "/keys/" in ended) == (True, False)
    assert key not in made + ended


def test_both_are_in_the_audit_log_without_the_key(client):
    (key,) = set(KEY.findall(create(client, "nightly check")))
    api_keys.owner_of(key)  # using it is no change
    row = ApiKey.objects.get()
    client.post(reverse("end_api_key", args=[row.pk]))
    waiting = AuditWaiting.objects.filter(name="accounts_apikey").order_by("pk")

    assert [(entry.content["ended_at"] is None, entry.content["prefix"]) for entry in waiting] == [
        (True, row.prefix),
        (False, row.prefix),
    ]
    assert row.digest not in str([entry.content for entry in waiting])


def test_the_form_sent_twice_creates_one_key(client):
    create(client, "nightly check")
    page = create(client, "nightly check")

    assert "You already have a key with this name. Choose another name." in page
    assert (ApiKey.objects.count(), len(mails())) == (1, 1)
    assert KEY.findall(page) == []


def test_a_sixth_key_is_refused_until_one_is_ended(client, owner):
    for number in range(api_keys.MOST):
        create(client, f"key {number}")
    assert "You have 5 keys, which is the maximum. End one first." in create(client, "one more")

    client.post(reverse("end_api_key", args=[ApiKey.objects.earliest("pk").pk]))
    assert set(KEY.findall(create(client, "key 0")))
    assert owner.api_keys.filter(ended_at=None).count() == api_keys.MOST


@pytest.mark.parametrize("name", ["", "   ", "x" * 65, "a\x00b", "a\u202eb", "a\nb", "\u200b"])
def test_a_name_that_is_none_is_refused(client, name):
    create(client, "first")
    page = create(client, name)

    assert 'class="field-error"' in page
    assert ApiKey.objects.count() == 1


def test_a_name_with_markup_is_shown_as_text(client):
    page = create(client, "<b>x</b>")

    assert "<b>x</b>" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page


# --- Ending one -------------------------------------------------------------------------------------------


def test_an_ended_key_is_gone_from_the_page_and_ends_once(client, owner):
    key = api_keys.make(owner, "hourly")[1]
    address = reverse("end_api_key", args=[ApiKey.objects.get().pk])
    asked = client.get(address).content.decode()
    assert api_keys.owner_of(key) == owner, "asking changes nothing"
    page = client.post(address, follow=True).content.decode()

    assert "End the API key “hourly”?" in asked
    assert "The API key “hourly” has been ended." in page
    assert page.count("hourly") == 1
    assert (client.get(address).status_code, client.post(address).status_code) == (404, 404)
    assert api_keys.owner_of(key) is None
    assert len(mails()) == 2


def test_anothers_key_is_neither_shown_nor_ended(client):
    other = host_user()
    row, key = api_keys.make(other, "not yours")
    address = reverse("end_api_key", args=[row.pk])

    assert "not yours" not in client.get(KEYS).content.decode()
    assert (client.get(address).status_code, client.post(address).status_code) == (404, 404)
    assert client.post(reverse("end_api_key", args=[2**63 - 1])).status_code == 404
    assert api_keys.owner_of(key) == other


def test_whoever_puts_an_address_back_ends_the_keys_created_since(owner):
    before = api_keys.make(owner, "before")[1]
    ApiKey.objects.update(made_at=timezone.now() - timedelta(days=1))
    addresses.note_change(owner, owner.email, "thief@example.cn")
    since = api_keys.make(owner, "thief's")[1]
    addresses.put_back(owner.address_changes.get().pk)

    assert (api_keys.owner_of(before), api_keys.owner_of(since)) == (owner, None)


def test_staff_without_the_second_step_do_not_reach_the_page():
    member = user(Party.MINISTRY)

    assert enter(Client(), member).get(KEYS)["Location"] == "/accounts/2fa/"
    assert enter(Client(), with_second_factor(user(Party.MINISTRY))).get(KEYS).status_code == 200


# --- What is used -----------------------------------------------------------------------------------------


def test_the_page_says_what_was_used_today(client, owner):
    owner.look_ups_a_day = 2_000
    owner.save()
    key = api_keys.make(owner, "nightly check")[1]
    assert "Looked up today by all your keys: 0 of 2,000." in client.get(KEYS).content.decode()
    assert cells(client.get(KEYS), "Last used") == ["never"]

    api_keys.owner_of(key)
    quotas.take(owner, 1_234)
    page = client.get(KEYS).content.decode()
    assert "Looked up today by all your keys: 1,234 of 2,000." in page
    assert cells(page, "Last used") == [date_format(timezone.localdate())]


def test_old_counts_are_cleared_by_night(owner):
    today = timezone.localdate()
    for days in (0, 30, 31, 200):
        LookUps.objects.create(user=owner, day=today - timedelta(days=days), texts=1)

    assert clearing.clear()["look_ups"] == 2
    assert list(LookUps.objects.order_by("day").values_list("day", flat=True)) == [today - timedelta(days=30), today]
