"""The pages and calls that ``manage.py bench`` measures, with their goals. Goals without a number are not set yet."""

from collections.abc import Callable, Iterator
from itertools import count

from django.core.signing import dumps
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from bench import documents, public_pages, queue_rows, sign_in, sweeps, tasks, uploads, webhooks, work
from bench.browsers import REDIRECT, undone
from bench.measuring import Case
from bench.portal import MeasuredPortal
from bench.world import PROVINCE
from bureaus.access import reviewer as bureau_reviewer
from desks.access import host
from filings import services
from filings.models import Filing
from filings.services import RemarkDraft
from filings.states import Status
from providers.access import staff


def cases(portal: MeasuredPortal) -> Iterator[Case]:
    """Yield every case."""
    yield from public_pages.cases(portal)
    yield from sign_in.cases(portal)
    yield from _of_hosts(portal)
    yield from queues(portal)
    yield from _of_desks(portal)
    yield from webhooks.cases(portal)
    yield from _moves(portal)
    yield from uploads.cases(portal)
    yield from tasks.cases()
    yield from sweeps.cases(portal)
    yield from work.cases()
    yield from documents.cases(portal)


def _of_hosts(portal: MeasuredPortal) -> Iterator[Case]:
    owner, draft = portal.browsers["host"], portal.draft
    for page in ("subject", "responsible", "website"):
        url = reverse("filings:section", args=[draft.pk, page])
        yield Case(f"form: {page}", owner.get(url), 8.0)
    yield Case("form: pictures", owner.get(reverse("filings:papers", args=[draft.pk])), 8.0)
    yield Case("form: check", owner.get(reverse("filings:check", args=[draft.pk])))
    typed = _typed(draft)  # one for both: each saving makes the next version
    yield Case("form: autosave", owner.post(reverse("api:save_page", args=[draft.pk, "website"]), typed), 9.0, 6)
    page = reverse("filings:section", args=[draft.pk, "website"])
    yield Case("form: save", owner.post(page, typed, REDIRECT), 8.0)
    yield Case("status", owner.get(reverse("filings:status", args=[portal.received.pk])))


def _typed(draft: Filing) -> Callable[[], dict[str, object]]:
    """Return what the page of the website sends: another name each time, and the version that each saving makes."""
    turns: list[Iterator[int]] = []  # begins with the first call: until then tasks may change the filing

    def data() -> dict[str, object]:
        if not turns:
            turns.append(count(Filing.objects.values_list("version", flat=True).get(pk=draft.pk)))
        version = next(turns[0])
        name = f"示例网站{'甲乙丙丁'[version % 4]}"
        return {"version": version, "name": name, "domain": draft.domain, "services": 8, "languages": 1}

    return data


def queues(portal: MeasuredPortal) -> Iterator[Case]:
    """Yield the pages of both queues; those at a share of the rows begin with a cursor."""
    verifier, decider = portal.browsers["verifier"], portal.browsers["reviewer"]
    yield Case("provider's queue", verifier.get("/provider/?tab=work"), 10.0, 5, 40)
    for share in (50, 90):
        url = f"/provider/?{urlencode({'tab': 'work', 'after': _cursor(portal, share)})}"
        yield Case(f"provider's queue at {share} %", verifier.get(url), 10.0, 5, 40)
    yield Case("provider's queue: filed", verifier.get("/provider/?tab=done"), 10.0, 5, 40)
    brand = {"q": queue_rows.name_of(queue_rows.LOOKED_FOR)[2:5]}
    yield Case("provider's search", verifier.get(f"/provider/?{urlencode(brand)}"))
    yield Case("bureau's queue", decider.get("/bureau/?tab=work"), 10.0, 5, 40)
    received = Filing.objects.filter(bureau=PROVINCE, status=Status.WITH_BUREAU, claimed_by=None)
    for share in (50, 90):
        url = f"/bureau/?{urlencode({'tab': 'work', 'after': _cursor_in(received, 'due_on', share)})}"
        yield Case(f"bureau's queue at {share} %", decider.get(url), 10.0, 5, 40)
    yield Case("bureau's search", decider.get(f"/bureau/?{urlencode(brand)}"))


def _of_desks(portal: MeasuredPortal) -> Iterator[Case]:
    verifier, decider = portal.browsers["verifier"], portal.browsers["reviewer"]
    verify, review = (
        reverse("provider_desk:verify", args=[portal.claimed.pk]),
        reverse("bureau_desk:review", args=[portal.received.pk]),
    )
    yield Case("verification page", verifier.get(verify), 25.0)
    yield Case("review page", decider.get(review), 25.0)
    yield Case("API keys", portal.browsers["host"].get(reverse("api_keys")), 6.0)
    yield Case("announcements: desk", portal.browsers["chief"].get(reverse("bureau_desk:announcements")), 6.0)


def _moves(portal: MeasuredPortal) -> Iterator[Case]:
    """Yield the steps of a filing."""
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
    goals = {"approve": 22 + 2}  # two are the savepoint's
    for name, move in moves.items():
        yield Case(f"move: {name}", undone(move), None, goals.get(name))


def _cursor(portal: MeasuredPortal, share: int) -> str:
    """Return the cursor of the page that begins after this share of the unassigned filings, in per cent."""
    rows = Filing.objects.filter(provider=portal.queues.provider, status=Status.WITH_PROVIDER, paused_until=None)
    return _cursor_in(rows.filter(claimed_by=None), "arrived_at", share)


def _cursor_in(rows: QuerySet[Filing], key: str, share: int) -> str:
    value, pk = rows.order_by(key, "pk").values_list(key, "pk")[rows.count() * share // 100]
    return dumps([str(value), pk], salt=key)
