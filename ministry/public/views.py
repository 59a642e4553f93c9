"""The ministry's public pages: recovery and change of a filing password. The public query is in ``queries``."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from accounts.throttle import address_of, too_often
from ministry.models import RecoveryOutcome
from ministry.passwords import passwords, recoveries
from ministry.public.forms import ChangePasswordForm, RecoveryForm

RECOVERIES_AN_HOUR = 10


@never_cache
def recover_password(request: HttpRequest) -> HttpResponse:
    """Request a new filing password. The response is the same whether the data are right or wrong."""
    form = RecoveryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if too_often("recovery", address_of(request), tries=RECOVERIES_AN_HOUR, seconds=3600):
            form.add_error(
                None, _("Too many attempts from this network address. Try again in an hour, or contact your bureau.")
            )
        else:
            data = form.cleaned_data
            recoveries.ask(data["number"], data["cert_type"], data["cert_number"])
            return redirect("ministry:recovery_asked")
    return render(request, "ministry/recover_password.html", {"form": form})


@require_safe
@never_cache
def recovery_asked(request: HttpRequest) -> HttpResponse:
    """Show what happens next; the same page for right and wrong data."""
    context = {"hours": _hours(settings.RECOVERY_LIFE), "most": recoveries.RECOVERIES_A_DAY}
    return render(request, "ministry/recovery_asked.html", context)


def _hours(span: timedelta) -> int:
    return max(1, round(span / timedelta(hours=1)))


@never_cache
def answer_recovery(request: HttpRequest, token: str) -> HttpResponse:
    """Let a contact on file stop a recovery by the mailed link, and the registered address confirm it.

    GET changes nothing: mail programs follow links.
    """
    found = recoveries.of_token(token)
    if found is None:
        raise Http404
    if request.method == "POST":
        act = recoveries.confirm if request.POST.get("answer") == "confirm" else recoveries.stop
        act(found)
        return redirect("ministry:answer_recovery", token)
    context = {
        "recovery": found.recovery,
        "subject": found.recovery.subject,
        "contact": found.contact,
        "may_confirm": found.may_confirm,
        "is_ordered": found.recovery.outcome == RecoveryOutcome.ORDERED,
        "no_new_one": found.no_new_one,
    }
    return render(request, "ministry/answer_recovery.html", context)


@never_cache
@sensitive_post_parameters()
def change_password(request: HttpRequest) -> HttpResponse:
    """Replace the filing password by a chosen one, given the old one."""
    form = ChangePasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            passwords.change(data["number"], data["old"], data["new"], address=address_of(request), by=request.user.pk)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return redirect("ministry:password_changed")
    return render(request, "ministry/change_password.html", {"form": form})


@require_safe
def password_changed(request: HttpRequest) -> HttpResponse:
    """Show that the change is made and who was notified."""
    return render(request, "ministry/password_changed.html")
