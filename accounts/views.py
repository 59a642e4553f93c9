"""Account pages in addition to those of allauth."""

from typing import cast

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts import addresses, api_keys, languages, quotas
from accounts.forms import ApiKeyForm
from accounts.mail import mask_address
from accounts.models import Language, User


def language(request: HttpRequest, code: str) -> HttpResponse:
    """Choose the language of pages and return to ``next``: by GET for this browser, by POST for the account, too.

    404 for a language that the portal does not have.
    """
    if code not in Language.values:
        raise Http404
    back = request.POST.get("next") or request.GET.get("next") or ""
    is_page = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    response = HttpResponseRedirect(back if is_page else reverse("home"))
    languages.choose(response, code)
    if request.method == "POST" and isinstance(request.user, User):
        languages.remember(request.user, code)
    return response


def put_back(request: HttpRequest, token: str) -> HttpResponse:
    """Undo a change of address by the link mailed to the old one. GET changes nothing: mail programs follow links."""
    change = addresses.of_token(token)
    if change is None:
        raise Http404
    taken = False
    if request.method == "POST":
        try:
            addresses.put_back(change.pk)
        except addresses.Taken:
            taken = True
        else:
            messages.success(
                request, _("Your address has been restored and everybody has been signed out. Set a new password now.")
            )
            return redirect("account_reset_password")
    return render(
        request, "accounts/put_back.html", {"change": change, "new": mask_address(change.new), "taken": taken}
    )


@login_required
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]  # allauth has no types
def list_api_keys(request: HttpRequest) -> HttpResponse:
    """Show the user's API keys and today's use, and create one: the only response that has the key itself."""
    user, form, made = cast(User, request.user), ApiKeyForm(request.POST or None), None
    if form.is_valid():
        try:
            made, form = api_keys.make(user, form.cleaned_data["name"]), ApiKeyForm()
        except ValidationError as refusal:
            form.add_error("name", refusal)
    context = {
        "keys": user.api_keys.filter(ended_at=None).order_by("pk"),
        "most": api_keys.MOST,
        "quota": quotas.of_today(user),
        "form": form,
        "made": made,
    }
    return render(request, "accounts/api_keys.html", context)


@login_required
def end_api_key(request: HttpRequest, key_id: int) -> HttpResponse:
    """Ask whether to end one of the user's API keys, and end it by POST. 404 for another's and for an ended one."""
    user = cast(User, request.user)
    if request.method == "POST":
        if (ended := api_keys.end(user, key_id)) is None:
            raise Http404
        messages.success(request, _("The API key “%(name)s” has been ended.") % {"name": ended.name})
        return redirect("api_keys")
    key = get_object_or_404(user.api_keys.filter(ended_at=None), pk=key_id)
    return render(request, "accounts/end_api_key.html", {"key": key})
