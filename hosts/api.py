"""JSON API for site hosts: list the findings of a filing; save a page of the form while it is filled in.

Hosts only, by the session of the portal, under the same rules as the pages. Every response is JSON, every error a
problem (``hosts.problems``). Texts are marked here in English and shown in the reader's language.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from http import HTTPStatus
from typing import Annotated, Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext, gettext_noop
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_GET
from ninja import NinjaAPI, Path
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.security import APIKeyCookie
from ninja.utils import check_csrf

from desks import section as section_page
from desks.access import acting_host, filing_for
from desks.form_urls import field_url
from desks.progress import timelines
from desks.section_form import FormState, OpenForm, SectionForm
from filings import fields, services, states
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.fields import display
from filings.fields.findings import Finding, Severity
from filings.models import Filing
from filings.rules import checks
from hosts import batch_api, changes_api, records_api, webhook_messages
from hosts.answers import ConflictAnswer, FindingsAnswer, InvalidAnswer, ProblemAnswer, ReceiptsAnswer, SavedAnswer
from hosts.problems import BY_STATUS, MEDIA_TYPE, PROBLEMS, Refused, respond, wrong_value
from ministry import versions
from ministry.rules.rules import RuleBook

LARGEST_ID = 2**63 - 1
DOCUMENT_STAYS = 3600  # seconds in a cache; our own choice: it changes with a release only

# --- Authentication and schema --------------------------------------------------------------------


class HostRequest(HttpRequest):
    """A request authenticated by ``HostSession``."""

    auth: Actor


class HostSession(APIKeyCookie):
    """Authenticate hosts as the pages do: by the session, with a CSRF token when writing."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Actor | None:
        if not request.user.is_authenticated:
            return None
        if check_csrf(request):
            raise Refused("csrf")
        return acting_host(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        """Raise NotImplementedError; it is never called, because ``__call__`` relies on the session middleware."""
        raise NotImplementedError


def _kept(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the OpenAPI document an ETag, let caches keep it, and refuse POST."""
    kept: Callable[..., HttpResponse] = conditional_page(cache_control(max_age=DOCUMENT_STAYS)(require_GET(view)))
    return kept


class PortalAPI(NinjaAPI):
    """An API whose OpenAPI document is in the reader's language."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._documents: dict[str | None, OpenAPISchema] = {}  # by language

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Return the OpenAPI document, made once per language and process; don't change it."""
        language = get_language()
        if language not in self._documents:
            self._documents[language] = self._document(**options)
        return self._documents[language]

    def _document(self, **options: Any) -> OpenAPISchema:
        """Return the document without the English titles and phrases that the libraries generate."""
        document = super().get_openapi_schema(**options)
        del document["servers"]
        for operation in (operation for path in document["paths"].values() for operation in path.values()):
            for status, response in operation["responses"].items():
                _describe(status, response)
        webhook_messages.add_to(document)
        title = document["info"]["title"]
        document.update(_in_readers_language(dict(document)))
        document["info"]["title"] = gettext(title)
        return document


def _describe(status: int, response: dict[str, Any]) -> None:
    """Describe a response that no operation describes, and give that of a problem its media type."""
    is_described = response["description"] != HTTPStatus(status).phrase
    if not is_described:
        code = BY_STATUS.get(HTTPStatus(status))
        response["description"] = PROBLEMS[code].title if code else gettext_noop("Done.")
    if status not in BY_STATUS:
        return
    (content,) = response["content"].values()
    response["content"] = {MEDIA_TYPE: content}


def _in_readers_language(node: Any) -> Any:
    if isinstance(node, dict):
        return {
            name: gettext(value) if name in ("summary", "description") and value else _in_readers_language(value)
            for name, value in node.items()
            if not (name == "title" and isinstance(value, str))
        }
    return [_in_readers_language(item) for item in node] if isinstance(node, list) else node


api = PortalAPI(
    title=gettext_noop("Programming interface of the ICP filing portal"),
    version="1",
    description=gettext_noop(
        "The public register for everybody; filings for their hosts, with the session of the portal. Errors are "
        "problem details (RFC 9457)."
    ),
    urls_namespace="api",
    docs_url=None,
    docs_decorator=_kept,
    auth=HostSession(),
)


# Before the records: “batch” is no number.
api.add_router("/v1", batch_api.router)
api.add_router("/v1", records_api.router)
api.add_router("/v1", changes_api.router)


@api.exception_handler(Refused)
def _refused(_request: HttpRequest, refused: Refused) -> HttpResponse:
    return refused.response()


@api.exception_handler(Http404)
def _not_found(_request: HttpRequest, _error: Http404) -> HttpResponse:
    return respond("not_found")


@api.exception_handler(HttpError)
def _failed(_request: HttpRequest, error: HttpError) -> HttpResponse:
    """Return the response to an error of the library: a request without a session, or a body that isn't JSON."""
    return respond(BY_STATUS[HTTPStatus(error.status_code)])


@api.exception_handler(ValidationError)
def _invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    return respond("invalid", values=[wrong_value(one) for one in error.errors])


# --- The operations -------------------------------------------------------------------------------

FilingId = Annotated[
    int, Path(ge=1, le=LARGEST_ID, description=gettext_noop("Number of the filing, as in the addresses of its pages"))
]
PageId = Annotated[
    str, Path(description=gettext_noop("Page of the form, as in its address"), examples=["subject", "website"])
]
TYPED_PAGE: dict[str, Any] = {
    "parameters": [
        {
            "in": "header",
            "name": "X-CSRFToken",
            "required": True,
            "schema": {"type": "string"},
            "description": gettext_noop("The token of a form of the portal (csrfmiddlewaretoken)"),
        }
    ],
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "description": gettext_noop(
                        "All fields of the page by name (the last part of the path) and the version they were read at. "
                        "A field that is not sent is saved as empty. Dates are like 2036-05-31; cert_until, the end of "
                        "a certificate's validity, is a date or long_term."
                    ),
                    "required": ["version"],
                    "properties": {
                        "version": {
                            "type": "integer",
                            "description": gettext_noop("Version of the filing that was read"),
                        },
                        "seen": {
                            "type": "string",
                            "description": gettext_noop(
                                "What the page has shown, as returned by the last call. With it, only fields that both "
                                "sides have changed are a conflict; without it, every other version is."
                            ),
                        },
                    },
                    "additionalProperties": {
                        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
                    },
                }
            }
        },
    },
}


@api.get(
    "/filings/{filing_id}/findings",
    response={
        HTTPStatus.OK: FindingsAnswer,
        HTTPStatus.UNAUTHORIZED: ProblemAnswer,
        HTTPStatus.NOT_FOUND: ProblemAnswer,
        HTTPStatus.UNPROCESSABLE_ENTITY: InvalidAnswer,
    },
    operation_id="findings",
    url_name="findings",
    summary=gettext_noop("All findings about a filing"),
    description=gettext_noop("The same findings as on the page “check and submit”."),
)
def findings(request: HostRequest, filing_id: FilingId) -> dict[str, Any]:
    """Return ``checks.findings``. At most eight queries, including those for the user."""
    filing = filing_for(request.auth, filing_id)
    found = checks.findings(filing)
    return {
        "version": filing.version,
        "checked_at": timezone.localtime(),
        "ready": all(finding.severity != Severity.BLOCKS for finding in found),
        "findings": list(_answers(filing, request.auth, found)),
    }


@api.get(
    "/filings/{filing_id}/receipts",
    response={
        HTTPStatus.OK: ReceiptsAnswer,
        HTTPStatus.UNAUTHORIZED: ProblemAnswer,
        HTTPStatus.NOT_FOUND: ProblemAnswer,
        HTTPStatus.UNPROCESSABLE_ENTITY: InvalidAnswer,
    },
    operation_id="receipts",
    url_name="receipts",
    summary=gettext_noop("The receipts of a filing"),
    description=gettext_noop("One for each time the filing was handed over, with time, from whom and to whom."),
)
def receipts_of(request: HostRequest, filing_id: FilingId) -> dict[str, Any]:
    """Return ``receipts.of``. Three queries and those for the user."""
    told = timelines.context(filing_for(request.auth, filing_id), request.auth)["receipts"]
    return {"receipts": [{**asdict(one), "giver": str(one.giver), "taker": str(one.taker)} for one in told]}


@api.post(
    "/filings/{filing_id}/sections/{section_id}",
    response={
        HTTPStatus.OK: SavedAnswer,
        HTTPStatus.BAD_REQUEST: ProblemAnswer,
        HTTPStatus.UNAUTHORIZED: ProblemAnswer,
        HTTPStatus.FORBIDDEN: ProblemAnswer,
        HTTPStatus.NOT_FOUND: ProblemAnswer,
        HTTPStatus.CONFLICT: ConflictAnswer,
        HTTPStatus.UNPROCESSABLE_ENTITY: InvalidAnswer,
    },
    operation_id="save_page",
    url_name="save_page",
    summary=gettext_noop("Save a page of the form while it is filled in"),
    description=gettext_noop(
        "Wrong values are saved and returned as findings. Values that are too long or not in the list "
        "are returned as findings and not saved; the others are."
    ),
    openapi_extra=TYPED_PAGE,
)
def save_page(request: HostRequest, filing_id: FilingId, section_id: PageId) -> dict[str, Any]:
    """Save what was typed, with the form and the service of the page."""
    return _save(request, request.auth, filing_id, section_id)


def save_page_for(request: HttpRequest, filing_id: int, section_id: str, stand_in: Actor) -> HttpResponse:
    """Return the response of ``save_page`` to staff who file on behalf of the host."""
    try:
        if check_csrf(request):
            raise Refused("csrf")
        saved = _save(request, stand_in, filing_id, section_id)
    except (Refused, Http404) as problem_met:
        return api.on_exception(request, problem_met)
    return api.create_response(request, SavedAnswer(**saved).model_dump(mode="json"), status=HTTPStatus.OK)


def _save(request: HttpRequest, actor: Actor, filing_id: int, section_id: str) -> dict[str, Any]:
    try:
        with services.filling_in(filing_id, actor) as filing:
            form, state = _page_saved(request, actor, filing, section_id)
    except Filing.DoesNotExist as missing:
        raise Http404 from missing
    return {
        "version": filing.version,
        "seen": str(form.cleaned_data["seen"] or ""),
        "saved_at": timezone.localtime(filing.touched_at),
        "findings": list(_answers(filing, actor, _found_here(filing, form, state.book))),
    }


def _page_saved(request: HttpRequest, actor: Actor, filing: Filing, section_id: str) -> tuple[SectionForm, FormState]:
    """Save what was typed into a page of the locked filing; return the form with its state."""
    if (section := section_page.section_of_id(filing, section_id)) is None:
        raise Http404
    form = SectionForm(section, state := FormState(filing), request.POST)
    if versions.seen(request.POST) == versions.NO_VERSION:
        raise Refused("invalid", values=[{"name": "version", "detail": gettext("Enter a whole number.")}])
    if section.id != fields.BASICS.id and not (filing.get("subject.nature") and filing.get("subject.province")):
        raise Refused("basics_first", version=filing.version, seen="", saved=[])
    if closed := " ".join(map(str, form.non_field_errors())):
        raise Refused("closed", detail=closed, version=filing.version, seen="", saved=[])
    typed = form.cleaned_data
    try:
        services.save_typed(
            filing,
            actor,
            form.values(),
            version=typed["version"],
            seen=typed["seen"],
            open_now=state.opening,
        )
    except MoveRefused as refusal:
        raise lost(filing, actor, form, refusal) from refusal
    return form, state


def _is_open(filing: Filing, actor: Actor) -> bool:
    return filing.status in states.EDITABLE and filing.holder == actor.role


def _found_here(filing: Filing, form: SectionForm, known: RuleBook) -> Iterator[Finding]:
    """Yield the page's findings; for a value that could not be saved, only its form error."""
    section = form.section
    found = checks.findings_of_page(filing, section.id, known)
    for field in section.fields:
        path = section.path(field)
        if errors := form.errors.get(field.name):
            yield Finding(field.fault_in(filing.facts, section.prefix), path, " ".join(map(str, errors)), "")
        else:
            yield from (finding for finding in found if finding.path == path)


def lost(filing: Filing, actor: Actor, form: OpenForm, refusal: MoveRefused) -> Refused:
    """Return the conflict: the filing was changed meanwhile, or can't be edited any more."""
    filing.refresh_from_db()
    is_open, typed = _is_open(filing, actor), form.values()
    saved = [
        {
            "path": path,
            "label": display.label(path, filing.facts),
            "value": value,
            "typed": display.words(path, typed[path], full=True),
            "url": field_url(actor, filing, path) if is_open else "",
        }
        for path, value in section_page.saved_meanwhile(form, filing, refusal).items()
    ]
    if seen := form.cleaned_data["seen"]:
        seen.renew(filing.facts, [one["path"] for one in saved])
    code = "changed" if is_open else "closed"
    return Refused(code, detail=str(refusal), version=filing.version, seen=str(seen or ""), saved=saved)


def _answers(filing: Filing, actor: Actor, found: Iterator[Finding] | list[Finding]) -> Iterator[dict[str, Any]]:
    is_open = _is_open(filing, actor)
    for finding in found:
        yield {
            "code": finding.code,
            "path": finding.path,
            "label": display.label(finding.path, filing.facts),
            "severity": finding.severity,
            "message": finding.message,
            "fix": finding.fix,
            "source": finding.source,
            "url": field_url(actor, filing, finding.path) if is_open else "",
        }
