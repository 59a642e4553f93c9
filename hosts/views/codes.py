"""Pages on which responsible persons, without an account, prove a filing with a verification code."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from accounts.throttle import address_of
from desks.refusals import refusals_at
from filings.verification import one_time_codes
from hosts.code_forms import CodeForm, SendCodeForm


@never_cache
@sensitive_post_parameters()
def enter(request: HttpRequest) -> HttpResponse:
    """Check code, mobile and end of the certificate number. The error does not tell which of them is wrong."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            one_time_codes.prove(**form.cleaned_data, address=address_of(request))
            return redirect("codes_done")
    return render(request, "filings/codes.html", {"form": form})


@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """Show that the code was accepted, and what happens next."""
    return render(request, "filings/codes_done.html")


@never_cache
@sensitive_post_parameters()
def again(request: HttpRequest) -> HttpResponse:
    """Send the code again. The response is the same whether or not there is anything to prove."""
    form = SendCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            one_time_codes.send_again(**form.cleaned_data, address=address_of(request))
            return redirect("codes_sent")
    return render(request, "filings/codes_again.html", {"form": form})


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Show where to look for the code."""
    return render(request, "filings/codes_sent.html")
