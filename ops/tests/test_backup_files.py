"""Each layout of deploy/ makes a backup every day, as the owner of the tables, with programs as new as its server."""

import re
from typing import Any

import yaml

from ops.bootstrap import ROOT

DEPLOY = ROOT / "deploy"
COMMAND = re.compile(r"manage\.py backup \"?(/[a-z/]+)/portal-\S*\$\(date [^)]*\)\.age")


def compose() -> dict[str, Any]:
    """Return the services of compose.yaml."""
    services: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    return services


def test_the_image_has_programs_that_are_not_older_than_the_server():
    """pg_dump refuses a server of a newer major version."""
    image = (DEPLOY / "Dockerfile").read_text()
    programs = int(re.search(r"^ARG POSTGRES=(\d+)$", image, re.MULTILINE)[1])
    server = int(re.fullmatch(r"postgres:(\d+)", compose()["postgres"]["image"])[1])

    final = image.rpartition("\nFROM ")[2]
    assert programs >= server
    assert "postgresql-client-${POSTGRES}" in final
    assert re.search(r"ENV PATH=\S*:/usr/lib/postgresql/\$\{POSTGRES\}/bin:", final)


def test_compose_writes_a_backup_beside_it_and_restores_one():
    services = compose()
    backup, restore = services["backup"], services["restore"]
    folder = COMMAND.search(backup["command"].replace("$$", "$"))[1]

    assert f"./backups:{folder}" in backup["volumes"]
    assert "evidence:/srv/evidence:ro" in backup["volumes"]
    assert {f"./backups:{folder}:ro", "evidence:/srv/evidence"} <= set(restore["volumes"])
    for one in (backup, restore):
        assert one["profiles"] == ["backup"]
        assert "@postgres:5432/" in one["environment"]["DATABASE_OWNER_URL"], "pg_dump goes past PgBouncer"
    assert "deploy/backups/" in (ROOT / ".gitignore").read_text().splitlines()


def test_kubernetes_makes_a_backup_a_day():
    manifests = (DEPLOY / "kubernetes/base/backup.yaml").read_text()
    job = {one["kind"]: one for one in yaml.safe_load_all(manifests)}["CronJob"]
    pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    folder = COMMAND.search(container["command"][-1].replace("$$", "$"))[1]

    assert re.fullmatch(r"\d+ \d+ \* \* \*", job["spec"]["schedule"])
    assert {"secretRef": {"name": "portal-owner"}} in container["envFrom"]
    assert folder in {mount["mountPath"] for mount in container["volumeMounts"]}
    assert pod["securityContext"]["runAsNonRoot"]
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}


def test_systemd_makes_a_backup_a_day():
    unit = (DEPLOY / "systemd/portal-backup.service").read_text()
    timer = (DEPLOY / "systemd/portal-backup.timer").read_text()
    command = re.search(r"^ExecStart=(.*)$", unit, re.MULTILINE)[1].replace("%%", "%").replace("$$", "$")

    assert re.search(rf"^ReadWritePaths={COMMAND.search(command)[1]}$", unit, re.MULTILINE)
    assert re.search(r"^EnvironmentFile=/etc/icp/owner.env$", unit, re.MULTILINE), "only here is the owner's password"
    assert re.search(r"^OnCalendar=\*-\*-\* [\d:]+$", timer, re.MULTILINE)
    assert re.search(r"^WantedBy=timers.target$", timer, re.MULTILINE)
