"""Notify other providers of changes to records they serve, and store their receipts."""

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from filings.actors import Actor
from filings.errors import MoveRefused
from filings.mail import notices
from filings.models import Filing, ProviderNotice
from ministry.models import Access

if TYPE_CHECKING:
    from providers.models import Provider


def concerned(filing: Filing, on: date) -> "list[Provider]":
    """Return the other providers that serve the filing's record, or served it until ``on``. One query."""
    if filing.about_website_id:
        rows = Access.objects.filter(website=filing.about_website_id)
    else:
        rows = Access.objects.filter(website__subject=filing.about_subject_id)
    touched = rows.filter(live=True) | rows.filter(cancelled_on=on)
    found = touched.exclude(provider=filing.provider_id).select_related("provider").order_by("provider_id")
    return list({access.provider_id: access.provider for access in found}.values())


def tell_others(filing: Filing, on: date) -> None:
    """Notify each other provider that serves the approved filing's record, or served it until ``on``."""
    providers = concerned(filing, on)
    ProviderNotice.objects.bulk_create(ProviderNotice(filing=filing, provider=provider) for provider in providers)
    notices.tell_providers(filing, [provider.contact_email for provider in providers])


def give_receipt(notice_id: int, actor: Actor) -> None:
    """Store the receipt of the actor's provider; raise ProviderNotice.DoesNotExist for another provider's notice."""
    with transaction.atomic():
        notice = ProviderNotice.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).get(pk=notice_id)
        if notice.receipt_at is not None:
            raise MoveRefused(_("%(name)s has already submitted the receipt.") % {"name": notice.receipt_by})
        notice.receipt_at, notice.receipt_by = timezone.now(), actor.name
        notice.save(update_fields=["receipt_at", "receipt_by"])
