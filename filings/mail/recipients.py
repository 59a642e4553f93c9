"""Find the addresses to which the mails about a filing go, by audience."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from accounts.mail import split_addresses
from accounts.models import Party, User
from filings.actors import SUPERVISING
from filings.models import Filing

if TYPE_CHECKING:
    from bureaus.models import Bureau

# The reviewer notified of overdue filings (bureaus.models.ReviewerRole).
CHIEF = "chief"
# A reported filing has no host here. Its responsible person is mailed about these events, without links; about the
# others the provider is mailed, which serves the host.
TOLD_WITHOUT_ACCOUNT = ("report", "confirm", "approve", "password", "displace")


def hearing(filing: Filing, name: str, audiences: Iterable[str]) -> tuple[str, ...]:
    """Return the audiences, without the host if the filing was reported and its host gets no mail about the event."""
    has_host = not filing.is_reported or name in TOLD_WITHOUT_ACCOUNT
    return tuple(audience for audience in audiences if audience != "host" or has_host)


def addresses(filing: Filing, audience: str) -> list[str]:
    """Return the recipients of a mail; the ministry's operators if there is no address, as for a new bureau."""
    if audience == "chief" and (chiefs := _chiefs(filing)):
        return chiefs
    found = of_host(filing) if audience == "host" else [_address(filing, audience)]
    return list(filter(None, found)) or list(operators())


def _address(filing: Filing, audience: str) -> str:
    match audience:
        case "provider":
            return str(filing.provider.contact_email)
        case "chief":
            return str(bureau_of(filing).chief_email or bureau_of(filing).contact_email)
    return str(bureau_of(filing).contact_email)


def of_host(filing: Filing) -> list[str]:
    """Return the host's addresses: the account's, else the mandate's, else the responsible person's.

    Empty once the data of a reported filing have been erased.
    """
    if filing.host:
        return [filing.host.email]
    if filing.mandate:
        return [filing.mandate.host_email]
    return split_addresses(str(filing.get("responsible.email")))


def _chiefs(filing: Filing) -> list[str]:
    """Return the addresses of the chiefs of the filing's bureau, or of those who cover for them."""
    bureau = bureau_of(filing)
    readers = [bureau.reader_of(member.user) for member in bureau.reviewers.all() if member.role == CHIEF]
    return [reader.email for reader in dict.fromkeys(readers) if reader]


def reader(filing: Filing, audience: str) -> User | None:
    """Return the reviewer for whom a mail to the bureau is meant: who has claimed the filing, or the cover."""
    if audience != "bureau" or filing.claimant_id() is None or filing.claimed_by is None:
        return None
    found: User | None = bureau_of(filing).reader_of(filing.claimed_by)
    return found


def operators() -> Iterable[str]:
    """Return the addresses of the ministry's operators. One query."""
    return User.objects.filter(party=Party.MINISTRY, is_active=True).values_list("email", flat=True)


def supervisors(provider_id: int) -> list[User]:
    """Return the supervisors and administrators of a provider who can sign in. One query."""
    working = {
        "provider_staff__provider": provider_id,
        "provider_staff__role__in": SUPERVISING,
        "provider_staff__suspended_at": None,
    }
    return list(User.objects.filter(is_active=True, **working).order_by("pk"))


def bureau_of(filing: Filing) -> "Bureau":
    """Return the filing's bureau; set once it has received the filing."""
    return cast("Bureau", filing.bureau)
