"""The page on which a member of staff chooses how each kind of mail comes."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from desks.forms import PortalForm
from desks.staff.desk import StaffDesk
from filings.mail import staff_mails


class MailChoicesForm(PortalForm):
    """One choice for each kind of mail that the reader gets."""

    def __init__(self, data: Any = None, *, reader: User) -> None:
        super().__init__(data, initial=staff_mails.choices_of(reader))
        for kind in staff_mails.kinds_for(reader.party):
            self.fields[kind.id] = forms.ChoiceField(
                label=str(kind.label),
                help_text=str(kind.hint),
                choices=kind.choices,
                widget=forms.RadioSelect,
                error_messages={"required": gettext_lazy("Choose how you want to get these e-mails.")},
            )


def my_mails(request: HttpRequest, *, desk: StaffDesk) -> HttpResponse:
    """Show and store how the signed-in member of staff gets each kind of mail."""
    reader = User.objects.get(pk=desk.actor_of(request).person_id)
    form = MailChoicesForm(request.POST or None, reader=reader)
    if request.method == "POST" and form.is_valid():
        staff_mails.choose(reader, form.cleaned_data)
        messages.success(request, _("Your choices have been saved. They apply to e-mails from now on."))
        return redirect(desk.url("my_mails"))
    context = {
        "form": form,
        "fixed": staff_mails.fixed_for(reader.party),
        "collected_at": staff_mails.COLLECTED_AT,
        "queue_url": desk.queue_url,
    }
    return render(request, "desk/my_mails.html", context)
