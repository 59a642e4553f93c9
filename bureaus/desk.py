"""The bureau's desk at /bureau/: its site and its addresses."""

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy

from accounts.desks import DeskSite
from accounts.models import Party
from bureaus.access import acting
from bureaus.views import (
    acts,
    blacklist,
    board,
    bulletins,
    casefile,
    matters,
    office,
    orders,
    phrases,
    questions,
    queue,
    radar,
    rechecks,
    review,
    rules,
    scores,
)


class BureauDesk(DeskSite):
    """The admin site of a bureau's reviewers; its changelist is the queue, a decision has a page of its own."""

    party = Party.BUREAU
    site_header = gettext_lazy("Bureau's desk")

    def is_appointed(self, request: HttpRequest) -> bool:
        return acting(request) is not None

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [
            path("", self.admin_view(queue.queue), name="index"),
            path("filings/<int:filing_id>/", self.admin_view(review.review), name="review"),
            path("wordings/", self.admin_view(phrases.wordings), name="wordings"),
            path("phrases/", self.admin_view(phrases.listed), name="phrases"),
            path("phrases/<int:phrase_id>/", self.admin_view(phrases.change), name="phrase"),
            path("filings/<int:filing_id>/mails/", self.admin_view(review.mails), name="mails"),
            path("filings/<int:filing_id>/claim/", self.admin_view(queue.claim), name="claim"),
            path("filings/<int:filing_id>/release/", self.admin_view(queue.release), name="release"),
            path("filings/<int:filing_id>/radar/", self.admin_view(radar.page), name="radar"),
            path("questions/", self.admin_view(questions.listed), name="questions"),
            path("filings/<int:filing_id>/answers/<int:reply_id>/", self.admin_view(questions.reply), name="reply"),
            path(
                "filings/<int:filing_id>/answers/<int:reply_id>/paper/<int:page_id>/",
                self.admin_view(questions.reply_page),
                name="reply_page",
            ),
            path("rules/", self.admin_view(rules.page), name="rules"),
            path("filings/<int:filing_id>/rounds/", self.admin_view(review.compare), name="rounds"),
            path(
                "filings/<int:filing_id>/evidence/<int:evidence_id>/",
                self.admin_view(review.evidence),
                name="evidence",
            ),
            path("filings/<int:filing_id>/sheets/", self.admin_view(review.sheets), name="sheets"),
            path("filings/<int:filing_id>/sheets/<int:sheet_id>.pdf", self.admin_view(review.sheet), name="sheet"),
            path(
                "filings/<int:filing_id>/sheets/signed/<int:scan_id>/",
                self.admin_view(review.sheet_scan),
                name="sheet_scan",
            ),
            path("orders/", self.admin_view(orders.orders), name="orders"),
            path("orders/record/<int:subject_id>/", self.admin_view(orders.record), name="record"),
            path("orders/record/<int:subject_id>/password/", self.admin_view(orders.reset), name="reset"),
            path("orders/password/<int:reset_id>/", self.admin_view(orders.reset_proof), name="reset_proof"),
            path(
                "orders/password/<int:reset_id>/paper/<int:page_id>/",
                self.admin_view(orders.reset_page),
                name="reset_page",
            ),
            path("orders/new/<slug:act>/<slug:scope>/<int:pk>/", self.admin_view(orders.new), name="order_new"),
            path("orders/blacklist/<slug:kind>/", self.admin_view(blacklist.listed), name="blacklist"),
            path("orders/blacklist/<slug:kind>/new/", self.admin_view(blacklist.new), name="blacklist_new"),
            path("orders/blacklist/<slug:kind>/<int:entry_id>/", self.admin_view(blacklist.one), name="blacklisted"),
            path("orders/matters/", self.admin_view(matters.listed), name="matters"),
            path("orders/matters/<int:matter_id>/", self.admin_view(matters.matter), name="matter"),
            path(
                "orders/matters/<int:matter_id>/<int:event_id>/<int:page_id>/",
                self.admin_view(matters.matter_page),
                name="matter_page",
            ),
            path("orders/shells/", self.admin_view(matters.shell), name="shells"),
            path("orders/<int:order_id>/", self.admin_view(orders.order), name="order"),
            path(
                "orders/<int:order_id>/paper/<int:page_id>/",
                self.admin_view(orders.order_page),
                name="order_page",
            ),
            path(
                "filings/<int:filing_id>/case-file.<slug:form>", self.admin_view(casefile.case_file), name="case_file"
            ),
            path("filings/<int:filing_id>/hand-over/", self.admin_view(acts.hand_over), name="hand_over"),
            path("filings/<int:filing_id>/take-over/", self.admin_view(acts.take_over), name="take_over"),
            path("filings/<int:filing_id>/provider/", self.admin_view(acts.transfer), name="transfer"),
            path("office/", self.admin_view(office.office), name="office"),
            path("office/absences/<int:absence_id>/end/", self.admin_view(office.end_absence), name="end_absence"),
            path("office/by-load/", self.admin_view(office.by_load), name="by_load"),
            path("board/", self.admin_view(board.overview), name="board"),
            path("board/<slug:table>.csv", self.admin_view(board.export), name="board_export"),
            path("assign/", self.admin_view(queue.assign), name="assign"),
            path("views/", self.admin_view(queue.save_filter), name="save_filter"),
            path("views/<int:filter_id>/delete/", self.admin_view(queue.delete_filter), name="delete_filter"),
            path("providers/", self.admin_view(scores.providers), name="providers"),
            path("providers/<int:provider_id>/", self.admin_view(scores.provider), name="provider"),
            path("consistency/", self.admin_view(scores.consistency), name="consistency"),
            path("rechecks/", self.admin_view(rechecks.listed), name="rechecks"),
            path("rechecks/<int:recheck_id>/", self.admin_view(rechecks.one), name="recheck"),
            path(
                "rechecks/<int:recheck_id>/evidence/<int:evidence_id>/",
                self.admin_view(rechecks.evidence),
                name="recheck_evidence",
            ),
            path("bulletins/", self.admin_view(bulletins.listed), name="bulletins"),
            path("bulletins/<slug:month>/", self.admin_view(bulletins.edit), name="bulletin"),
            path("bulletins/<slug:month>.<slug:form>", self.admin_view(bulletins.draft_file), name="bulletin_file"),
            *super().get_urls(),
        ]


site = BureauDesk(name="bureau_desk")
