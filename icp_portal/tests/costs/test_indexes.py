"""Indexes and constraints of all tables."""

import pytest
from django.apps import apps
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


@pytest.mark.django_db
def test_the_database_has_every_index_and_constraint_of_the_models():
    """An AlterField that takes away a column's index drops unique constraints with a condition on that column too."""
    stated = {
        one.name
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
        for one in (*model._meta.indexes, *model._meta.constraints)
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'i' UNION ALL SELECT conname FROM pg_constraint")
        found = {name for (name,) in cursor.fetchall()}
    assert "one_draft_copy_of_a_filing" in stated
    assert stated - found == set()
