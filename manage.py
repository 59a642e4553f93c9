#!/usr/bin/env python3
"""The portal's two commands, and Django's.

    python3 manage.py portal [--port 8000] [--no-demo]    run everything on this machine
    python3 manage.py test [pytest arguments]             run the whole test suite
    python3 manage.py migrate, shell, …                   Django's, on the local portal if there is one

Needs only Python: the first run builds .venv and continues inside it.
"""

import os
import sys
from collections.abc import MutableMapping

# Django's and our commands that change tables, make temporary ones, or change rows that the application's role must not
OWNERS = ("migrate", "grant_roles", "reseal", "redigest", "backup", "restore", "import_register", "seed_register")


def main() -> None:
    """Run the command of the command line."""
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    {"portal": portal, "test": test}.get(command, django_command)()


def portal() -> None:
    from ops import bootstrap

    bootstrap.enter("requirements-portal.lock")
    from ops.portal import main

    sys.exit(main(sys.argv[2:]))


def test() -> None:
    from ops import bootstrap

    bootstrap.enter("requirements-dev.lock")
    from ops.suite import run

    run(sys.argv[2:])


def django_command() -> None:
    from ops import bootstrap

    bootstrap.enter(None)
    from ops.state import State

    if "DATABASE_URL" not in os.environ:
        os.environ.update(State.of_this_machine().environment() | os.environ)
    sign_in_as_owner(sys.argv[1] if len(sys.argv) > 1 else "", os.environ)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "icp_portal.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


def sign_in_as_owner(command: str, environment: MutableMapping[str, str]) -> None:
    """Let a command of ``OWNERS`` use the address of the tables' owner, where one is set; it leads past any pooler."""
    if command in OWNERS and (address := environment.get("DATABASE_OWNER_URL")):
        environment.update({"DATABASE_URL": address, "BEHIND_POOLER": "false"})


if __name__ == "__main__":
    main()
