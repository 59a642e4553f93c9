"""Starting a filing: the host enters certificate and domain, the portal determines the kind of filing."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import throttle
from accounts.throttle import address_of
from desks.access import as_host
from desks.refusals import refusals_above, refusals_at
from desks.section_form import VersionForm
from filings import facts, services
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.kinds import KINDS, About, Kind, Law
from filings.models import Entrance, Filing
from filings.rules import asked_certificates, external_bureaus, ownership, required_codes
from filings.services import detection, starting
from filings.services.detection import KindFound, RecordTarget
from filings.services.starting import PasswordProof
from filings.states import UNDER_WAY, WITH_HOST
from hosts.begin_forms import AdoptForm, BeginForm, LookUpForm, ProveForm
from ministry.models import Access, Subject, Website
from ministry.passwords import elsewhere
from ministry.reference import code_tables
from ministry.reference.topics import Topic
from ministry.rules.official import official
from ministry.rules.rules import rules_on
from records import adoptions

LOOK_UPS_A_MINUTE = 20


@as_host
def begin(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the start page; with ``kind``, the form of a filing of that kind. POST starts the draft."""
    if actor.is_on_behalf:
        raise Http404
    if not request.GET.get("kind"):
        return _start_page(request, LookUpForm(_listed(), initial={"provider": request.GET.get("provider")}))
    law = KINDS.get(request.GET["kind"])
    if law is None or law.is_first or law.about == About.OFFERED:
        raise Http404
    target = _target(request)
    subject = get_object_or_404(ownership.ever_of_host(actor.person_id), pk=target.subject_id)
    _refuse_strangers_rows(law, target, subject)
    about = _about(law, target, subject, request.GET.get("service", ""))
    try:
        added = _chosen(request.GET.get("service", "")) if law.adds_website else code_tables.WEBSITE
        external_bureaus.refuse(law.kind, subject.province, added)
        form = _begin_form(request, actor, law, target)
    except MoveRefused as refusal:  # it has ended, or the bureau can't receive it
        return render(request, "filings/begin_kind.html", about | {"refusal": refusal})
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            filing = starting.begin(
                actor,
                law.kind,
                target,
                provider_id=form.cleaned_data["provider"].pk,
                entrance=Entrance.PROVIDER,
                proof=PasswordProof(form.cleaned_data.get("password", ""), address_of(request)),
                moves_from_id=getattr(form.cleaned_data.get("moves_from"), "pk", None),
            )
            _choose(filing, actor, request.GET.get("service", ""))
            return redirect("filings:resume", filing.pk)
    return render(request, "filings/begin_kind.html", about | {"form": form})


def _begin_form(request: HttpRequest, actor: Actor, law: Law, target: RecordTarget) -> BeginForm:
    """Return the form of a filing about a record: provider, access to replace, filing password if required.

    Raises MoveRefused if what the filing would be about has ended.
    """
    usual = request.GET.get("provider") or ownership.usual_provider(target.subject_id)
    return BeginForm(
        law,
        ownership.providers(law, target.subject_id, target.website_id, target.access_id),
        Access.objects.filter(website=target.website_id, live=True).select_related("provider"),
        with_password=starting.asks_password(actor, law.kind, target),
        data=request.POST or None,
        initial={"provider": usual},
    )


def _choose(filing: Filing, actor: Actor, service: str) -> None:
    """Store the service type chosen on the start page, unless something was typed in the draft."""
    chosen = _chosen(service)
    if not filing.law.adds_website or not starting.is_untouched(filing) or facts.service(filing.facts) == chosen:
        return
    values = {"websites.0.service": "" if chosen == code_tables.WEBSITE else chosen}
    with suppress(MoveRefused):  # the other request of a double click was first
        services.save_facts(filing.pk, actor, values, version=filing.version)


def _chosen(service: str) -> int:
    """Return the service type with this id; that of a website if there is none."""
    return next((row.id for row in code_tables.SERVICE_TYPES if str(row.id) == service), code_tables.WEBSITE)


def _refuse_strangers_rows(law: Law, target: RecordTarget, subject: Subject) -> None:
    """Raise Http404 unless the website or access the kind is about is the subject's own, in force or not."""
    if law.about in (About.WEBSITE, About.ACCESS):
        get_object_or_404(Website, pk=target.website_id or 0, subject=subject)
    if law.about == About.ACCESS:
        get_object_or_404(Access, pk=target.access_id or 0, website=target.website_id)


def _about(law: Law, target: RecordTarget, subject: Subject, service: str) -> dict[str, Any]:
    """Return the context about the record; ``service``: the service type to be added to it."""
    website = Website.objects.filter(pk=target.website_id or 0, subject=subject).select_related("subject").first()
    voided = subject.websites.filter(live=True).select_related("subject").order_by("sequence")
    services = [website.service] if website else [_chosen(service)] if law.adds_website else []
    return {
        "law": law,
        "title": law.named(services),
        "effect": law.effect_on(services),
        "password_checker": elsewhere.checker_of(subject) if law.proof else "",
        "subject": subject,
        "website": website,
        "voided": voided if law.removes == About.SUBJECT else (),
        "together": _together(law, subject, [website] if website else voided),
    }


def _together(law: Law, subject: Subject, websites: Iterable[Website]) -> dict[str, Any] | None:
    """Return the province's rule that asks for such a change of host and website in one filing, and the websites.

    One query for a change of host or website; none for other kinds.
    """
    if not law.together:
        return None
    individual = subject.nature == code_tables.PERSON
    book = rules_on(subject.province, timezone.localdate())
    rule = book.one(Topic.ONE_CHANGE, individual=individual, nature=subject.nature)
    if rule is None or rule.demand not in law.together:
        return None
    return {"advice": rule.advice, "source": official(rule.source), "websites": websites}


def _target(request: HttpRequest) -> RecordTarget:
    def key(name: str) -> int | None:
        text = request.GET.get(name, "")
        return int(text) if text.isdecimal() and len(text) < 19 else None

    return RecordTarget(key("subject") or 0, key("website"), key("access"))


def _listed() -> Any:
    return ownership.providers(KINDS[Kind.NEW_FILING])


def _start_page(request: HttpRequest, form: LookUpForm, found: dict[str, Any] | None = None) -> HttpResponse:
    return render(request, "filings/begin.html", {"form": form, "found": found})


@as_host
def look_up(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show which kind of filing it is and which record was found; ``go`` starts a first filing with what was typed.

    GET, as after signing in again, leads to the empty form.
    """
    if actor.is_on_behalf:
        raise Http404
    if request.method != "POST":
        return redirect("filings:begin")
    if wait := throttle.seconds_to_wait("begin", str(actor.person_id), tries=LOOK_UPS_A_MINUTE, seconds=60):
        return throttle.refusal(request, wait)
    form = LookUpForm(_listed(), request.POST)
    if not form.is_valid():
        return _start_page(request, form)
    typed = form.cleaned_data
    with refusals_at(form, "cert_number"):
        asked_certificates.refuse_many(actor, typed["cert_number"])
    if not form.is_valid():
        return _start_page(request, form)
    found = detection.find(
        actor,
        cert_type=typed["cert_type"],
        cert_number=typed["cert_number"],
        domain=typed["domain"],
        provider_id=typed["provider"].pk,
    )
    if "go" in request.POST and found.kind == Kind.NEW_FILING:
        return _first_filing(actor, typed)
    return _start_page(request, form, _words(found, typed["provider"]) | {"service": typed["service"]})


def _first_filing(actor: Actor, typed: dict[str, Any]) -> HttpResponse:
    filing = services.start(actor, provider_id=typed["provider"].pk, entrance=Entrance.PROVIDER)
    values = {
        "subject.nature": code_tables.nature_of(typed["cert_type"]),
        "subject.cert_type": typed["cert_type"],
        "subject.cert_number": typed["cert_number"],
        **({"websites.0.service": typed["service"]} if typed["service"] else {"websites.0.domain": typed["domain"]}),
    }
    services.save_facts(filing.pk, actor, values, version=filing.version)
    return redirect("filings:section", filing.pk, "basics")


def _words(found: KindFound, provider: Any) -> dict[str, Any]:
    """Return the context about what was found."""
    shown = found.target if found.own or found.offer else None
    website = Website.objects.select_related("subject").filter(pk=(shown and shown.website_id) or 0).first()
    subject = Subject.objects.filter(pk=(shown and shown.subject_id) or 0).first()
    template = f"filings/found/{found.kind or found.code}.html"
    return {"found": found, "template": template, "subject": subject, "website": website, "provider": provider}


@as_host
def adopt(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take a record that was made elsewhere into this account, with its number and filing password."""
    if actor.is_on_behalf:
        raise Http404
    form = AdoptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        with refusals_at(form):
            subject = adoptions.adopt(actor, typed["number"], typed["password"], address=address_of(request))
            messages.success(request, _("The record has been added to your account."))
            return redirect("records:subject", subject.pk)
    return render(request, "filings/adopt.html", {"form": form})


@as_host
def prove(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Prove with the filing password a filing begun while verification codes were required, and no longer are."""
    rows = Filing.objects.visible_to(actor).select_related("about_subject", "provider")
    filing = get_object_or_404(rows, pk=filing_id)
    if filing.status not in UNDER_WAY or not required_codes.lacks_proof(filing):
        return redirect("filings:status", filing.pk)
    form = ProveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        proof = PasswordProof(form.cleaned_data["password"], address_of(request))
        with refusals_at(form):
            starting.prove(filing.pk, actor, proof, version=None)
            messages.success(request, _("The filing password is correct; this filing is confirmed."))
            return redirect("filings:resume", filing.pk)
    return render(request, "filings/prove.html", {"filing": filing, "form": form})


@require_POST
@as_host
def become(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Change the draft of a first filing to the kind that its certificate and domain call for."""
    filing = get_object_or_404(Filing.objects.visible_to(actor), pk=filing_id)
    form = VersionForm(request.POST)
    if form.is_valid():
        with refusals_above(request):
            starting.become(filing.pk, actor, version=form.cleaned_data["version"])
            messages.success(request, _("What you typed has been kept; data from the register have been filled in."))
    return redirect("filings:overview" if filing.status in WITH_HOST else "filings:status", filing.pk)
