"""Install triggers, and the database function by which they check whether they are ignored.

pgtrigger's own function catches an exception whenever its setting is missing, so each audited row costs a
subtransaction, and the time grows with the square of the rows in a transaction. The portal's reads the setting without
an exception. It is stored in the database, so it works for every connection, also through a pooler; every ``migrate``
installs it, because pgtrigger's migrations replace it with theirs.
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
    """Install the function; called after every ``migrate``."""
    with connections[using].cursor() as cursor:
        cursor.execute(_SHOULD_IGNORE)


def add_triggers(app_label: str) -> migrations.RunPython:
    """Return the operation that creates the triggers in the Meta options of an app's models.

    One operation for a whole app: pgtrigger's own renders all related models anew for each trigger, which was a third
    of the time of ``migrate``. Later triggers are added by pgtrigger's operations.
    """

    def add(apps: Any, schema_editor: Any) -> None:
        for model in apps.get_app_config(app_label).get_models():
            for trigger in getattr(model._meta, "triggers", ()):
                schema_editor.execute(trigger.install_sql, params=None)

    return migrations.RunPython(add, migrations.RunPython.noop)
