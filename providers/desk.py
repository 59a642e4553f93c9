"""The provider's desk at /provider/: its site and its addresses."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desks import DeskSite
from accounts.models import Party
from providers import access
from providers.models import Staff
from providers.views import (
    acts,
    after_bureau,
    announcements,
    casefile,
    figures,
    house,
    imports,
    matters,
    onbehalf,
    orders,
    people,
    phrases,
    pool,
    questions,
    queue,
    sheets,
    told,
    verify,
)


class ProviderDesk(DeskSite):
    """The admin site of provider staff; its changelist is the queue, a decision has a page of its own."""

    party = Party.PROVIDER
    site_header = gettext_lazy("Access provider's desk")

    def is_appointed(self, request: HttpRequest) -> bool:
        return access.acting(request) is not None

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Whoever has been suspended is signed out by the first thing they do; other strangers learn nothing."""
        user = request.user
        if user.is_authenticated and Staff.objects.filter(user=user).exclude(suspended_at=None).exists():
            logout(request)
            messages.warning(request, _("Your provider's administrator has suspended your account. Ask there."))
        return super().login(request, extra_context)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [
            path("", self.admin_view(queue.queue), name="index"),
            path("filings/<int:filing_id>/", self.admin_view(verify.verify), name="verify"),
            path("filings/<int:filing_id>/claim/", self.admin_view(queue.claim), name="claim"),
            path("filings/<int:filing_id>/release/", self.admin_view(queue.release), name="release"),
            path("filings/<int:filing_id>/mails/", self.admin_view(after_bureau.mails), name="mails"),
            path("filings/<int:filing_id>/password/", self.admin_view(after_bureau.password), name="password"),
            path("filings/<int:filing_id>/codes/", self.admin_view(after_bureau.resend_codes), name="resend_codes"),
            path("filings/<int:filing_id>/ask-again/", self.admin_view(after_bureau.ask_again), name="ask_again"),
            path("wordings/", self.admin_view(phrases.wordings), name="wordings"),
            path("phrases/", self.admin_view(phrases.listed), name="phrases"),
            path("phrases/<int:phrase_id>/", self.admin_view(phrases.change), name="phrase"),
            path("filings/<int:filing_id>/answer/", self.admin_view(questions.answer), name="answer"),
            path("filings/<int:filing_id>/answers/<int:reply_id>/", self.admin_view(questions.reply), name="reply"),
            path(
                "filings/<int:filing_id>/answers/<int:reply_id>/paper/<int:page_id>/",
                self.admin_view(questions.reply_page),
                name="reply_page",
            ),
            path("filings/<int:filing_id>/hand-over/", self.admin_view(acts.hand_over), name="hand_over"),
            path("filings/<int:filing_id>/take-over/", self.admin_view(acts.take_over), name="take_over"),
            path("filings/<int:filing_id>/hold/", self.admin_view(acts.pause), name="pause"),
            path("filings/<int:filing_id>/close/", self.admin_view(acts.close), name="close"),
            path("filings/<int:filing_id>/amend/<slug:section_id>/", self.admin_view(verify.amend), name="amend"),
            path("filings/<int:filing_id>/rounds/", self.admin_view(verify.compare), name="rounds"),
            path(
                "filings/<int:filing_id>/evidence/<int:evidence_id>/",
                self.admin_view(verify.evidence),
                name="evidence",
            ),
            path("house/", self.admin_view(house.house), name="house"),
            path("house/edit/", self.admin_view(house.edit), name="house_edit"),
            path("house/staff/", self.admin_view(people.staff), name="staff"),
            path("house/staff/invite/", self.admin_view(people.invite), name="invite"),
            path("house/staff/<int:member_id>/", self.admin_view(people.member), name="member"),
            path(
                "house/staff/invitations/<int:invitation_id>/",
                self.admin_view(people.invitation),
                name="invitation",
            ),
            path("house/addresses/", self.admin_view(pool.pool), name="pool"),
            path("house/addresses/add/", self.admin_view(pool.add), name="pool_add"),
            path("house/addresses/<int:range_id>/remove/", self.admin_view(pool.remove), name="pool_remove"),
            path("house/announcements/", self.admin_view(announcements.listed), name="announcements"),
            path("house/announcements/new/", self.admin_view(announcements.new), name="announcement_new"),
            path(
                "house/announcements/<int:announcement_id>/",
                self.admin_view(announcements.edit),
                name="announcement",
            ),
            path("house/changes/", self.admin_view(house.record), name="house_record"),
            path("behalf/", self.admin_view(onbehalf.listed), name="mandates"),
            path("behalf/ask/", self.admin_view(onbehalf.ask), name="mandate_ask"),
            path("behalf/paper/", self.admin_view(onbehalf.bring_paper), name="mandate_paper"),
            path("behalf/imports/", self.admin_view(imports.imports), name="imports"),
            path("behalf/imports/template.xlsx", self.admin_view(imports.template), name="import_template"),
            path("behalf/imports/<int:import_id>/", self.admin_view(imports.one), name="import"),
            path("behalf/imports/<int:import_id>/faults.xlsx", self.admin_view(imports.faults), name="import_faults"),
            path("behalf/<int:mandate_id>/", self.admin_view(onbehalf.mandate), name="mandate"),
            path("behalf/<int:mandate_id>/start/", self.admin_view(onbehalf.start), name="mandate_start"),
            path(
                "behalf/<int:mandate_id>/paper/<int:page_id>/",
                self.admin_view(onbehalf.paper),
                name="mandate_page",
            ),
            path("told/", self.admin_view(told.told), name="told"),
            path("told/<int:told_id>/", self.admin_view(told.receipt), name="told_receipt"),
            path("orders/", self.admin_view(orders.orders), name="orders"),
            path("orders/matters/", self.admin_view(matters.listed), name="matters"),
            path("orders/matters/<int:matter_id>/", self.admin_view(matters.matter), name="matter"),
            path("orders/<int:task_id>/", self.admin_view(orders.order), name="order"),
            path(
                "orders/<int:task_id>/paper/<int:page_id>/",
                self.admin_view(orders.order_page),
                name="order_page",
            ),
            path("figures/", self.admin_view(figures.overview), name="figures"),
            path("figures/<slug:table>.csv", self.admin_view(figures.export), name="figures_export"),
            path("filings/<int:filing_id>/sheets/", self.admin_view(sheets.sheets), name="sheets"),
            path(
                "filings/<int:filing_id>/sheets/blank/<int:number>.pdf",
                self.admin_view(sheets.blank),
                name="blank_sheet",
            ),
            path("filings/<int:filing_id>/sheets/<int:sheet_id>.pdf", self.admin_view(sheets.issued), name="sheet"),
            path(
                "filings/<int:filing_id>/sheets/signed/<int:scan_id>/",
                self.admin_view(sheets.scan),
                name="sheet_scan",
            ),
            path(
                "filings/<int:filing_id>/case-file.<slug:form>", self.admin_view(casefile.case_file), name="case_file"
            ),
            path("bulk/", self.admin_view(queue.bulk), name="bulk"),
            path("views/", self.admin_view(queue.save_filter), name="save_filter"),
            path("views/<int:filter_id>/delete/", self.admin_view(queue.delete_filter), name="delete_filter"),
            *super().get_urls(),
        ]


site = ProviderDesk(name="provider_desk")
