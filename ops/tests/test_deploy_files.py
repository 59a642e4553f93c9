"""The files of deploy/ and .env.example name only what there is: variables, queues, commands, addresses, files."""

import configparser
import re
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.mail import EmailMessage
from django.core.mail.utils import DNS_NAME
from django.core.management import get_commands
from django.urls import resolve
from gunicorn.config import GracefulTimeout

from icp_portal.deployment import queues
from ops.bootstrap import ROOT

DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
MANIFESTS = sorted((DEPLOY / "kubernetes").rglob("*.yaml"))
UNITS = sorted((DEPLOY / "systemd").iterdir())
# Read elsewhere than in the settings, or of the programs beside the portal
RUNNING = ("Deployment", "Job")
OTHERS = {"DATABASE_OWNER_URL", "PORTAL_VAR", "REQUIRE_BROWSER"}
OF_PROGRAMS = {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "POSTGRES_PASSWORD", "POSTGRES_INITDB_ARGS"}
READ = re.compile(r'(?:env\.[a-z]+|needed|secret|store_url|local_only|one_of)\(\s*f?"([A-Z_]+)')


def documented() -> set[str]:
    return set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE))


def read() -> set[str]:
    text = "".join((ROOT / "icp_portal" / name).read_text() for name in ("settings.py", "env.py", "optional.py"))
    return {name for name in READ.findall(text) if not name.endswith("_")}


def parsed(path: Path) -> list[Any]:
    return [one for one in yaml.safe_load_all(path.read_text()) if one]


def variables(value: Any) -> Iterator[str]:
    """Yield the names of all variables that a file sets for a container."""
    if isinstance(value, dict):
        if isinstance(value.get("environment"), dict):
            yield from value["environment"]
        if value.get("kind") == "ConfigMap" and "data" in value:
            yield from value["data"]
        for one in value.values():
            yield from variables(one)
    elif isinstance(value, list):
        for one in value:
            yield from variables(one)


def portal_services() -> dict[str, Any]:
    """The services of compose.yaml that run the portal's image, by name."""
    services = parsed(DEPLOY / "compose.yaml")[0]["services"]
    return {name: one for name, one in services.items() if one["image"].startswith("icp-portal")}


def queues_in(text: str) -> list[str]:
    """The queues of all workers that a text starts."""
    text = re.sub(r'[\[\]",]', " ", text)
    return [name for names in re.findall(r"--queues\s+(\S+)", text) for name in names.split(",")]


def test_every_variable_that_is_read_is_documented_and_the_other_way_round():
    operator = {f"OPERATOR_{name}" for name in ("NAME", "PHONE", "HOURS")}
    assert read() | operator | OTHERS == documented()


def test_every_variable_that_is_set_is_one_of_the_portal():
    compose = parsed(DEPLOY / "compose.yaml")
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    found = {name for path in MANIFESTS for name in variables(parsed(path))} | set(variables(compose))
    found |= set(re.findall(r"\b([A-Z_]{4,})=", re.sub(r"(?m)^(ARG|#).*", "", dockerfile)))
    secret = (DEPLOY / "kubernetes/base/settings.yaml").read_text().partition("apiVersion")[0]
    found |= set(re.findall(r"\b[A-Z]+_[A-Z_]+\b", secret))

    assert found - OF_PROGRAMS <= documented()
    assert {"DATABASE_URL", "EVIDENCE_STORAGE", "BEHIND_POOLER", "DATABASE_OWNER_URL"} <= found


def test_compose_keeps_what_the_image_sets():
    """portal.env, a copy of .env.example, comes before the image's own variables."""
    image = dict(re.findall(r"\b([A-Z_]+)=(\S+)", (DEPLOY / "Dockerfile").read_text().rpartition("ENV PATH")[2]))
    example = dict(re.findall(r"^([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), flags=re.MULTILINE))
    overridden = {name: value for name, value in image.items() if example.get(name, value) != value}

    for one in portal_services().values():
        assert overridden.items() <= one["environment"].items()
    assert overridden.keys() == {"STATIC_ROOT", "LOCKS_ROOT"}


def test_static_files_may_be_read_by_another_user_than_collects_them(tmp_path):
    """In the image they are collected by root and served by the portal's user."""
    how = {**settings.STORAGES["staticfiles"]}
    how["OPTIONS"] = {**how["OPTIONS"], "location": tmp_path}

    name = storages.create_storage(how).save("some.css", ContentFile("a {}"))

    assert (tmp_path / name).stat().st_mode & 0o777 == 0o644


def test_passwords_and_keys_beside_compose_get_into_neither_image_nor_repository():
    compose = (DEPLOY / "compose.yaml").read_text()
    pooler = (DEPLOY / "pgbouncer/pgbouncer.ini").read_text()
    beside = {".env", "portal.env", "tls/", "pgbouncer/userlist.txt"}

    assert "env_file: portal.env" in compose
    assert "./tls:/etc/nginx/tls" in compose
    assert "./pgbouncer:/etc/pgbouncer" in compose
    assert "auth_file = /etc/pgbouncer/userlist.txt" in pooler
    assert {f"deploy/{one}" for one in beside} <= set((ROOT / ".gitignore").read_text().splitlines())
    assert "deploy" in (ROOT / ".dockerignore").read_text().splitlines()


@pytest.mark.parametrize(
    "files", [[DEPLOY / "compose.yaml"], MANIFESTS, UNITS], ids=["compose", "kubernetes", "systemd"]
)
def test_each_layout_has_workers_for_every_queue_and_a_scheduler(files):
    text = "\n".join(path.read_text() for path in files)
    instances = set(re.findall(r"@([a-z]+)", text)) & {"mail", "documents", "sweeps"}  # portal-worker@mail
    assert set(queues_in(text)) - {"%i"} | instances == set(queues.NAMES)
    assert re.search(r"icp_portal,? beat", text)
    # A worker that reads certificates gets something to read.
    assert (DEPLOY / "systemd" in files[0].parents) or re.search(r'READ_CERTIFICATES: "true"', text)


def test_no_worker_waits_for_others_or_listens_to_them():
    """Gossip and mingle cost messages and seconds of the start, and nothing here uses them."""
    text = "\n".join(path.read_text().replace("\\\n", " ") for path in FILES)
    workers = [line for line in text.splitlines() if re.search(r"icp_portal,? worker", line)]
    quiet = {"--without-gossip", "--without-mingle"}

    assert [line for line in workers if not quiet <= set(re.findall(r"--[a-z-]+", line))] == []
    assert len(workers) == 13


def test_every_command_module_lock_and_address_is_there():
    text = "\n".join(path.read_text() for path in FILES)

    assert set(re.findall(r"manage\.py ([a-z_]+)", text)) <= set(get_commands())
    assert "gunicorn" in text
    assert (ROOT / "gunicorn.conf.py").exists()
    assert {name for name in re.findall(r"requirements[a-z0-9-]*\.lock", text) if not (ROOT / name).exists()} == set()
    probed = set(re.findall(r"/healthz[a-z/]*", text)) | {"/metrics", "/api/v1/changes", "/ISPWebService/upDownLoad"}
    assert all(resolve(path) for path in probed)
    assert "dockerfile: deploy/Dockerfile" in text


def test_manifests_name_what_is_there():
    for path in MANIFESTS:
        for one in parsed(path):
            assert {"apiVersion", "kind"} <= one.keys(), path
    base = parsed(DEPLOY / "kubernetes/base/kustomization.yaml")[0]
    assert set(base["resources"]) == {path.name for path in MANIFESTS if path.parent.name == "base"} - {
        "kustomization.yaml"
    }
    names = {one["metadata"]["name"] for path in MANIFESTS for one in parsed(path) if one["kind"] == "Deployment"}
    overlay = parsed(DEPLOY / "kubernetes/overlays/province/kustomization.yaml")[0]
    assert {one["name"] for one in overlay["replicas"]} <= names == {"web", "beat", *queues.NAMES}


def test_the_migration_can_be_applied_before_everything_else():
    objects = [one for path in MANIFESTS for one in parsed(path)]
    label = re.search(
        r" -l ([a-z.]+/name)=(migrate)$", (DEPLOY / "kubernetes/base/migrate.yaml").read_text(), re.MULTILINE
    )

    chosen = [one for one in objects if one.get("metadata", {}).get("labels", {}).get(label[1]) == label[2]]
    assert [(one["kind"], one["metadata"]["name"]) for one in chosen] == [("Job", "migrate")]


def test_every_container_of_the_portal_is_without_rights_and_read_only():
    pods = [one["spec"]["template"]["spec"] for path in MANIFESTS for one in parsed(path) if one["kind"] in RUNNING]
    ours = portal_services().values()

    assert (len(pods), len(ours)) == (8, 10)
    for pod in pods:
        assert pod["securityContext"]["runAsNonRoot"]
        for one in pod["containers"]:
            assert one["securityContext"]["readOnlyRootFilesystem"]
            assert one["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert all(one["init"] and one["read_only"] and one["cap_drop"] == ["ALL"] for one in ours)
    assert re.search(r"^USER 10001", (DEPLOY / "Dockerfile").read_text(), flags=re.MULTILINE)
    # Podman knows no uid= and gid= of a tmpfs.
    assert {mount.partition(":")[2] for one in ours for mount in one["tmpfs"]} == {"mode=1777"}


def test_nginx_passes_every_address_on_to_those_whom_it_admits():
    places = re.findall(r"location ([^{]+) \{([^}]*)\}", (DEPLOY / "nginx/portal.conf").read_text())

    assert {"/", "= /metrics", "^~ /healthz"} <= {name for name, _lines in places}
    assert all("proxy_pass http://portal;" in lines for _name, lines in places)


def test_nginx_asks_once_for_a_file_of_the_open_data_that_may_have_changed():
    """Those who ask meanwhile get the file it has: the portal sends few at once."""
    (lines,) = re.findall(r"location /open-data/ \{([^}]*)\}", (DEPLOY / "nginx/portal.conf").read_text())

    assert "proxy_cache_lock on;" in lines  # of a file it doesn't have yet
    assert "proxy_cache_revalidate on;" in lines
    assert "proxy_cache_use_stale updating;" in lines


def servers_of_nginx() -> list[str]:
    """Return the blocks of portal.conf that begin with “server {”."""
    return re.findall(r"^server \{$.*?^\}$", (DEPLOY / "nginx/portal.conf").read_text(), re.DOTALL | re.MULTILINE)


def test_nginx_writes_no_line_that_quotes_a_request():
    """Lines of its error log that concern a request have its URL with the query, and the Referer."""
    levels = [re.findall(r"error_log \S+ (\w+);", server) for server in servers_of_nginx()]

    assert levels == [["emerg"], ["emerg"]]


def test_nginx_redirects_to_the_portal_whatever_host_was_asked_for():
    """The only server of a port also gets requests for any other host."""
    (target,) = [one for server in servers_of_nginx() for one in re.findall(r"return 301 (\S+);", server)]

    assert target == "https://$server_name$request_uri"


def test_no_status_of_the_portal_takes_a_web_server_out():
    """nginx counts statuses of proxy_next_upstream as failures of the server; the portal itself returns 429 and 503."""
    ingress = parsed(DEPLOY / "kubernetes/base/network.yaml")[-1]["metadata"]["annotations"]
    conditions = [ingress["nginx.ingress.kubernetes.io/proxy-next-upstream"]]
    for path in (DEPLOY / "nginx/portal.conf", ROOT / "ops/rehearse/programs.py"):
        conditions += re.findall(r"proxy_next_upstream ([^;]+);", path.read_text())

    assert conditions == ["error timeout"] * 3


def test_mails_from_a_container_name_the_host_of_the_portal():
    """Its own host name is a number, for which a mail server may refuse the mail."""
    mail = EmailMessage("a", "b", "a@example.cn", ["b@example.cn"]).message()

    host = urlsplit(settings.SITE_URL).hostname
    assert str(mail["Message-ID"]).endswith(f"@{host}>")
    assert DNS_NAME.get_fqdn() == host


def test_compose_waits_for_what_is_being_done_before_it_kills():
    seconds = {name: int(one.get("stop_grace_period", "10s").rstrip("s")) for name, one in portal_services().items()}

    assert seconds["web"] > GracefulTimeout.default
    assert min(seconds[name] for name in queues.NAMES) > settings.CELERY_TASK_TIME_LIMIT


def test_compose_gives_the_address_that_nginx_keeps_to_no_other_container():
    said = yaml.safe_load((DEPLOY / "compose.yaml").read_text().replace("${OUTSIDE:-172.31.250}", "172.31.250"))
    (outside,) = said["networks"]["outside"]["ipam"]["config"]
    address = ip_address(said["services"]["web"]["networks"]["outside"]["ipv4_address"])

    assert address in ip_network(outside["subnet"])
    assert address not in ip_network(outside["ip_range"])
    assert said["services"]["nginx"]["networks"] == ["outside"]


def test_compose_lets_out_what_calls_others_and_not_what_opens_files_of_strangers():
    """The network “inside” has no way out; nobody outside reaches the database."""
    said = parsed(DEPLOY / "compose.yaml")[0]
    networks = {name: set(one["networks"]) for name, one in said["services"].items()}
    within = {name for name, those in networks.items() if those == {"inside"}}

    assert said["networks"]["inside"]["internal"]
    assert {name for name, those in networks.items() if "inside" not in those} == {"nginx"}
    assert within == {"postgres", "pgbouncer", "valkey", "documents", "reading"}


def test_what_nginx_keeps_of_open_data_is_on_the_disk():
    path = re.search(r"proxy_cache_path (/\S+)/open-data ", (DEPLOY / "nginx/portal.conf").read_text())[1]
    nginx = parsed(DEPLOY / "compose.yaml")[0]["services"]["nginx"]

    assert path not in nginx["tmpfs"]
    assert f"cache:{path}" in nginx["volumes"]


@pytest.mark.parametrize("unit", [path for path in UNITS if path.suffix == ".service"], ids=lambda path: path.name)
def test_every_unit_runs_without_rights(unit):
    lines = unit.read_text().splitlines()

    assert {"User=icp", "NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet="} <= set(lines)


def test_no_lock_of_a_session_is_taken_but_by_the_import_that_refuses_a_pooler():
    sources = [path for path in ROOT.glob("*/**/*.py") if not {"tests", ".venv", "migrations"} & set(path.parts)]
    of_session = re.compile(r"pg_(try_)?advisory_(un)?lock(_shared)?\(|SET SESSION|WITH HOLD|\bLISTEN ")

    found = {str(path.relative_to(ROOT)) for path in sources if of_session.search(path.read_text())}

    assert found == {"ministry/imports/running.py"}


def test_the_pooler_lends_connections_for_transactions():
    pooler = configparser.ConfigParser(inline_comment_prefixes=None)
    pooler.read(DEPLOY / "pgbouncer/pgbouncer.ini")

    assert pooler["pgbouncer"]["pool_mode"] == "transaction"
    assert set(pooler["databases"]) == {"portal"}
    assert pooler["pgbouncer"]["stats_users"] == "icp_app"  # who is shown how long requests wait


def test_patroni_lets_in_whom_it_needs_and_all_connections_of_the_poolers():
    ours = parsed(DEPLOY / "patroni/patroni.yml")[0]
    pooler = configparser.ConfigParser(inline_comment_prefixes=None)
    pooler.read(DEPLOY / "pgbouncer/pgbouncer.ini")
    lines = [line.split() for line in ours["postgresql"]["pg_hba"]]
    parameters = ours["bootstrap"]["dcs"]["postgresql"]["parameters"]
    # Patroni makes the cluster as the superuser, copies a replica, and reads the primary to rewind a lost one.
    needed = {("postgres", "rewind"), ("replication", "replicator"), ("portal", "icp_app")}

    assert ours["postgresql"]["use_unix_socket"]
    assert ["local", "all", "postgres", "peer"] in lines
    assert needed <= {(line[1], user) for line in lines for user in line[2].split(",")}
    assert parameters["ssl"] == "on", "lines with hostssl let nobody in without it"
    pools = sum(int(pooler["pgbouncer"][name]) for name in ("default_pool_size", "reserve_pool_size"))
    assert parameters["max_connections"] >= 3 * pools + 20
