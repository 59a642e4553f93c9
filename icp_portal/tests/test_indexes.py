"""Indexes of all tables."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_no_gin_index_has_a_list_of_pending_entries():
    """Every look-up would read the whole list."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, 'fastupdate=off' = ANY(coalesce(c.reloptions, '{}'))"
            " FROM pg_class c JOIN pg_am a ON a.oid = c.relam WHERE a.amname = 'gin' AND c.relkind = 'i'"
        )
        found = dict(cursor.fetchall())
    assert {"ended_further_domains", "exports_of_filing", "mails_of_recipient", "search_keys"} <= found.keys()
    assert {name for name, is_off in found.items() if not is_off} == set()
