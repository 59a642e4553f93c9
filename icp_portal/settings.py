"""Django settings. Everything that differs between machines comes from the environment."""

from datetime import timedelta
from importlib.util import find_spec
from os import getuid
from pathlib import Path
from tempfile import gettempdir
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from icp_portal import log_settings, optional, schedule
from icp_portal.deployment import queues
from icp_portal.deployment.addresses import BrokerAddress
from icp_portal.deployment.storage import in_bucket, in_folder, of_static_files
from icp_portal.env import PRODUCTION, STAGING, env, field_keys, local_only, needed, one_of, secret, site_url, store_url

django_stubs_ext.monkeypatch()  # makes ModelAdmin[…] and the like work at run time

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Secrets and switches -------------------------------------------------------------------------
SECRET_KEY = secret("SECRET_KEY")
# Earlier keys, whose signatures (proofs of records, for years) stay valid
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# Fernet keys for personal data, newest first: the first encrypts, all decrypt (see docs/operations.md).
FIELD_KEYS = field_keys()
DIGEST_KEY = secret("DIGEST_KEY")
# Keys the chain of the audit log. Not in the database, and kept as long as the log (see docs/operations.md).
AUDIT_KEY = secret("AUDIT_KEY")
DEBUG = False
DEMO = local_only("DEMO")
RELAX_SECOND_FACTOR = local_only("RELAX_SECOND_FACTOR")
# Lets webhooks go to http, any port and any address, this machine's too
WEBHOOKS_TO_LOCAL = local_only("WEBHOOKS_TO_LOCAL")
STAGING_HOSTS = optional.staging_hosts()  # the only systems to which staging sends; None elsewhere
MAILBOX_DIR = env.str("MAILBOX_DIR", default="")

# --- Addresses ------------------------------------------------------------------------------------
SITE_URL = site_url()
_SITE = urlsplit(SITE_URL)
# Other host names of the same portal: locally, both names of the machine
_PORT = f":{_SITE.port}" if _SITE.port else ""
SITE_ALIASES = [] if PRODUCTION else [f"localhost{_PORT}", f"127.0.0.1{_PORT}"]
ALLOWED_HOSTS = [urlsplit(f"//{host}").hostname for host in (_SITE.netloc, *SITE_ALIASES)]
CSRF_TRUSTED_ORIGINS = [f"{_SITE.scheme}://{host}" for host in (_SITE.netloc, *SITE_ALIASES)]
# With one proxy in front, its X-Forwarded-For and X-Forwarded-Proto are trusted, no others.
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0
ROOT_URLCONF = "icp_portal.urls"
WSGI_APPLICATION = "icp_portal.wsgi.application"

# --- Apps -----------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "icp_portal",
    "interchange",
    "bureaus",
    "providers",
    "filings",
    "records",
    "desks",
    "hosts",
    "bench",
    "ministry",
    "accounts",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "pgtrigger",
    "post_office",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
]

MIDDLEWARE = [
    "icp_portal.middleware.RequestIdMiddleware",
    # Above all that may return a response of its own, such as a static file or the redirect to https
    "icp_portal.middleware.ContentPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "icp_portal.middleware.SiteAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "icp_portal.middleware.LanguageMiddleware",
    "icp_portal.middleware.PrivatePagesMiddleware",
    "icp_portal.middleware.MethodsMiddleware",
    "icp_portal.middleware.SafeMethodsMiddleware",
    "icp_portal.middleware.ApiProblemsMiddleware",
    "icp_portal.middleware.StrangeRequestsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "icp_portal.middleware.FilesMiddleware",
    "icp_portal.middleware.UnreadableMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "icp_portal.context.portal",
            ],
        },
    },
]
FORM_RENDERER = "icp_portal.forms.PortalRenderer"

# --- Database, cache ------------------------------------------------------------------------------
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db_url_config(needed("DATABASE_URL", local="postgres://icp@/portal"))
}
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
# A streaming replica from which public pages are read (icp_portal.replica)
if replica_url := env.str("DATABASE_REPLICA_URL", default=""):
    DATABASES["replica"] = env.db_url_config(replica_url) | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    DATABASES["replica"]["OPTIONS"] = {**DATABASES["replica"].get("OPTIONS", {}), "connect_timeout": 3}  # seconds
    REPLICA_SECONDS = env.float("REPLICA_SECONDS", default=5)  # how far it may be behind
    DATABASE_ROUTERS = ["icp_portal.replica.ReplicaRouter"]
    MIDDLEWARE.append("icp_portal.replica.ReplicaMiddleware")
# With a pooler between, which lends a connection for a transaction, no cursor outlives its transaction.
BEHIND_POOLER = env.bool("BEHIND_POOLER", default=False)
for _database in DATABASES.values():
    _database["DISABLE_SERVER_SIDE_CURSORS"] = BEHIND_POOLER
DEFAULT_AUTO_FIELD = "accounts.sealed.RowKey"
# Two caches on one server, for limits and for copies of sessions; the portal works without them. A copy expires after a
# minute: a user who signs out while the server is down is signed out everywhere a minute after it is back. A third one
# in each process, for parts of pages that are the same for everybody in a language.
_CACHE = {
    "BACKEND": "icp_portal.cache.FallbackCache",
    "LOCATION": store_url("REDIS_URL", local="redis://127.0.0.1:6379/1"),
    "VERSION": 2,  # version 1 was pickled and must not be read
}
CACHES = {
    "default": {**_CACHE, "OPTIONS": {"spare": "memory"}},
    "sessions": {**_CACHE, "OPTIONS": {"spare": "nothing", "longest": 60}},
    # Of a process: what is the same for everybody, so nothing of a user or a request, and the card of each provider in
    # each language (some 10 MB).
    "fragments": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
}

# --- Sign-in --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
# Where each party lands after signing in.
DESKS = {
    "host": "filings:home",
    "provider": "provider_desk:index",
    "bureau": "bureau_desk:index",
    "ministry": "ministry_desk:index",
}
ACCOUNT_ADAPTER = "ministry.mail.sign_in_mails.WordedAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 15 * 60  # the translation of allauth's sentence names it
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
# An account has one address. Changing it or the second step requires authenticating again; the account's addresses are
# notified (accounts.adapter.EVENTS, accounts.addresses).
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = None
# Not by a mailed code: access to the mailbox must not replace what only the owner knows or has.
ACCOUNT_REAUTHENTICATION_METHODS = ("password", "mfa")
ACCOUNT_RATE_LIMITS = {
    # With the default (one code in three minutes), a user with two windows sees "too many failed sign-ins".
    "confirm_email": "1/20s/key",
    # Wrong passwords (all limits are our own choice): per IP address for any account; per account and IP address or
    # known browser; per account from all unknown browsers (accounts.adapter).
    "login_failed": "20/m/ip,5/5m/key",
    "login_failed_anywhere": "50/h/key",
}
ACCOUNT_FORMS = {"signup": "accounts.forms.SignUpForm", "add_email": "accounts.forms.NewAddressForm"}
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "ICP"
MFA_FORMS = {
    "add_webauthn": "accounts.forms.AddKeyForm",
    "authenticate_webauthn": "accounts.forms.AuthenticateKeyForm",
    "login_webauthn": "accounts.forms.LoginKeyForm",
    "reauthenticate_webauthn": "accounts.forms.ReauthenticateKeyForm",
}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION

SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_CACHE_ALIAS = "sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_URL.startswith("https://")
SESSION_COOKIE_HTTPONLY = True
# Public pages only (icp_portal.public_service). Whoever is signed in elsewhere keeps that session's cookie.
if env.bool("PUBLIC_ONLY", default=False):
    MIDDLEWARE.append("icp_portal.middleware.PublicOnlyMiddleware")
    SESSION_ENGINE, SESSION_COOKIE_NAME = "django.contrib.sessions.backends.signed_cookies", "public_session"
CSRF_COOKIE_HTTPONLY = True

# --- Security headers -----------------------------------------------------------------------------
SECURE_SSL_REDIRECT = SITE_URL.startswith("https://")
SECURE_REDIRECT_EXEMPT = [
    r"^healthz(/live)?$"
]  # for load balancers on the internal network, by IP address and without TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_SSL_REDIRECT else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_SSL_REDIRECT
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        # data: the QR code of the authenticator; blob: the camera's preview before it is sent
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- Responses that stay open ---------------------------------------------------------------------
# Each takes a thread: streams of a process (which has four) and of all together; open data sent by a process at once.
STREAMS_PER_PROCESS = env.int("STREAMS_PER_PROCESS", default=2)
STREAMS = env.int("STREAMS", default=4)
DOWNLOADS_PER_PROCESS = env.int("DOWNLOADS_PER_PROCESS", default=1)

# --- Language and time ----------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "icp_portal" / "locale"]
FORMAT_MODULE_PATH = "icp_portal.formats"
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- Who runs the portal ---------------------------------------------------------------------------
# Shown on the home page; what is empty is left out.
OPERATOR = {name: env.str(f"OPERATOR_{name.upper()}", default="") for name in ("name", "phone", "hours")}

# --- Files ----------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Where collectstatic puts the files, compressed and named by their content, so that browsers keep them for good.
# Without it, as in tests, they are served from the source.
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles") if PRODUCTION else "") or None
WHITENOISE_USE_FINDERS = STATIC_ROOT is None
STORAGES = {
    # Evidence only: files have no URL, they are served by a view after visible_to.
    "default": in_bucket(_bucket, needs_tls=PRODUCTION)
    if (_bucket := env.str("EVIDENCE_STORAGE", default=""))
    else in_folder(needed("EVIDENCE_ROOT", local=str(BASE_DIR / "var" / "evidence"))),
    "staticfiles": of_static_files(are_collected=STATIC_ROOT is not None),
}
# The open data: their folder, the same for every process, and how many months are kept
OPEN_DATA_ROOT = Path(needed("OPEN_DATA_ROOT", local=str(BASE_DIR / "var" / "open-data")))
OPEN_DATA_MONTHS = env.int("OPEN_DATA_MONTHS", default=24)
# Public keys of age for which backups are encrypted, and the folder of PostgreSQL's programs, if not on the path
BACKUP_RECIPIENTS = env.list("BACKUP_RECIPIENTS", default=[])
PG_BINARIES = env.str("PG_BINARIES", default="")
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "icp_portal.uploads.NamelessFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
EVIDENCE_MAX_BYTES, FORM_MAX_BYTES = 20 * 1024**2, 70 * 1024**2  # the web server takes 72 MB
# Child processes opening uploaded files on one machine, each with up to 300 MB (evidence.limited); one per account.
FILES_AT_ONCE = env.int("FILES_AT_ONCE", default=3)
# The locks by which they are counted (evidence.limited.turns), one folder for all processes of the machine
LOCKS_ROOT = env.str("LOCKS_ROOT", default=str(Path(gettempdir()) / f"icp-portal-{getuid()}"))
# clamd, which scans every upload before it is kept (evidence.malware); empty: nothing is scanned
MALWARE_SCANNER = optional.scanner()
# Whether what is printed on certificates is read from their pictures (filings.reading), by a worker of its own queue
# with the packages of requirements-reading.txt; by default where these are installed.
READ_CERTIFICATES = env.bool("READ_CERTIFICATES", default=find_spec("rapidocr") is not None)
# Dotted path of a callable that finds faces on a photo (filings.evidence.face_detector); none is built in.
FACE_DETECTOR = env.str("FACE_DETECTOR", default="")

# --- The filing password --------------------------------------------------------------------------
# The interface leaves the limit to each bureau (answer 22) and no document states one. Five tries as for the one-time
# code (a provider's guide of 2025); a recovery is valid as long as that code; the rest is our own choice.
PASSWORD_TRIES = env.int("PASSWORD_TRIES", default=5)
PASSWORD_LOCK = timedelta(minutes=env.int("PASSWORD_LOCK_MINUTES", default=60))
PASSWORD_TRIES_OF_CALLER = env.int("PASSWORD_TRIES_OF_CALLER", default=20)  # an hour, whatever the number
RECOVERY_LIFE = timedelta(minutes=env.int("RECOVERY_LIFE_MINUTES", default=24 * 60))
# --- The programming interface --------------------------------------------------------------------
# Texts that a user's programs may look up a day in batches; operators set another number for a user; our own choice.
LOOK_UPS_A_DAY = env.int("LOOK_UPS_A_DAY", default=10_000)
# --- The official interface between providers' and bureaus' systems --------------------------------
# The document has no WSDL, so the namespace is our own choice; providers' systems may expect another one.
INTERCHANGE_NAMESPACE = env.str("INTERCHANGE_NAMESPACE", default="urn:icp-portal:isp-interface:3.0")
# Whether what an operation returns is declared as GBK, as real bureaus do, although it travels as Unicode
INTERCHANGE_DECLARES_GBK = env.bool("INTERCHANGE_DECLARES_GBK", default=True)
# Questions of a connection about what is on record (isp_querybeianstatus)
INTERCHANGE_QUESTIONS_AN_HOUR = env.int("INTERCHANGE_QUESTIONS_AN_HOUR", default=600)
# --- Cases about records --------------------------------------------------------------------------
# Working days in which the other side may object to the release of a record, and then for the bureau to decide.
RELEASE_OBJECTION_DAYS = env.int("RELEASE_OBJECTION_DAYS", default=10)
RELEASE_DECISION_DAYS = env.int("RELEASE_DECISION_DAYS", default=5)
# Days for which shells are published before they are cancelled.
SHELL_PUBLIC_DAYS = env.int("SHELL_PUBLIC_DAYS", default=7)
# --- Verification codes of responsible persons (see docs/operations.md) --------------------------
CODE_GATEWAY = env.str("CODE_GATEWAY", default="filings.mail.gateways.by_email")
CODE_LIFE = timedelta(hours=24)  # as practised since 2020-08-17 (two providers' guides)

# --- Mail -----------------------------------------------------------------------------------------
vars().update(env.email_url_config(needed("EMAIL_URL", local="smtp://127.0.0.1:25")))
# Addresses and domains that get mails outside of production; locally, the portal's own mail sink needs none
MAIL_ALLOWED = optional.mail_allowed()
_ON_LOOPBACK = vars()["EMAIL_HOST"] in {"127.0.0.1", "::1", "localhost"}
MAILS_ARE_LISTED = STAGING or not (PRODUCTION or (MAILBOX_DIR and _ON_LOOPBACK))
EMAIL_BACKEND = SMTP_BACKEND = "ministry.mail.allowed.ListedBackend"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = needed("DEFAULT_FROM_EMAIL", local="ICP <noreply@localhost>")
# Mails are stored as rows first (status, retries, resend); those with codes and passwords never are.
POST_OFFICE = {
    "BACKENDS": {"default": SMTP_BACKEND},
    "DEFAULT_PRIORITY": "medium",
    "CELERY_ENABLED": False,  # our own tasks send them, so that one sweep finds lost ones
    "MESSAGE_ID_ENABLED": True,
    "MESSAGE_ID_FQDN": _SITE.hostname,
}

# --- Background work ------------------------------------------------------------------------------
BROKER = BrokerAddress.read(store_url("CELERY_BROKER_URL", local="redis://127.0.0.1:6379/0"))
# Not as CELERY_BROKER_URL, for which Celery itself reads the environment: it can't read our address of Sentinels.
CELERY_BROKER_READ_URL = CELERY_BROKER_WRITE_URL = BROKER.url
CELERY_BROKER_TRANSPORT_OPTIONS = BROKER.options
CELERY_TASK_DEFAULT_QUEUE_TYPE = CELERY_TASK_CREATE_MISSING_QUEUE_TYPE = BROKER.queue_type
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker survives a night without its broker
CELERY_BROKER_CHANNEL_ERROR_RETRY = True  # and one that has become a replica, where nobody may wait for a task
# The sweep queues what was not queued (ministry.mail.outbox); one retry, for a broker that was restarted.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 300
# The nightly check of the audit log stops well before the time limit, and continues the next night.
AUDIT_CHECK_SECONDS = 200
RESCAN_SECONDS = 200  # of a run that has stored files scanned again, likewise
COMPARISON_SECONDS = 200  # of a run of the nightly comparison of the copies, likewise
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Neither what takes long nor what waits for others delays a mail.
CELERY_TASK_ROUTES = queues.ROUTES
CELERY_TASK_DEFAULT_QUEUE = queues.SWEEPS
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = schedule.RUNS
CELERY_BEAT_SCHEDULER = "icp_portal.deployment.beat:SharedScheduler"

# --- Watching --------------------------------------------------------------------------------------
# The bearer token of /metrics, which does not exist without one
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
# Lines of the log as "text" or "json". Messages of errors may quote personal data, so production writes none.
LOGGING = log_settings.of(
    as_json=one_of("LOG_FORMAT", ("text", "json")) == "json",
    error_texts=local_only("LOG_ERROR_TEXTS", otherwise=not PRODUCTION),
)
# Where errors and traces are sent, if anywhere: by Sentry's protocol, and by OpenTelemetry's (OTLP over HTTP)
SENTRY_DSN = env.str("SENTRY_DSN", default="")
OTEL_EXPORTER_OTLP_ENDPOINT = env.str("OTEL_EXPORTER_OTLP_ENDPOINT", default="")
OTEL_SERVICE_NAME = env.str("OTEL_SERVICE_NAME", default="icp-portal")
# auth.W004: the database keeps e-mails unique whatever their case (constraint one_user_per_email).
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
