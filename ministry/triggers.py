"""How triggers come into the database, and the check by which each of ours asks whether it is ignored.

pgtrigger's own check catches an exception wherever its setting is missing, so each audited row costs a subtransaction
and many rows in one transaction cost their square. Ours reads the setting without one. It stands in the database
itself, so it holds for every connection, through a pooler too; every ``migrate`` puts it in place, because pgtrigger's
migrations replace it by theirs.
"""

from typing import Any

from django.db import connections, migrations

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


def add_triggers(app_label: str) -> migrations.RunPython:
    """Return the operation that creates the triggers which the models of an app carry in their options.

    One operation for a whole app: pgtrigger's own renders all related models anew for each trigger, which was a third
    of the time of ``migrate``. Triggers that come later are added by pgtrigger's.
    """

    def add(apps: Any, schema_editor: Any) -> None:
        for model in apps.get_app_config(app_label).get_models():
            for trigger in getattr(model._meta, "triggers", ()):
                schema_editor.execute(trigger.install_sql, params=None)

    return migrations.RunPython(add, migrations.RunPython.noop)
