"""The provider's staff: list, roles, suspension, invitations and their acceptance."""

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.utils import perform_login
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from desks.paging import page
from desks.refusals import refusals_at
from filings.actors import Actor
from filings.errors import MoveRefused
from providers.access import for_role
from providers.models import Invitation, Staff, StaffRole
from providers.organisation import invitations, people
from providers.organisation.forms import InviteForm, JoinForm, RoleForm
from providers.organisation.invitations import LinkHolder
from providers.views.organisation import administers, tabs

logger = logging.getLogger(__name__)

# What each role may do, shown beside its name.
MAY = {
    StaffRole.VERIFIER: gettext_lazy("accepts filings, verifies hosts, sends filings to the bureau"),
    StaffRole.SUPERVISOR: gettext_lazy("also assigns and takes over colleagues' filings and sees the staff"),
    StaffRole.ADMINISTRATOR: gettext_lazy("also manages pages, staff, addresses and announcements"),
}


def _own_staff(actor: Actor) -> QuerySet[Staff]:
    has_second_step = Exists(Authenticator.objects.filter(user=OuterRef("user_id")))
    rows = Staff.objects.filter(provider_id=actor.employer_id).select_related("user")
    return rows.annotate(has_second_step=has_second_step)


@require_safe
@for_role(StaffRole.SUPERVISOR)
def staff(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the staff and the open invitations."""
    invited = Invitation.objects.open().filter(provider_id=actor.employer_id).order_by("-pk")
    context = {
        "page": page(_own_staff(actor), "id", request.GET),
        "invited": invited[: invitations.MOST_A_DAY] if not request.GET.get("after") else (),
        "tabs": tabs(actor, "staff"),
        "administers": administers(actor),
        "roles": [(role.label, says) for role, says in MAY.items()],
    }
    return render(request, "providers/organisation/staff.html", context)


@for_role(StaffRole.ADMINISTRATOR)
def member(request: HttpRequest, actor: Actor, member_id: int) -> HttpResponse:
    """Show a member of staff: change the role, suspend, reinstate."""
    found = get_object_or_404(_own_staff(actor), pk=member_id)
    form = RoleForm(request.POST if "change_role" in request.POST else None, initial={"role": found.role})
    refusal = ""
    if request.method == "POST":
        try:
            if done := _decide(request, actor, found, form):
                messages.success(request, done)
                return redirect("provider_desk:staff")
        except MoveRefused as refused:
            refusal = str(refused)
    context = {
        "member": found,
        "form": form,
        "refusal": refusal,
        "is_self": found.user_id == actor.user_id,
        "roles": [(role.label, says) for role, says in MAY.items()],
    }
    return render(request, "providers/organisation/member.html", context)


def _decide(request: HttpRequest, actor: Actor, found: Staff, form: RoleForm) -> str:
    """Perform the pressed button's action; return the success message, or nothing to stay on the page."""
    name = {"name": found.user}
    if "suspend" in request.POST:
        count = people.suspend(actor, found.pk)
        return (_("%(name)s has been suspended and signed out.") % name) + _put_back(count)
    if "reinstate" in request.POST:
        people.reinstate(actor, found.pk)
        return _("%(name)s has been reinstated.") % name
    if "change_role" in request.POST and form.is_valid():
        changed = people.change_role(actor, found.pk, form.cleaned_data["role"])
        return _("%(name)s now has the role %(role)s.") % {"name": found.user, "role": changed.get_role_display()}
    return ""


def _put_back(count: int) -> str:
    if not count:
        return ""
    words = ngettext("%(count)d filing was released.", "%(count)d filings were released.", count) % {"count": count}
    return f" {words}"


@for_role(StaffRole.ADMINISTRATOR)
def invite(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Invite somebody by e-mail."""
    form = InviteForm(request.POST or None, initial={"role": StaffRole.VERIFIER})
    if request.method == "POST" and form.is_valid():
        with refusals_at(form, "email"):
            _invite(request, actor, form.cleaned_data["email"], form.cleaned_data["role"])
            return redirect("provider_desk:staff")
    context = {"form": form, "roles": [(role.label, says) for role, says in MAY.items()]}
    return render(request, "providers/organisation/invite.html", context)


def _invite(request: HttpRequest, actor: Actor, email: str, role: StaffRole) -> None:
    made, token = invitations.invite(actor, email, role)
    try:
        invitations.send(made, token, reverse("directory:join", args=[token]))
    except (OSError, SMTPException):
        logger.exception("the mail of invitation %s could not be sent", made.pk)
        messages.error(request, _("The e-mail could not be sent. Wait a minute, then send it again."))
    else:
        messages.success(request, _("Invited. The link was sent to %(email)s.") % {"email": email})


@require_POST
@for_role(StaffRole.ADMINISTRATOR)
def invitation(request: HttpRequest, actor: Actor, invitation_id: int) -> HttpResponse:
    """Send an open invitation again with a new link, or revoke it."""
    rows = Invitation.objects.open().filter(provider_id=actor.employer_id)
    found = get_object_or_404(rows, pk=invitation_id)
    try:
        if "again" in request.POST:
            _invite(request, actor, found.email, StaffRole(found.role))
        else:
            invitations.revoke(actor, found.pk)
            messages.success(request, _("The invitation has been withdrawn; its link no longer works."))
    except Invitation.DoesNotExist:
        raise Http404 from None
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("provider_desk:staff")


# --- Accepting an invitation ------------------------------------------------------------------------------


def join(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation: with a new account, or with the one that holds the address."""
    found = invitations.of_token(token)
    if found is None:
        return render(request, "providers/join_ended.html", status=404)
    holder = invitations.holder_of(found.email)
    user = request.user if isinstance(request.user, User) else None
    form = JoinForm(request.POST or None, email=found.email)
    refusal = ""
    if request.method == "POST":
        try:
            if holder == LinkHolder.FREE and user:
                invitations.accept(token, user)
                return redirect("provider_desk:index")
            if holder == LinkHolder.NOBODY and not user and form.is_valid():
                made = invitations.accept_as_new(token, form.cleaned_data["name"], form.cleaned_data["password1"])
                return _signed_in(request, made)
        except MoveRefused as refused:
            refusal = str(refused)
    context: dict[str, Any] = {
        "invitation": found,
        "is_taken": holder == LinkHolder.TAKEN,
        "has_account": holder == LinkHolder.FREE,
        "form": form,
        "refusal": refusal,
        "stranger": user and user.email != found.email,
    }
    return render(request, "providers/join.html", context)


def _signed_in(request: HttpRequest, user: User) -> HttpResponse:
    """Sign the user in and redirect to the desk, which asks for two-step verification first."""
    answer: HttpResponse = perform_login(request, user, redirect_url=reverse("provider_desk:index"))
    return answer
