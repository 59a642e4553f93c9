"""A migrated cluster is copied as long as nothing that has a part in migrating has changed."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops import migrated
from ops.bootstrap import ROOT


@pytest.fixture
def clusters(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> migrated.KeptClusters:
    monkeypatch.setenv("PORTAL_VAR", str(tmp_path / "var"))
    return migrated.KeptClusters()


def a_cluster(folder: Path, content: str) -> Path:
    folder.mkdir()
    (folder / "PG_VERSION").write_text(content)
    return folder


def test_a_kept_cluster_is_copied(clusters: migrated.KeptClusters, tmp_path: Path) -> None:
    assert not clusters.copy_into(tmp_path / "early" / "data")
    clusters.save(a_cluster(tmp_path / "cluster", "first"))
    clusters.save(a_cluster(tmp_path / "of another run", "second"))

    assert clusters.copy_into(tmp_path / "late" / "data")
    assert (tmp_path / "late" / "data" / "PG_VERSION").read_text() == "second"
    assert (tmp_path / "late").stat().st_mode & 0o777 == 0o700


def test_a_killed_cluster_is_not_kept(clusters: migrated.KeptClusters, tmp_path: Path) -> None:
    killed = a_cluster(tmp_path / "cluster", "killed")
    (killed / "postmaster.pid").touch()
    clusters.save(killed)

    assert not clusters.copy_into(tmp_path / "data")


def test_another_migration_needs_another_cluster(
    clusters: migrated.KeptClusters, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    clusters.save(a_cluster(tmp_path / "cluster", "old"))
    migration = tmp_path / "root" / "filings" / "migrations" / "0001_initial.py"
    migration.parent.mkdir(parents=True)
    monkeypatch.setattr(migrated, "ROOT", tmp_path / "root")
    seen = [migrated.digest()]
    for content in ("a", "b"):
        migration.write_text(content)
        seen.append(migrated.digest())
    test = tmp_path / "root" / "ministry" / "tests" / "test_calendar.py"
    test.parent.mkdir(parents=True)
    test.write_text("a test has no part in it")

    assert len(set(seen)) == 3
    assert migrated.digest() == seen[-1]
    assert not migrated.KeptClusters().copy_into(tmp_path / "data")

    migrated.KeptClusters().save(a_cluster(tmp_path / "new cluster", "new"))
    assert [path.name for path in (tmp_path / "var" / "test-clusters").iterdir() if path.is_dir()] == [seen[-1]]


def imported(migration: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(migration.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_the_digest_covers_what_migrations_import() -> None:
    covered = {path for pattern in migrated.PARTS for path in ROOT.glob(pattern)}
    modules = {module for path in ROOT.glob("*/migrations/*.py") for module in imported(path)}
    files = {ROOT / f"{module.replace('.', '/')}.py" for module in modules}

    assert {path for path in files if path.exists()} - covered == set()
