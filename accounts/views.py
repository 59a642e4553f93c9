"""Account pages in addition to those of allauth."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts import addresses
from accounts.mail import mask_address


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
