"""The addresses that both desks have."""

from functools import partial

from accounts.desks import Address
from desks.staff import (
    action_page,
    answers,
    casefile,
    filing_views,
    my_mails,
    phrases,
    queue_acts,
    queue_page,
    sheets,
)
from desks.staff.desk import StaffDesk

SHARED: tuple[Address, ...] = (
    ("filings/<int:filing_id>/claim/", filing_views.claim, "claim"),
    ("filings/<int:filing_id>/release/", filing_views.release, "release"),
    ("filings/<int:filing_id>/rounds/", filing_views.compare, "rounds"),
    ("filings/<int:filing_id>/evidence/<int:evidence_id>/", filing_views.evidence, "evidence"),
    ("filings/<int:filing_id>/hand-over/", action_page.hand_over, "hand_over"),
    ("filings/<int:filing_id>/take-over/", action_page.take_over, "take_over"),
    ("filings/<int:filing_id>/answers/<int:reply_id>/", answers.reply, "reply"),
    ("filings/<int:filing_id>/answers/<int:reply_id>/paper/<int:page_id>/", answers.reply_page, "reply_page"),
    ("filings/<int:filing_id>/sheets/", sheets.page, "sheets"),
    ("filings/<int:filing_id>/sheets/<int:sheet_id>.pdf", sheets.issued, "sheet"),
    ("filings/<int:filing_id>/sheets/signed/<int:scan_id>/", sheets.scan, "sheet_scan"),
    ("filings/<int:filing_id>/case-file.<slug:form>", casefile.case_file, "case_file"),
    ("my-mails/", my_mails.my_mails, "my_mails"),
    ("wordings/", phrases.wordings, "wordings"),
    ("phrases/", phrases.listed, "phrases"),
    ("phrases/<int:phrase_id>/", phrases.change, "phrase"),
    ("search/", queue_page.look_up, "search"),
    ("look/", queue_acts.save_look, "look"),
    ("views/", queue_acts.save_filter, "save_filter"),
    ("views/<int:filter_id>/delete/", queue_acts.delete_filter, "delete_filter"),
)


def shared(desk: StaffDesk) -> tuple[Address, ...]:
    """Return the shared addresses with their views for this desk."""
    return tuple((route, partial(view, desk=desk), name) for route, view, name in SHARED)
