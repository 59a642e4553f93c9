"""Verification codes as responsible persons type them."""

from filings.errors import MoveRefused
from filings.models import PersonCheck
from filings.verification import one_time_codes

HERE = {"address": "192.0.2.1"}


def typed(check: PersonCheck, code: str) -> dict[str, str]:
    """What the person types."""
    filing = check.filing
    number = filing.get(f"{check.paths[0]}.cert_number")
    return {"mobile": check.mobile, "last": number[-6:], "code": code}


def prove(check: PersonCheck, code: str) -> None:
    one_time_codes.prove(**typed(check, code), **HERE)


def is_refused(check: PersonCheck, code: str, **changes: str) -> bool:
    try:
        one_time_codes.prove(**typed(check, code) | changes, **HERE)
    except MoveRefused:
        return True
    return False


def another(code: str) -> str:
    """A code that is not this one."""
    return f"{(int(code) + 1) % 10**6:06d}"
