"""Browsers whose pages are counted in queries, filings that fill these pages, and what pages of a filing cost."""

from datetime import timedelta

from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from filings.models import Filing
from icp_portal.tests.builders import Case


def browser(user_id: int) -> Client:
    """A browser whose session is in the cache already, as after the first page."""
    client = Client()
    client.force_login(User.objects.get(pk=user_id))
    client.get(reverse("desk"))
    return client


def more(case: Case, count: int, first: int = 0) -> list[Filing]:
    """Copies of a filing's row, each with its own domain and a moment of its own."""
    made = []
    for number in range(first, first + count):
        row = Filing.objects.get(pk=case.filing.pk)
        row.pk, row.domain, row.subject_digest = None, f"copy-{number}.cn", f"{number:064d}"
        row.arrived_at += timedelta(seconds=number + 1)
        row.save(force_insert=True)
        Filing.objects.filter(pk=row.pk).update(created_at=row.created_at + timedelta(seconds=number + 1))
        made.append(row)
    return made


# Queries of one filing's page: the reader, the filing with what its clock did, the findings' look-ups (rules, register,
# filings with the pool, others' pictures, proved addresses), pictures with seals, use of the photos elsewhere,
# verifications, history, calendar; at the bureau's also what surrounds the filing (pool, the provider's latest
# decisions, a claim), the reader's look, the sheets with their signed copies, and what it has in common with others; at
# both desks the notes among colleagues, and the colleagues who can be told; at the host's what its provider has asked.
PROVIDERS_PAGE, BUREAUS_PAGE, STATUS_PAGE, CHECK_PAGE = 19, 23, 7, 9
COMPARED = 1  # the two rounds a desk's page compares, once there are two


def said_much(case: Case) -> None:
    """More of everything that a filing's page lists: rounds, events, remarks, looks."""
    for _n in range(3):
        case.return_to_provider()
        case.verify()


MOST_OF_VERIFYING = 22


def crowd(case: Case, count: int) -> None:
    """So many other filings of the provider, as lists and look-ups see them; their papers are nobody's to read."""
    copied = [field.column for field in Filing._meta.concrete_fields if field.column not in CHANGED]
    values = ", ".join([*copied, *CHANGED.values()])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO filings_filing ({', '.join([*copied, *CHANGED])})"
            f" SELECT {values} FROM filings_filing, generate_series(1, %s) number WHERE id = %s",
            [count, case.filing.pk],
        )


# column → what another filing has in it; its key is the database's
CHANGED = {
    "id": "nextval(pg_get_serial_sequence('filings_filing', 'id'))",
    "facts": "''",
    "domain": "'crowd-' || number || '.cn'",
    "subject_digest": "lpad(to_hex(number), 64, '0')",
}
