"""The pages and calls that ``manage.py bench`` measures, with their goals."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from itertools import count

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.core.handlers.base import BaseHandler
from django.core.management.color import no_style
from django.core.signing import dumps
from django.db import connection, transaction
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.module_loading import import_string

from accounts.models import User
from bench import queue_rows, register_rows, tasks
from bench.measuring import Call, Case
from bench.world import PROVINCE, reviewer
from bureaus.access import reviewer as bureau_reviewer
from desks.access import host
from filings import services
from filings.actors import Actor
from filings.models import Filing
from filings.services import RemarkDraft
from filings.states import Status
from icp_portal.demo import play
from ministry.models import Subject, Website
from providers.access import staff

FIRST_ADDRESS = int(IPv4Address("10.0.0.1"))
_visits = count()


class Browser:
    """Requests pages as one user, or as a visitor, through all of the portal's middleware."""

    def __init__(self, user: User | None = None) -> None:
        self._requests, self._handler = RequestFactory(), BaseHandler()
        self._handler.load_middleware()
        if user:
            self._requests.cookies[settings.SESSION_COOKIE_NAME] = _session_of(user)

    def get(self, url: str) -> Call:
        """Return a call that requests a page."""
        return self._call(lambda: self._requests.get(url, headers=HEADERS))

    def post(self, url: str, data: Callable[[], dict[str, object]]) -> Call:
        """Return a call that posts a form, with ``data`` made anew each time."""
        return self._call(lambda: self._requests.post(url, data(), headers=HEADERS))

    def _call(self, ask: Callable[[], HttpRequest]) -> Call:
        def call() -> object:
            request = ask()
            setattr(request, "_dont_enforce_csrf_checks", True)  # noqa: B010 — as Django's test client does
            request.META["REMOTE_ADDR"] = str(IPv4Address(FIRST_ADDRESS + next(_visits)))  # nobody is throttled
            response = self._handler.get_response(request)
            if response.status_code != 200:
                raise ValueError(f"{request.get_full_path()} answered {response.status_code}")
            return b"".join(response)

        return call


HEADERS = {"host": "localhost", "accept-language": "zh-CN", "accept": "text/html"}


def _session_of(user: User) -> str:
    """Return the key of a session of this user, without the sign-in pages."""
    session: SessionBase = import_string(f"{settings.SESSION_ENGINE}.SessionStore")()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session.save()
    return str(session.session_key)


@dataclass
class MeasuredPortal:
    """A portal with a large register, two long queues, and filings of its own at each desk."""

    register: int
    filings: int
    queues: queue_rows.World = field(init=False)
    browsers: dict[str, Browser] = field(init=False)
    draft: Filing = field(init=False)
    complete: Filing = field(init=False)
    claimed: Filing = field(init=False)
    received: Filing = field(init=False)
    website: Website = field(init=False)
    decider: User = field(init=False)

    def fill(self) -> None:
        """Create the organisations, the register, the queues and those filings."""
        self.queues = queue_rows.World()
        register_rows.fill(self.register)
        queue_rows.fill(self.queues, 0, self.filings)
        Filing.objects.filter(status=Status.WITH_BUREAU).update(bureau_id=PROVINCE)
        with connection.cursor() as cursor:
            cursor.execute("\n".join(connection.ops.sequence_reset_sql(no_style(), [Filing, Subject])))
            cursor.execute("VACUUM ANALYZE filings_filing")  # as autovacuum does
        verifier, decider, owner = self.queues.people[0], reviewer(0), self.queues.host
        self.decider = decider
        self.draft, self.complete = self._filing(1, owner), self._filing(5, owner)
        self.claimed = self._with_provider(2, owner, staff(verifier))
        self.received = self._with_bureau(3, owner, staff(verifier), decider)
        filed = self._with_bureau(4, owner, staff(verifier), decider)
        play.approve(filed, bureau_reviewer(decider))
        self.website = Website.objects.get(subject__filings=filed)
        self.browsers = {"host": Browser(owner), "verifier": Browser(verifier), "reviewer": Browser(decider)}

    def _filing(self, number: int, owner: User) -> Filing:
        return play.complete_draft(host(owner), self.queues.provider.pk, number, province=PROVINCE)

    def _with_provider(self, number: int, owner: User, verifier: Actor) -> Filing:
        filing = self._filing(number, owner)
        play.submit(filing, host(owner))
        services.claim(filing.pk, verifier)
        return filing

    def _with_bureau(self, number: int, owner: User, verifier: Actor, decider: User) -> Filing:
        filing = self._filing(number, owner)
        play.submit(filing, host(owner))
        play.verify(filing, verifier)
        services.claim(filing.pk, bureau_reviewer(decider))
        return filing


def cases(portal: MeasuredPortal) -> Iterator[Case]:
    """Yield every case. Goals without a number are not set yet."""
    yield from _public(portal)
    yield from _of_hosts(portal)
    yield from _of_desks(portal)
    yield from _moves(portal)
    yield from tasks.cases()


def _public(portal: MeasuredPortal) -> Iterator[Case]:
    anybody, website = Browser(), portal.website
    exact = {
        "domain": website.domain,
        "number": str(website.number),
        "name": website.subject.name,
        "nothing": "absent.cn",
    }
    for what, text in exact.items():
        yield Case(f"query: {what}", anybody.get(f"/query/?{urlencode({'q': text})}"), 1.0, 1, 12)
    yield Case("home page", anybody.get("/"))
    yield Case("directory", anybody.get("/navigation/"), 3.0)
    yield Case("directory: one province", anybody.get("/navigation/beijing/"), 3.0)
    yield Case("guide", anybody.get("/guide/"))
    yield Case("sign-in page", anybody.get("/accounts/login/"))


def _of_hosts(portal: MeasuredPortal) -> Iterator[Case]:
    owner, draft = portal.browsers["host"], portal.draft
    for page in ("subject", "responsible", "website"):
        url = reverse("filings:section", args=[draft.pk, page])
        yield Case(f"form: {page}", owner.get(url), 8.0)
    yield Case("form: pictures", owner.get(reverse("filings:papers", args=[draft.pk])), 8.0)
    yield Case("form: check", owner.get(reverse("filings:check", args=[draft.pk])))
    yield Case(
        "form: autosave", owner.post(reverse("api:save_page", args=[draft.pk, "website"]), _typed(draft)), 9.0, 6
    )
    yield Case("status", owner.get(reverse("filings:status", args=[portal.received.pk])))


def _typed(draft: Filing) -> Callable[[], dict[str, object]]:
    """Return what the page of the website sends: another name each time."""
    turn = 0

    def data() -> dict[str, object]:
        nonlocal turn
        turn += 1
        version = Filing.objects.values_list("version", flat=True).get(pk=draft.pk)
        return {"version": version, "name": f"示例网站{'甲乙丙丁'[turn % 4]}", "domain": draft.domain, "services": 8}

    return data


def _of_desks(portal: MeasuredPortal) -> Iterator[Case]:
    verifier, decider = portal.browsers["verifier"], portal.browsers["reviewer"]
    yield Case("provider's queue", verifier.get("/provider/?tab=work"), 10.0, 5, 40)
    for share in (50, 90):
        url = f"/provider/?{urlencode({'tab': 'work', 'after': _cursor(portal, share)})}"
        yield Case(f"provider's queue at {share} %", verifier.get(url), 10.0, 5, 40)
    yield Case("provider's queue: filed", verifier.get("/provider/?tab=done"), 10.0, 5, 40)
    brand = {"q": queue_rows.name_of(queue_rows.LOOKED_FOR)[2:5]}
    yield Case("provider's search", verifier.get(f"/provider/?{urlencode(brand)}"))
    yield Case("bureau's queue", decider.get("/bureau/?tab=work"), 10.0, 5, 40)
    verify, review = (
        reverse("provider_desk:verify", args=[portal.claimed.pk]),
        reverse("bureau_desk:review", args=[portal.received.pk]),
    )
    yield Case("verification page", verifier.get(verify), 25.0)
    yield Case("review page", decider.get(review), 25.0)


def _moves(portal: MeasuredPortal) -> Iterator[Case]:
    """Yield the steps of a filing, each undone afterwards; two of their statements are those of the savepoint."""
    owner, decider = host(portal.queues.host), bureau_reviewer(portal.decider)
    verifier = staff(portal.queues.people[0])
    complete, received = portal.complete, portal.received
    remark = RemarkDraft("websites.0.name", "P301", "与企业业务不符", "改为能反映业务的名称")
    moves = {
        "submit": lambda: services.submit(complete.pk, owner, version=None),
        "send back": lambda: services.send_back(portal.claimed.pk, verifier, version=None, remarks=[remark]),
        "approve": lambda: services.approve(received.pk, decider, version=None),
        "return": lambda: services.return_to_provider(received.pk, decider, version=None, remarks=[remark]),
    }
    goals = {"approve": 27}
    for name, move in moves.items():
        yield Case(f"move: {name}", _undone(move), None, goals.get(name))


def _undone(move: Call) -> Call:
    """Return a call that makes a move in a transaction that is rolled back."""

    def call() -> object:
        with transaction.atomic():
            move()
            transaction.set_rollback(True)
        return None

    return call


def _cursor(portal: MeasuredPortal, share: int) -> str:
    """Return the cursor of the page that begins after this share of the unassigned filings, in per cent."""
    rows = Filing.objects.filter(
        provider=portal.queues.provider, status=Status.WITH_PROVIDER, claimed_by=None, paused_until=None
    ).order_by("arrived_at", "pk")
    at, pk = rows.values_list("arrived_at", "pk")[rows.count() * share // 100]
    return dumps([str(at), pk], salt="arrived_at")
