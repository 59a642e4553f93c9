"""Records with all that can happen to them, and what the comparison finds."""

from typing import Any

import pgtrigger
from django.db import connection

from filings.kinds import Kind
from filings.models import Filing
from filings.states import Status
from filings.tests.kinds.kinds_drafted import FILING_PASSWORD, knows_password
from icp_portal.demo import play, play_kinds
from icp_portal.tests.builders import Case, number
from ministry.models import Access, Subject
from records.comparison import running
from records.models import CopyDifference


def find() -> list[tuple[str, str, str]]:
    """Compare every record; return what is open: row, field and copies."""
    running.compare(list(Subject.objects.order_by("pk").values_list("pk", flat=True)))
    return sorted(row.key for row in CopyDifference.objects.open())


def plant(table: str, key: int, **values: Any) -> None:
    """Change a row past the portal's code and its triggers."""
    columns = ", ".join(f"{name} = %s" for name in values)
    with pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {columns} WHERE id = %s", [*values.values(), key])


def later(case: Case, kind: Kind, *, access: Access | None = None, staff: Any = None, **written: Any) -> Filing:
    """File, verify and approve a filing about the case's record."""
    target = play_kinds.target_of(case.filing)
    if access:
        target = type(target)(target.subject_id, access.website_id, access.pk)
    staff = staff or case.staff
    facts = {path.replace("__", "."): value for path, value in written.items()}
    knows_password(case)
    draft = play_kinds.complete_draft(case.host, kind, target, staff.provider_id, number(), FILING_PASSWORD, **facts)
    play.submit(draft, case.host)
    play.verify(draft, staff)
    play.approve(draft, case.reviewer)
    draft.refresh_from_db()
    assert draft.status == Status.FILED
    return draft
