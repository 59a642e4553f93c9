"""The page of a single action on a filing, the same on both desks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from filings.errors import MoveRefused
from filings.models import Filing


@dataclass(frozen=True, slots=True)
class DeskAction:
    """The texts of an action's page, and where it leads when done: the filing's page, or else the queue."""

    title: str
    lead: str
    button: str
    to_filing: bool = False


def page(
    request: HttpRequest,
    filing: Filing,
    form: Form,
    do: Callable[[Any], str],
    act: DeskAction,
    *,
    queue: str,
    review: str,
) -> HttpResponse:
    """Show the form, or do the action; a refusal keeps what was typed. ``queue`` and ``review`` are URL names."""
    if request.method == "POST" and (form.is_valid() or not form.fields):
        try:
            messages.success(request, do(form))
        except MoveRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(review, filing.pk) if act.to_filing else redirect(queue)
    context = {
        "filing": filing,
        "form": form,
        "act": act,
        "queue_url": reverse(queue),
        "filing_url": reverse(review, args=[filing.pk]),
    }
    return render(request, "desk/act.html", context)
