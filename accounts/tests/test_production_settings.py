"""Production refuses to start with insecure or missing settings."""

import os
import subprocess
import sys
from base64 import urlsafe_b64encode

import pytest

from ops.bootstrap import ROOT

pytestmark = pytest.mark.django_db


SECRETS = {
    "SECRET_KEY": "k" * 60,
    "FIELD_KEYS": urlsafe_b64encode(b"a-key-of-32-bytes-for-this-test!").decode(),
    "DIGEST_KEY": "d" * 60,
    "AUDIT_KEY": "a" * 60,
    "SITE_URL": "https://icp.example.cn",
    "DATABASE_URL": "postgres://icp@db.example.cn/portal",
    "REDIS_URL": "redis://:secret-of-the-cache@cache.example.cn/1",
    "CELERY_BROKER_URL": "redis://:secret-of-the-cache@cache.example.cn/0",
    "EMAIL_URL": "smtp://mail.example.cn:25",
    "EVIDENCE_ROOT": "/srv/evidence",
    "OPEN_DATA_ROOT": "/srv/open-data",
    "DEFAULT_FROM_EMAIL": "ICP <noreply@icp.example.cn>",
}

LISTED: dict[str, str | None] = {"MAIL_ALLOWED": "tests.example.cn"}
REFUSED = [
    *({name: None} for name in ("SECRET_KEY", "FIELD_KEYS", "DIGEST_KEY", "AUDIT_KEY")),
    *({name: ""} for name in ("SECRET_KEY", "FIELD_KEYS", "DIGEST_KEY", "AUDIT_KEY")),
    *({name: f"insecure-{name.lower()}"} for name in ("SECRET_KEY", "FIELD_KEYS", "DIGEST_KEY", "AUDIT_KEY")),
    {"FIELD_KEYS": "not a key"},
    {"FIELD_KEYS": "," + SECRETS["FIELD_KEYS"]},
    {"FIELD_KEYS": SECRETS["FIELD_KEYS"] + ","},
    {"FIELD_KEYS": SECRETS["FIELD_KEYS"] + ",insecure-field_keys"},
    *(
        {"SITE_URL": url}
        for url in (
            "http://icp.example.cn",
            "//icp.example.cn",
            "https://",
            "https://*",
            "https://icp.example.cn/portal",
            "https://user@icp.example.cn",
            "https://icp.example.cn:port",
            "https://icp.example.cn?a",
        )
    ),
    *(
        {name: url}
        for name in ("REDIS_URL", "CELERY_BROKER_URL")
        for url in ("redis://cache.example.cn/1", "redis://127.0.0.1/1", "redis://:@cache.example.cn", "rediss://a@b")
    ),
    {"CELERY_BROKER_URL": "redis://:secret@a.example.cn;redis://b.example.cn"},
    {"CELERY_BROKER_URL": "amqps://icp@broker.example.cn/portal"},
    {"REDIS_URL": "sentinel://a.example.cn,b.example.cn/1?master=portal"},
    {"EVIDENCE_STORAGE": "s3://key:secret@s3.example.cn/evidence?tls=false"},
    {"EVIDENCE_STORAGE": "https://s3.example.cn/evidence"},
    {"DEMO": "true"},
    {"RELAX_SECOND_FACTOR": "true"},
    {"WEBHOOKS_TO_LOCAL": "true"},
    {"LOG_ERROR_TEXTS": "true"},
    {"LOG_FORMAT": "xml"},
    {"DEMO": "1", "RELAX_SECOND_FACTOR": "on"},
]


PRINTED = ("s.DEBUG", "s.SESSION_COOKIE_SECURE", "s.LOGGING['formatters']['line']['error_texts']")
SETTINGS = f"import icp_portal.settings as s; print({', '.join(PRINTED)})"
LISTS_MAILS = "import icp_portal.settings as s; print(s.MAILS_ARE_LISTED, s.MAIL_ALLOWED)"
STAGING_HOSTS = "import icp_portal.settings as s; print(s.STAGING_HOSTS)"
HAS_GALLERY = (
    "import django; django.setup(); from django.urls import get_resolver;"
    "print('components' in get_resolver().reverse_dict, 'portal_status' in get_resolver().reverse_dict)"
)


def starts(changes: dict[str, str | None], env: str | None = "production", program: str = SETTINGS) -> str:
    """Return the last line that a process with this environment prints: that of the program or of its error."""
    bare = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    given = {name: value for name, value in {**SECRETS, "PORTAL_ENV": env, **changes}.items() if value is not None}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**bare, **given, "DJANGO_SETTINGS_MODULE": "icp_portal.settings"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return (done.stdout + done.stderr).strip().splitlines()[-1]


@pytest.mark.parametrize("env", ["production", None, ""])
def test_production_is_what_is_not_said_to_be_another_and_starts_with_its_own_secrets(env):
    assert starts({}, env) == "False True False"


@pytest.mark.parametrize("env", ["Local", "Staging", "stagin", "prod"])
def test_a_misspelt_environment_stops_the_start(env):
    """Taken for production, a copy of the data would mail everybody."""
    assert starts({}, env).endswith("PORTAL_ENV: one of production, staging, local.")


def test_staging_has_the_settings_and_pages_of_production():
    assert starts(LISTED, "staging") == "False True False"
    assert starts(LISTED, "staging", HAS_GALLERY) == "False True"


@pytest.mark.parametrize("server", ["127.0.0.1", "mail.example.cn"])
@pytest.mark.parametrize("mailbox_dir", ["", "/srv/mail"])
def test_staging_always_mails_listed_addresses_only(server, mailbox_dir):
    """Staging lists mails also for a server on this machine, with or without MAILBOX_DIR: it may forward them."""
    mail = {"EMAIL_URL": f"smtp://{server}:25", "MAILBOX_DIR": mailbox_dir}
    assert starts(mail | LISTED, "staging", LISTS_MAILS) == "True ['tests.example.cn']"
    assert starts(mail, "production", LISTS_MAILS) == "False []"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", None),
        ("AUDIT_KEY", "insecure-audit_key"),
        ("SITE_URL", "http://icp.example.cn"),
        ("REDIS_URL", "redis://cache.example.cn/1"),
        ("EVIDENCE_STORAGE", "s3://key:secret@s3.example.cn/evidence?tls=false"),
        ("DEMO", "true"),
        ("RELAX_SECOND_FACTOR", "true"),
        ("LOG_ERROR_TEXTS", "true"),
    ],
)
def test_staging_is_refused_what_production_is_refused(name, value):
    last = starts(LISTED | {name: value}, "staging")

    assert last.startswith("django.core.exceptions.ImproperlyConfigured: ")
    assert name in last


def test_production_does_not_start_with_a_list():
    assert "MAIL_ALLOWED can't be set in production" in starts(LISTED)


@pytest.mark.parametrize("listed", [None, "", " , "])
def test_staging_does_not_start_without_a_list(listed):
    assert starts({"MAIL_ALLOWED": listed}, "staging") == (
        "django.core.exceptions.ImproperlyConfigured: "
        "Set MAIL_ALLOWED before starting in staging: the addresses that get mails, or their domains."
    )


@pytest.mark.parametrize(
    ("listed", "hosts"),
    [(None, []), (" , ", []), ("Hooks.example.cn, b.example.cn", ["hooks.example.cn", "b.example.cn"])],
)
def test_staging_sends_to_systems_at_listed_hosts_only(listed, hosts):
    assert starts(LISTED | {"STAGING_HOSTS": listed}, "staging", STAGING_HOSTS) == str(hosts)


def test_other_environments_hold_nothing_back_and_do_not_start_with_a_list_of_hosts():
    assert starts({}, "production", STAGING_HOSTS) == "None"
    assert starts({}, "local", STAGING_HOSTS) == "None"
    for env in ("production", "local"):
        last = starts({"STAGING_HOSTS": "hooks.example.cn"}, env)
        assert last.endswith(
            "STAGING_HOSTS is for PORTAL_ENV=staging only: elsewhere the portal sends to every system."
        )


def test_production_has_no_address_of_the_gallery_of_components():
    assert starts({}, "production", HAS_GALLERY) == "False True"
    assert starts({}, "local", HAS_GALLERY) == "True True"


@pytest.mark.parametrize("url", ["unix:///run/valkey.sock?db=1", "rediss://user:secret@cache.example.cn/1"])
def test_production_starts_with_a_cache_on_a_socket_or_with_a_password(url):
    assert starts({"REDIS_URL": url, "CELERY_BROKER_URL": url}) == "False True False"


def test_production_starts_on_many_machines():
    addresses = {
        "REDIS_URL": "sentinel://:secret@a.example.cn,b.example.cn/1?master=portal",
        "CELERY_BROKER_URL": "amqps://icp:secret@a.example.cn/portal;amqps://icp:secret@b.example.cn/portal",
        "EVIDENCE_STORAGE": "s3://key:secret@s3.example.cn/evidence",
        "EVIDENCE_ROOT": None,
        "BEHIND_POOLER": "true",
    }
    assert starts(addresses) == "False True False"


@pytest.mark.parametrize(
    "changes", REFUSED, ids=lambda changes: "-".join(f"{k}={str(v)[:12]}" for k, v in changes.items())
)
def test_production_does_not_start(changes):
    last = starts(changes)

    assert last.startswith("django.core.exceptions.ImproperlyConfigured: ")
    assert next(iter(changes)) in last
    assert SECRETS["FIELD_KEYS"] not in last
