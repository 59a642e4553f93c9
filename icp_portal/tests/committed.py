"""For tests of what happens when a transaction is committed."""

from django.db import connection


def as_at_commit() -> None:
    """Run the deferred triggers of this transaction, as its commit would."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
