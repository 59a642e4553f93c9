"""Throw-away databases of two sizes that are open at once, so that requests alternate between them.

Other load on the machine then affects both alike. The portal's own database is never written.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from bench.world import own_files


class Databases:
    """Databases by size; use ``of`` to create them."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._open: dict[int, BaseDatabaseWrapper] = {}  # kept open so that switching costs nothing

    @classmethod
    @contextmanager
    def of(cls, prefix: str) -> Iterator["Databases"]:
        """Run the block with databases whose names begin with ``prefix``; drop them at the end."""
        made, own = cls(prefix), connection.settings_dict["NAME"]
        try:
            with own_files():
                yield made
        finally:
            connection.close()
            connection.settings_dict["NAME"] = own
            for size in [*made._open]:
                made._drop(size)

    def migrate(self, size: int) -> None:
        """Create an empty, migrated database."""
        own = connection.settings_dict["NAME"]
        self._open_at(size)
        connection.settings_dict["TEST"]["NAME"] = self._name(size)
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        connection.close()
        connection.settings_dict["NAME"] = own

    def copy(self, size: int, larger: int) -> None:
        """Copy a database to another size, with what it contains."""
        self._open[size].close()
        self._open_at(larger)
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{self._name(larger)}"')
            cursor.execute(f'CREATE DATABASE "{self._name(larger)}" TEMPLATE "{self._name(size)}"')

    @contextmanager
    def at(self, size: int) -> Iterator[None]:
        """Run the block on the database of this size."""
        own = connections[DEFAULT_DB_ALIAS]
        connections[DEFAULT_DB_ALIAS] = self._open[size]
        try:
            yield
        finally:
            connections[DEFAULT_DB_ALIAS] = own

    def _open_at(self, size: int) -> None:
        self._open[size] = connections[DEFAULT_DB_ALIAS].copy()
        self._open[size].settings_dict["NAME"] = self._name(size)

    def _drop(self, size: int) -> None:
        self._open.pop(size).close()
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{self._name(size)}"')

    def _name(self, size: int) -> str:
        return f"{self._prefix}_{size}"
