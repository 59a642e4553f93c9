"""The check by which every trigger of ours asks whether it is ignored, without a subtransaction a row.

pgtrigger's own function catches an exception wherever its setting is missing, so each audited row costs a
subtransaction and many rows in one transaction cost their square. Ours reads the setting without one. It stands in the
database itself, so it holds for every connection, through a pooler too; every ``migrate`` puts it in place, because
pgtrigger's migrations replace it by theirs.
"""

from typing import Any

from django.db import connections

# Same name, arguments and meaning as in pgtrigger.compiler.
_SHOULD_IGNORE = """
CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN LANGUAGE sql STABLE AS $$
    SELECT trigger_name = ANY (coalesce(nullif(current_setting('pgtrigger.ignore', true), ''), '{}')::text[])
$$
"""


def install(using: str = "default", **_kwargs: Any) -> None:
    """Put the function in place; called after every ``migrate``."""
    with connections[using].cursor() as cursor:
        cursor.execute(_SHOULD_IGNORE)
