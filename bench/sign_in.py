"""Sign-in, and recovery of a filing password: with right data, with wrong data, and throttled.

The time must not tell whether an account or a record exists: a wrong password is compared with an unknown address, and
the data of a record with data of none. Whoever has the right password learns nothing from the time of its answer.
Passwords are hashed as the settings say.
"""

from collections.abc import Callable, Iterator
from itertools import count, cycle
from secrets import token_hex, token_urlsafe

from allauth.account.models import EmailAddress
from allauth.core.internal import ratelimit
from django.contrib.auth.hashers import check_password, make_password
from django.test import RequestFactory
from django.urls import reverse

from accounts.adapter import ANYWHERE
from accounts.models import User
from bench.browsers import PAGE, REDIRECT, Browser, undone
from bench.measuring import Call, Case
from bench.portal import MeasuredPortal
from bench.world import PROVINCE
from filings.models import Filing
from ministry.reference.certificates import check_character_uscc

ACCOUNTS = 20  # whose wrong passwords take turns: an account may have 50 in an hour
APART = 0.03  # by what share right and wrong may differ in CPU time


def cases(portal: MeasuredPortal) -> Iterator[Case]:
    """Yield every case."""
    yield from of_accounts()
    yield from _of_filing_passwords(portal.filed)


def of_accounts() -> Iterator[Case]:
    """Yield tries to sign in."""
    password, domain = token_urlsafe(), f"{token_hex(4)}.bench.test"  # no run meets the limits of another
    right, throttled, *others = _accounts(domain, password)
    _use_up(throttled)
    accounts, numbers, hashed = cycle(others), count(), make_password(password)
    bare, wrong = "sign-in: bare hash of a password", "sign-in: wrong password"
    yield Case(bare, lambda: check_password(password, hashed), long=True)
    yield Case(wrong, _signing_in(lambda: next(accounts), f"not {password}"), beside=bare, apart=APART, long=True)
    yield Case(
        "sign-in: unknown address",
        _signing_in(lambda: f"absent{next(numbers)}@{domain}", password),
        beside=wrong,
        apart=APART,
        long=True,
    )
    yield Case("sign-in: right password", _signing_in(lambda: right, password, REDIRECT), long=True)
    yield Case("sign-in: throttled", _signing_in(lambda: throttled, password), 0.25)


def _accounts(domain: str, password: str) -> list[str]:
    """Create hosts with this password and verified addresses; return the addresses."""
    hashed = make_password(password)
    users = User.objects.bulk_create(
        User(email=f"host{number}@{domain}", password=hashed) for number in range(ACCOUNTS + 2)
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    return [user.email for user in users]


def _use_up(login: str) -> None:
    """Use up an account's wrong passwords of an hour, as tries from many places do."""
    request = RequestFactory().post("/")
    while ratelimit.consume(request, **ANYWHERE, key=login):
        pass


def _signing_in(login: Callable[[], str], password: str, status: int = PAGE) -> Call:
    return Browser().post(reverse("account_login"), lambda: {"login": login(), "password": password}, status)


def _of_filing_passwords(filed: Filing) -> Iterator[Case]:
    """Yield requests for another filing password of a record, each undone."""
    number = str(filed.get("subject.cert_number"))
    other = f"{number[:-2]}{'0' if number[-2] != '0' else '1'}"
    wrong = other + check_character_uscc(other)
    first = "recovery: right data"
    yield Case(first, _asking(filed, number))
    yield Case("recovery: wrong data", _asking(filed, wrong), beside=first, apart=APART)
    first = "certificate: on record"
    yield Case(first, _questioning(filed, number))
    yield Case("certificate: not on record", _questioning(filed, wrong), beside=first, apart=APART)


def _questioning(filed: Filing, cert_number: str) -> Call:
    data = {"cert_type": filed.get("subject.cert_type"), "cert_number": cert_number, "email": "asker@example.cn"}
    return undone(Browser().post(reverse("query_certificate"), lambda: data, REDIRECT))


def _asking(filed: Filing, cert_number: str) -> Call:
    assert filed.subject is not None  # noqa: S101 — it is on record
    data: dict[str, object] = {
        "province": PROVINCE,
        "number": str(filed.subject.number),
        "cert_type": filed.get("subject.cert_type"),
        "cert_number": cert_number,
    }
    return undone(Browser().post(reverse("ministry:recover_password"), lambda: data, REDIRECT))
