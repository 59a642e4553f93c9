"""The bureau's desk at /bureau/: its site and its URLs."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from accounts.desks import Address, DeskSite
from accounts.models import Party
from bureaus.access import acting
from bureaus.staff_desk import DESK
from bureaus.views import (
    acts,
    announcements,
    blacklist,
    board,
    bulletins,
    cancellation_cases,
    confirmations,
    office,
    orders,
    questions,
    queue,
    rechecks,
    review,
    rules,
    scores,
    shared_traits,
    spot_checks,
)
from desks.staff.addresses import shared

# Route, view, URL name. Each is behind the site's permission check (``DeskSite.get_urls``).
ADDRESSES: tuple[Address, ...] = (
    *shared(DESK),
    ("", queue.queue, "index"),
    ("filings/<int:filing_id>/", review.review, "review"),
    ("filings/<int:filing_id>/mails/", review.mails, "mails"),
    ("filings/<int:filing_id>/shared-traits/", shared_traits.page, "shared_traits"),
    ("questions/", questions.listed, "questions"),
    ("rules/", rules.page, "rules"),
    ("orders/", orders.orders, "orders"),
    ("orders/record/<int:subject_id>/", orders.record, "record"),
    ("orders/record/<int:subject_id>/password/", orders.reset, "reset"),
    ("orders/password/<int:reset_id>/", orders.reset_proof, "reset_proof"),
    ("orders/password/<int:reset_id>/paper/<int:page_id>/", orders.reset_page, "reset_page"),
    ("orders/new/<slug:act>/<slug:scope>/<int:pk>/", orders.new, "order_new"),
    ("orders/blacklist/<slug:kind>/", blacklist.listed, "blacklist"),
    ("orders/blacklist/<slug:kind>/new/", blacklist.new, "blacklist_new"),
    ("orders/blacklist/<slug:kind>/<int:entry_id>/", blacklist.one, "blacklisted"),
    ("orders/cases/", cancellation_cases.listed, "cancellation_cases"),
    ("orders/cases/<int:case_id>/", cancellation_cases.case, "cancellation_case"),
    (
        "orders/cases/<int:case_id>/<int:event_id>/<int:page_id>/",
        cancellation_cases.case_page,
        "cancellation_case_page",
    ),
    ("orders/penalties/", orders.penalties, "penalties"),
    ("orders/spot-checks/", spot_checks.listed, "spot_checks"),
    ("orders/spot-checks/<int:check_id>/", spot_checks.one, "spot_check"),
    ("orders/shells/", cancellation_cases.shell, "shells"),
    ("orders/confirmations/", confirmations.listed, "confirmations"),
    ("orders/<int:order_id>/", orders.order, "order"),
    ("orders/<int:order_id>/paper/<int:page_id>/", orders.order_page, "order_page"),
    ("filings/<int:filing_id>/provider/", acts.transfer, "transfer"),
    ("office/", office.office, "office"),
    ("office/absences/<int:absence_id>/end/", office.end_absence, "end_absence"),
    ("office/by-load/", office.by_load, "by_load"),
    ("announcements/", announcements.listed, "announcements"),
    ("announcements/new/", announcements.new, "announcement_new"),
    ("announcements/<int:announcement_id>/", announcements.edit, "announcement"),
    ("announcements/<int:announcement_id>/withdraw/", announcements.withdraw, "announcement_withdraw"),
    ("board/", board.overview, "board"),
    ("board/<slug:table>.csv", board.export, "board_export"),
    ("assign/", queue.assign, "assign"),
    ("providers/", scores.providers, "providers"),
    ("providers/<int:provider_id>/", scores.provider, "provider"),
    ("consistency/", scores.consistency, "consistency"),
    ("rechecks/", rechecks.listed, "rechecks"),
    ("rechecks/<int:recheck_id>/", rechecks.one, "recheck"),
    ("rechecks/<int:recheck_id>/evidence/<int:evidence_id>/", rechecks.evidence, "recheck_evidence"),
    ("bulletins/", bulletins.listed, "bulletins"),
    ("bulletins/<slug:month>/", bulletins.edit, "bulletin"),
    ("bulletins/<slug:month>.<slug:form>", bulletins.draft_file, "bulletin_file"),
)


class BureauDesk(DeskSite):
    """The admin site of a bureau's reviewers; its changelist is the queue, a decision has a page of its own."""

    addresses = ADDRESSES
    party = Party.BUREAU
    site_header = gettext_lazy("Bureau's desk")

    def is_appointed(self, request: HttpRequest) -> bool:
        return acting(request) is not None


site = BureauDesk(name="bureau_desk")
