"""The provider's desk at /provider/: its site and its URLs."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desks import Address, DeskSite
from accounts.models import Party
from desks.staff import sheets
from desks.staff.addresses import shared
from providers import access
from providers.models import Staff
from providers.staff_desk import DESK
from providers.views import (
    acts,
    after_bureau,
    announcements,
    appointments,
    cancellation_cases,
    confirmations,
    figures,
    imports,
    notices,
    onbehalf,
    orders,
    organisation,
    people,
    places,
    pool,
    questions,
    queue,
    spot_checks,
    verify,
    webhooks,
)

# Route, view, URL name. Each is behind the site's permission check (``DeskSite.get_urls``).
ADDRESSES: tuple[Address, ...] = (
    *shared(DESK),
    ("", queue.queue, "index"),
    ("filings/<int:filing_id>/", verify.verify, "verify"),
    ("filings/<int:filing_id>/mails/", after_bureau.mails, "mails"),
    ("filings/<int:filing_id>/password/", after_bureau.password, "password"),
    ("filings/<int:filing_id>/codes/", after_bureau.resend_codes, "resend_codes"),
    ("filings/<int:filing_id>/ask-again/", after_bureau.ask_again, "ask_again"),
    ("filings/<int:filing_id>/answer/", questions.answer, "answer"),
    ("filings/<int:filing_id>/ask-host/", questions.ask_host, "ask_host"),
    ("filings/<int:filing_id>/host-answers/<int:reply_id>/<int:page_id>/", questions.host_page, "host_answer_page"),
    ("filings/<int:filing_id>/hold/", acts.pause, "pause"),
    ("filings/<int:filing_id>/close/", acts.close, "close"),
    ("filings/<int:filing_id>/amend/<slug:section_id>/", verify.amend, "amend"),
    ("organisation/", organisation.overview, "organisation"),
    ("organisation/edit/", organisation.edit, "organisation_edit"),
    ("organisation/staff/", people.staff, "staff"),
    ("organisation/staff/invite/", people.invite, "invite"),
    ("organisation/staff/<int:member_id>/", people.member, "member"),
    ("organisation/staff/invitations/<int:invitation_id>/", people.invitation, "invitation"),
    ("organisation/addresses/", pool.pool, "pool"),
    ("organisation/addresses/add/", pool.add, "pool_add"),
    ("organisation/addresses/<int:range_id>/remove/", pool.remove, "pool_remove"),
    ("organisation/announcements/", announcements.listed, "announcements"),
    ("organisation/announcements/new/", announcements.new, "announcement_new"),
    ("organisation/announcements/<int:announcement_id>/", announcements.edit, "announcement"),
    ("organisation/places/", places.listed, "places"),
    ("organisation/places/new/", places.new, "place_new"),
    ("organisation/places/<int:place_id>/", places.edit, "place"),
    ("organisation/places/<int:place_id>/hours/", places.hours, "place_hours"),
    ("organisation/places/hours/<int:hours_id>/remove/", places.remove_hours, "place_hours_remove"),
    ("organisation/places/close/", places.close_day, "close_day"),
    ("organisation/places/closed/<int:closed_id>/open/", places.open_day, "open_day"),
    ("appointments/", appointments.day, "appointments"),
    ("appointments/cancel/", appointments.call_off_day, "call_off_day"),
    ("appointments/<int:appointment_id>/", appointments.one, "appointment"),
    ("organisation/changes/", organisation.record, "organisation_record"),
    ("organisation/webhooks/", webhooks.listed, "webhooks"),
    ("organisation/webhooks/new/", webhooks.new, "webhook_new"),
    ("organisation/webhooks/<int:endpoint_id>/", webhooks.edit, "webhook"),
    ("organisation/webhooks/<int:endpoint_id>/delete/", webhooks.delete, "webhook_delete"),
    ("organisation/webhooks/messages/", webhooks.sent, "webhook_messages"),
    ("organisation/webhooks/messages/<int:message_id>/", webhooks.message, "webhook_message"),
    ("organisation/webhooks/messages/<int:message_id>/again/", webhooks.again, "webhook_again"),
    ("behalf/", onbehalf.listed, "mandates"),
    ("behalf/ask/", onbehalf.ask, "mandate_ask"),
    ("behalf/paper/", onbehalf.bring_paper, "mandate_paper"),
    ("behalf/imports/", imports.imports, "imports"),
    ("behalf/imports/template.xlsx", imports.template, "import_template"),
    ("behalf/imports/<int:import_id>/", imports.one, "import"),
    ("behalf/imports/<int:import_id>/faults.xlsx", imports.faults, "import_faults"),
    ("behalf/<int:mandate_id>/", onbehalf.mandate, "mandate"),
    ("behalf/<int:mandate_id>/start/", onbehalf.start, "mandate_start"),
    ("behalf/<int:mandate_id>/paper/<int:page_id>/", onbehalf.paper, "mandate_page"),
    ("notices/", notices.listed, "notices"),
    ("notices/<int:notice_id>/", notices.receipt, "notice_receipt"),
    ("orders/", orders.orders, "orders"),
    ("orders/cases/", cancellation_cases.listed, "cancellation_cases"),
    ("orders/cases/<int:case_id>/", cancellation_cases.case, "cancellation_case"),
    ("orders/unfiled/", spot_checks.listed, "spot_questions"),
    ("orders/unfiled/<int:question_id>/", spot_checks.one, "spot_question"),
    ("orders/confirmations/", confirmations.listed, "confirmations"),
    ("orders/<int:task_id>/", orders.order, "order"),
    ("orders/<int:task_id>/paper/<int:page_id>/", orders.order_page, "order_page"),
    ("figures/", figures.overview, "figures"),
    ("figures/<slug:table>.csv", figures.export, "figures_export"),
    ("filings/<int:filing_id>/sheets/blank/<int:number>.pdf", partial(sheets.blank, desk=DESK), "blank_sheet"),
    ("bulk/", queue.bulk, "bulk"),
)


class ProviderDesk(DeskSite):
    """The admin site of provider staff; its changelist is the queue, a decision has a page of its own."""

    addresses = ADDRESSES
    party = Party.PROVIDER
    site_header = gettext_lazy("Access provider's desk")

    def is_appointed(self, request: HttpRequest) -> bool:
        return access.acting(request) is not None

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Sign suspended staff and those of a closed provider out and tell them why; tell other people nothing."""
        user = request.user
        member = Staff.objects.select_related("provider").filter(user=user.pk).first() if user.pk else None
        if member and member.suspended_at:
            logout(request)
            messages.warning(
                request, _("Your provider's administrator has suspended your account. Contact the administrator.")
            )
        elif member and not member.provider.is_active:
            logout(request)
            messages.warning(
                request,
                _(
                    "%(provider)s no longer accepts filings in this portal, so its desk is closed. Contact the "
                    "operators of the ministry's portal if this is wrong."
                )
                % {"provider": member.provider.name},
            )
        return super().login(request, extra_context)


site = ProviderDesk(name="provider_desk")
