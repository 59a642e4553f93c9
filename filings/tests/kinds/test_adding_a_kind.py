"""A kind is its own module and lines of the catalogue: in a copy of the source one is added, filed, and removed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ops.bootstrap import ROOT
from ops.engines import Postgres

APPS = (
    "accounts",
    "ministry",
    "filings",
    "records",
    "desks",
    "hosts",
    "providers",
    "bureaus",
    "interchange",
    "icp_portal",
    "bench",
)
# Its engines are its own: in those of this run another process could meet it in a database, a queue or a cache.
# PostgreSQL and the migrated database serve both runs, the others are started by each.
INHERITED = ("PATH", "HOME", "LANG", "TMPDIR")
FURTHER = ("ops", "templates", "static", "manage.py", "conftest.py", "pytest.ini", "pyproject.toml")

MODULE = '''"""Renaming of a website: its name changes, nothing else."""

from collections.abc import Iterator

from filings.kinds import change_website, standing
from filings.kinds.spec import (
    WEBSITE,
    WEBSITES,
    About,
    FilingOfKind,
    Kind,
    Law,
    Numbers,
    Occasion,
    RecordLink,
    Refusal,
    RegisterWrite,
    Wanted,
)


def refuse(filing: FilingOfKind) -> Iterator[Refusal]:
    now = standing.current(filing)
    yield from standing.website(now)
    yield from standing.changed(filing, "websites.0.name")


LAW = Law(
    kind=Kind.RENAME_WEBSITE,
    about=About.WEBSITE,
    code_holders=frozenset({WEBSITES}),
    operation="BGBA",
    parts=WEBSITE - {"approvals", "manager"},
    open=("websites.*.name",),
    numbers=Numbers.KEPT,
    apply=change_website.apply,
    writes=frozenset({RegisterWrite.WEBSITE}),
    refuse=refuse,
    effect="The website gets another name. Its number stays.",
    papers=Wanted.NONE,
    photo=Wanted.NONE,
    blocks=frozenset({"website"}),
    links=(RecordLink(About.WEBSITE, "Rename the %(service)s", Occasion("Another name?", "The number stays.")),),
)
'''
# The catalogue: file, the line before, the new line.
CATALOGUE = (
    (
        "filings/kinds/spec.py",
        '    CHANGE_ACCESS = "change_access", _("change of an access")\n',
        '    RENAME_WEBSITE = "rename_website", _("renaming of a website")\n',
    ),
    ("filings/kinds/__init__.py", "    new_website,\n)\nfrom", "    rename_website,\n"),
    (
        "filings/kinds/__init__.py",
        "    change_access,\n    migrate_website,\n    cancel_access",
        "    rename_website,\n",
    ),
)

USE = """from html import unescape
import re

from django.test import Client
import pytest

from accounts.models import User
from filings.kinds import Kind
from filings.states import Status
from icp_portal.demo import play, play_kinds
from icp_portal.tests.builders import case_at, number, sign_in
from ministry.models import Website
from records.comparison import running
from records.models import CopyDifference

pytestmark = pytest.mark.django_db


def test_a_website_is_renamed(settings):
    settings.RELAX_SECOND_FACTOR = True
    case = case_at(Status.FILED)
    target = play_kinds.target_of(case.filing)
    host, staff, reviewer = (
        sign_in(Client(), User.objects.get(pk=one.user_id)) for one in (case.host, case.staff, case.reviewer)
    )
    record = host.get(f"/records/websites/{target.website_id}/").content.decode()
    (begin,) = re.findall(r'<a href="([^"]+)">Rename the ', record)
    assert "The website gets another name" in host.get(unescape(begin)).content.decode()

    filing = play_kinds.complete_draft(
        case.host, Kind.RENAME_WEBSITE, target, case.provider.pk, number(), **{"websites.0.name": "改名之后"}
    )
    for page in ("", "edit/", "edit/website/", "check/"):
        assert host.get(f"/filings/{filing.pk}/{page}").status_code == 200
    play.submit(filing, case.host)
    assert staff.get(f"/provider/filings/{filing.pk}/").status_code == 200
    play.verify(filing, case.staff)
    assert reviewer.get(f"/bureau/filings/{filing.pk}/").status_code == 200
    play.approve(filing, case.reviewer)

    assert host.get(f"/filings/{filing.pk}/").status_code == 200
    assert Website.objects.get(pk=target.website_id).name == "改名之后"
    running.compare([target.subject_id])
    assert not CopyDifference.objects.exists()
"""

AFTERWARDS = """from django.test import Client
import pytest

from accounts.models import User
from filings.states import Status
from icp_portal.demo import play_kinds
from icp_portal.tests.builders import case_at, sign_in

pytestmark = pytest.mark.django_db


def test_no_page_offers_the_kind(settings):
    settings.RELAX_SECOND_FACTOR = True
    case = case_at(Status.FILED)
    target = play_kinds.target_of(case.filing)
    host = sign_in(Client(), User.objects.get(pk=case.host.user_id))
    record = host.get(f"/records/websites/{target.website_id}/").content.decode()
    assert "kind=change_website" in record
    assert "rename_website" not in record
    begin = f"/filings/begin/?kind=rename_website&subject={target.subject_id}&website={target.website_id}"
    assert host.get(begin).status_code == 404
"""


@pytest.fixture
def database(tmp_path):
    postgres = Postgres(tmp_path / "pg", tmp_path / "postgres.log", fast=True)
    postgres.start()
    postgres.ensure_database("portal")
    yield postgres.url("portal")
    postgres.stop()


def test_a_kind_is_added_and_removed_by_its_module_and_the_catalogue(tmp_path, database):
    for name in (*APPS, *FURTHER):
        copied = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copied(ROOT / name, tmp_path / name)
    module, use = tmp_path / "filings/kinds/rename_website.py", tmp_path / "filings/tests/kinds/test_renaming.py"
    module.write_text(MODULE)
    for name, after, line in CATALOGUE:
        _put(tmp_path / name, after, line)
    use.write_text(USE)
    assert "1 passed" in _migrate_and_test(tmp_path, use, database)

    module.unlink()
    for name, _after, line in CATALOGUE:
        _take(tmp_path / name, line)
    use.write_text(AFTERWARDS)
    assert "1 passed" in _migrate_and_test(tmp_path, use, database)


def _put(file: Path, place: str, line: str) -> None:
    """Add a line after the first line of a place that the file has once."""
    text = file.read_text()
    assert text.count(place) == 1
    first = place.split("\n", 1)[0] + "\n"
    file.write_text(text.replace(place, place.replace(first, first + line, 1)))


def _take(file: Path, line: str) -> None:
    """Remove the first such line of a file."""
    text = file.read_text()
    assert line in text
    file.write_text(text.replace(line, "", 1))


def _migrate_and_test(folder: Path, test: Path, database: str) -> str:
    """Create the migration of the choices, run the test; return what pytest printed."""
    _run(folder, database, "-m", "ops.throwaway", sys.executable, "manage.py", "makemigrations", "filings")
    return _run(folder, database, "-m", "pytest", "-o", "addopts=", "-q", "--reuse-db", str(test))


def _run(folder: Path, database: str, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if name in INHERITED}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment | {"PORTAL_ENV": "local", "DATABASE_URL": database},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout
