"""The tries to sign in that the benchmark measures do what their names say."""

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from bench import sign_in
from bench.measuring import Case

pytestmark = pytest.mark.django_db


@pytest.fixture
def tries(settings) -> dict[str, Case]:
    settings.SITE_URL = "http://localhost"
    return {case.name: case for case in sign_in.of_accounts()}


@pytest.fixture
def hashed(monkeypatch) -> list[str]:
    """The passwords that have been hashed, which is what makes a sign-in slow."""
    found: list[str] = []
    encode = PBKDF2PasswordHasher.encode

    def counted(self, password, salt, iterations=None):
        found.append(password)
        return encode(self, password, salt, iterations)

    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", counted)
    return found


@pytest.mark.parametrize(
    ("name", "times"), [("right password", 1), ("wrong password", 1), ("unknown address", 1), ("throttled", 0)]
)
def test_a_password_is_hashed_once_and_not_at_all_when_throttled(tries, hashed, name, times):
    tries[f"sign-in: {name}"].call()

    assert len(hashed) == times


def test_no_account_is_throttled_by_a_long_run(tries, hashed):
    for _turn in range(100):
        tries["sign-in: wrong password"].call()
        tries["sign-in: right password"].call()

    assert len(hashed) == 200
