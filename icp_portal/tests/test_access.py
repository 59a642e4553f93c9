"""Who may open what: every address of the portal against every kind of visitor.

The table below names each address once. An address that is not in it fails the first test; so does a row whose
address is gone. Strangers get 404 and never 403, so that nothing tells them what is there.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import Party, User
from filings import actors, services
from filings.agreements import mandates, migration_offers
from filings.appointments import booking, slots
from filings.evidence import documents
from filings.evidence.scans import ScannedPage
from filings.models import Appointment, FileCheck, Filing, Look, Reply, Sheet
from filings.review import host_questions, questions
from filings.states import Status
from filings.verification import handovers
from icp_portal.demo import invent
from icp_portal.middleware import PUBLIC_PAGES
from icp_portal.tests.builders import (
    BEIJING,
    GUANGDONG,
    PASSWORD,
    Case,
    blacklisted_domain,
    blacklisted_subject,
    case_at,
    house_change,
    meeting_place,
    number,
    office_change,
    on_record,
    provider,
    reviewer_user,
    sign_in,
    staff_user,
    user,
)
from ministry import audit
from ministry.models import AuditEntry, Mail, NumberSeries, ProvinceRule
from ministry.reference.topics import Demand, Topic
from providers.imports import writing
from providers.tests import sheets_to_import
from records import expiry_dates, proofs, spot_checks
from records.legal_grounds import Act, Scope
from records.models import CaseKind, ExpiryKind
from records.orders import cancellation_cases, making, password_resets

pytestmark = pytest.mark.django_db

# --- The visitors -----------------------------------------------------------------------------------

ROLES = ("anonymous", "owner", "host", "staff", "other_staff", "reviewer", "other_reviewer", "operator")
LOGIN, MISSING, PAGE, NOT_GET, ELSEWHERE = "to sign in", 404, 200, 405, "redirect"
SIGN_IN_FIRST = 401  # a program is told, not sent to a page

# What each kind of address answers to GET, by role in the order of ROLES.
EVERYBODY = (PAGE,) * 8
HOSTS = (LOGIN, PAGE, PAGE, MISSING, MISSING, MISSING, MISSING, MISSING)
OWNER = (LOGIN, PAGE, MISSING, MISSING, MISSING, MISSING, MISSING, MISSING)
# The host to whom the owner offers its website.
TAKER = (LOGIN, MISSING, PAGE, MISSING, MISSING, MISSING, MISSING, MISSING)
OWNERS_PROGRAM = (SIGN_IN_FIRST, *OWNER[1:])
PROVIDERS = (LOGIN, MISSING, MISSING, PAGE, PAGE, MISSING, MISSING, MISSING)
ITS_PROVIDER = (LOGIN, MISSING, MISSING, PAGE, MISSING, MISSING, MISSING, MISSING)
BUREAUS = (LOGIN, MISSING, MISSING, MISSING, MISSING, PAGE, PAGE, MISSING)
ITS_BUREAU = (LOGIN, MISSING, MISSING, MISSING, MISSING, PAGE, MISSING, MISSING)
OPERATORS = (LOGIN, MISSING, MISSING, MISSING, MISSING, MISSING, MISSING, PAGE)
NOBODY = (MISSING,) * 8
# Of a provider's staff only supervisors or administrators; the staff here are verifiers. The other roles are tested in
# providers/tests/test_house_access.py and test_queue.py.
HIGHER_STAFF = (LOGIN, *(MISSING,) * 7)
# Of a bureau's reviewers only the chief; the reviewers here are none. The chief is tested in bureaus/tests/.
CHIEFS = (LOGIN, *(MISSING,) * 7)
SIGNED_IN = (LOGIN, *(PAGE,) * 7)
STAFF = (LOGIN, MISSING, MISSING, *(PAGE,) * 5)
# A chapter of the handbook about their desk; operators read all.
STAFF_OF_PROVIDERS = (LOGIN, MISSING, MISSING, PAGE, PAGE, MISSING, MISSING, PAGE)


def desk_only(expected: tuple[Any, ...], instead: Any) -> tuple[Any, ...]:
    """The same visitors, but those who are let in get ``instead`` of a page."""
    return tuple(instead if answer == PAGE else answer for answer in expected)


@dataclass(frozen=True)
class Row:
    """What GET answers by role; the address's arguments; whether it takes POST; where the filing lies meanwhile."""

    get: tuple[Any, ...]
    args: tuple[str, ...] = ()
    posted: bool = False
    at: Status = Status.WITH_BUREAU


DRAFT, ITS = Status.DRAFT, ("filing",)
# A draft that the filing's provider has begun in the place of its host.
BEHALF = ("behalf",)

TABLE: dict[str, Row] = {
    "home": Row(EVERYBODY),
    "desk": Row((LOGIN, *(ELSEWHERE,) * 7)),
    "language": Row((ELSEWHERE,) * 8, ("en",), posted=True),
    "form_token": Row((SIGN_IN_FIRST, *(PAGE,) * 7)),
    "healthz": Row(EVERYBODY),
    "query": Row(EVERYBODY),
    "sheet": Row(EVERYBODY, ("token",)),
    "proof": Row(EVERYBODY, posted=True),
    "proof_page": Row(EVERYBODY, ("proof_token",), at=Status.FILED),
    "codes": Row(EVERYBODY, posted=True),
    "mailbox": Row(NOBODY, ("no-such-secret",), posted=True),
    "codes_done": Row(EVERYBODY),
    "codes_again": Row(EVERYBODY, posted=True),
    "codes_sent": Row(EVERYBODY),
    "guide:ask": Row(EVERYBODY),
    "guide:questions": Row(EVERYBODY),
    "guide:topic": Row(EVERYBODY, ("how-long",)),
    "handbook:index": Row(STAFF),
    "handbook:chapter": Row(STAFF_OF_PROVIDERS, ("verifying",)),
    "directory:find": Row(EVERYBODY),
    "directory:ministry": Row(EVERYBODY),
    "directory:bureau": Row(EVERYBODY, ("beijing",)),
    "directory:provider": Row(EVERYBODY, ("provider",)),
    "directory:join": Row(NOBODY, ("no-such-secret",), posted=True),
    "directory:logo": Row(NOBODY, ("provider", "no-such-logo")),
    "directory:start": Row((LOGIN, *(ELSEWHERE,) * 7), ("provider",), posted=True),
    "filings:home": Row(HOSTS),
    "filings:begin": Row(HOSTS, posted=True),
    "filings:adopt": Row(HOSTS, posted=True),
    "filings:look_up": Row(desk_only(HOSTS, ELSEWHERE), posted=True),
    "filings:become": Row((NOT_GET,) * 8, ITS, posted=True, at=DRAFT),
    # a first filing needs no filing password
    "filings:mailbox": Row(desk_only(OWNER, ELSEWHERE), ITS, posted=True, at=DRAFT),
    "filings:prove": Row(desk_only(OWNER, ELSEWHERE), ITS, posted=True, at=DRAFT),
    "filings:status": Row(OWNER, ITS),
    "filings:overview": Row(OWNER, ITS, at=DRAFT),
    "filings:papers": Row(OWNER, ITS, posted=True, at=DRAFT),
    "filings:reading": Row(OWNER, ITS, at=DRAFT),
    "filings:use_read": Row((NOT_GET,) * 8, ITS, posted=True, at=DRAFT),
    "filings:remove_picture": Row((NOT_GET,) * 8, ITS, posted=True, at=DRAFT),
    "filings:add_website": Row((NOT_GET,) * 8, ITS, posted=True, at=DRAFT),
    # a filing's only website can't be taken out of it
    "filings:remove_website": Row((LOGIN, *(MISSING,) * 7), ("filing", "1"), at=DRAFT),
    "filings:section": Row(OWNER, ("filing", "subject"), posted=True, at=DRAFT),
    "filings:mend": Row(OWNER, ITS, posted=True, at=Status.RETURNED_TO_HOST),
    "filings:unlock": Row(OWNER, ITS, posted=True, at=Status.RETURNED_TO_HOST),
    "filings:rounds": Row(OWNER, ITS),
    "filings:check": Row(OWNER, ITS, at=DRAFT),
    "filings:submit": Row(desk_only(OWNER, ELSEWHERE), ITS, posted=True, at=DRAFT),
    "filings:submitted": Row(OWNER, ITS, at=Status.WITH_PROVIDER),
    "filings:appointment": Row(OWNER, ITS, posted=True, at=Status.WITH_PROVIDER),
    "filings:appointment_file": Row(OWNER, ITS, at=Status.WITH_PROVIDER),
    "filings:cancel_appointment": Row(OWNER, ITS, posted=True, at=Status.WITH_PROVIDER),
    "filings:question": Row(OWNER, ITS, posted=True),
    "filings:question_page": Row(OWNER, ("filing", "told", "told_page")),
    "filings:withdraw": Row(OWNER, ITS, posted=True, at=DRAFT),
    # its provider takes filings, so there is nothing to choose
    "filings:transfer": Row(desk_only(OWNER, ELSEWHERE), ITS, posted=True),
    "bureau_desk:transfer": Row(desk_only(ITS_BUREAU, ELSEWHERE), ITS, posted=True),
    "filings:resume": Row(desk_only(OWNER, ELSEWHERE), ITS, at=DRAFT),
    "filings:copy": Row((NOT_GET,) * 8, ITS, posted=True, at=Status.LAPSED),
    "filings:summary": Row(OWNER, ITS),
    "filings:evidence": Row(OWNER, ("filing", "evidence")),
    "records:home": Row(HOSTS),
    "records:subject": Row(OWNER, ("subject",), at=Status.FILED),
    # a record of one's own filing is not given back
    "records:give_back": Row((LOGIN, *(MISSING,) * 7), ("subject",), posted=True, at=Status.FILED),
    "records:as_of": Row(OWNER, ("subject",), at=Status.FILED),
    "records:watch_add": Row((NOT_GET,) * 8, ("subject",), posted=True, at=Status.FILED),
    "records:watch": Row(OWNER, ("watch",), posted=True, at=Status.FILED),
    "records:prove_subject": Row((NOT_GET,) * 8, ("subject",), posted=True, at=Status.FILED),
    "records:website": Row(OWNER, ("website",), at=Status.FILED),
    "records:check": Row(OWNER, ("website",), posted=True, at=Status.FILED),
    "records:police": Row(OWNER, ("website",), posted=True, at=Status.FILED),
    "records:confirm": Row(OWNER, ("website",), posted=True, at=Status.FILED),
    "records:prove_website": Row((NOT_GET,) * 8, ("website",), posted=True, at=Status.FILED),
    "records:proof_pdf": Row(OWNER, ("proof",), at=Status.FILED),
    "records:offer": Row(OWNER, ("website",), posted=True, at=Status.FILED),
    "records:take_back_offer": Row((NOT_GET,) * 8, ("website",), posted=True, at=Status.FILED),
    "filings:offer": Row(TAKER, ("offer",), posted=True, at=Status.FILED),
    "filings:decline_offer": Row((NOT_GET,) * 8, ("offer",), posted=True, at=Status.FILED),
    "api_page": Row(EVERYBODY),
    "api:api-root": Row(EVERYBODY),
    "api:openapi-json": Row(EVERYBODY),
    "api:findings": Row(OWNERS_PROGRAM, ITS, at=DRAFT),
    "api:save_page": Row((NOT_GET,) * 8, ("filing", "subject"), posted=True, at=DRAFT),
    "filings:handover": Row(desk_only(OWNER, ELSEWHERE), ITS, posted=True, at=DRAFT),
    "filings:handover_state": Row(OWNER, ("filing", "handover"), at=DRAFT),
    "filings:phone": Row(NOBODY, ("no-such-secret",), posted=True, at=DRAFT),
    "filings:phone_done": Row(EVERYBODY, at=DRAFT),
    "provider_desk:index": Row(PROVIDERS),
    "provider_desk:verify": Row(ITS_PROVIDER, ITS, posted=True),
    "provider_desk:claim": Row(desk_only(PROVIDERS, NOT_GET), ITS, posted=True),
    "provider_desk:release": Row(desk_only(PROVIDERS, NOT_GET), ITS, posted=True),
    "provider_desk:answer": Row(ITS_PROVIDER, ITS, posted=True),
    "provider_desk:ask_host": Row(ITS_PROVIDER, ITS, posted=True),
    "provider_desk:host_answer_page": Row(ITS_PROVIDER, ("filing", "told", "told_page")),
    "provider_desk:reply": Row(ITS_PROVIDER, ("filing", "reply")),
    "provider_desk:reply_page": Row(ITS_PROVIDER, ("filing", "reply", "reply_page")),
    "provider_desk:hand_over": Row(ITS_PROVIDER, ITS, posted=True),
    "provider_desk:take_over": Row(HIGHER_STAFF, ITS, posted=True),
    "provider_desk:pause": Row(ITS_PROVIDER, ITS, posted=True),
    "provider_desk:close": Row(ITS_PROVIDER, ITS, posted=True),
    "provider_desk:bulk": Row(desk_only(PROVIDERS, NOT_GET), posted=True),
    "provider_desk:look": Row(desk_only(PROVIDERS, NOT_GET), posted=True),
    "provider_desk:search": Row(desk_only(PROVIDERS, NOT_GET), posted=True),
    "provider_desk:save_filter": Row(desk_only(PROVIDERS, NOT_GET), posted=True),
    "provider_desk:delete_filter": Row(desk_only(PROVIDERS, NOT_GET), ("0",), posted=True),
    "provider_desk:amend": Row(ITS_PROVIDER, ("filing", "subject"), posted=True, at=Status.RETURNED_TO_PROVIDER),
    "provider_desk:rounds": Row(ITS_PROVIDER, ITS),
    "provider_desk:evidence": Row(ITS_PROVIDER, ("filing", "evidence")),
    "provider_desk:house": Row(PROVIDERS),
    "provider_desk:house_edit": Row(HIGHER_STAFF, posted=True),
    "provider_desk:house_record": Row(HIGHER_STAFF),
    "provider_desk:places": Row(PROVIDERS),
    "provider_desk:place_new": Row(HIGHER_STAFF, posted=True),
    "provider_desk:place": Row(HIGHER_STAFF, ("1",), posted=True),
    "provider_desk:place_hours": Row(HIGHER_STAFF, ("1",), posted=True),
    "provider_desk:place_hours_remove": Row(desk_only(PROVIDERS, NOT_GET), ("1",), posted=True),
    "provider_desk:close_day": Row(HIGHER_STAFF, posted=True),
    "provider_desk:open_day": Row(desk_only(PROVIDERS, NOT_GET), ("1",), posted=True),
    "provider_desk:appointments": Row(PROVIDERS),
    "provider_desk:call_off_day": Row(PROVIDERS, posted=True),
    "provider_desk:appointment": Row(ITS_PROVIDER, ("appointment",), posted=True, at=Status.WITH_PROVIDER),
    "provider_desk:figures": Row(PROVIDERS),
    "provider_desk:told": Row(PROVIDERS),
    # nobody has been told anything of that number
    "provider_desk:told_receipt": Row(desk_only(PROVIDERS, NOT_GET), ("1",), posted=True),
    "provider_desk:figures_export": Row(PROVIDERS, ("months",)),
    "provider_desk:staff": Row(HIGHER_STAFF),
    "provider_desk:invite": Row(HIGHER_STAFF, posted=True),
    "provider_desk:member": Row(HIGHER_STAFF, ("1",), posted=True),
    "provider_desk:invitation": Row(desk_only(PROVIDERS, NOT_GET), ("1",), posted=True),
    "provider_desk:pool": Row(PROVIDERS),
    "provider_desk:pool_add": Row(HIGHER_STAFF, posted=True),
    "provider_desk:pool_remove": Row(HIGHER_STAFF, ("1",), posted=True),
    "provider_desk:mails": Row(ITS_PROVIDER, ITS, at=Status.WITH_PROVIDER),
    "provider_desk:password": Row(desk_only(PROVIDERS, NOT_GET), ITS, posted=True, at=Status.FILED),
    "provider_desk:resend_codes": Row(desk_only(PROVIDERS, NOT_GET), ITS, posted=True, at=Status.WITH_PERSONS),
    "provider_desk:ask_again": Row(desk_only(PROVIDERS, NOT_GET), ITS, posted=True, at=Status.RETURNED_TO_PROVIDER),
    "provider_desk:my_mails": Row(PROVIDERS, posted=True),
    "provider_desk:wordings": Row(PROVIDERS),
    "provider_desk:phrases": Row(PROVIDERS),
    "provider_desk:phrase": Row(desk_only(PROVIDERS, NOT_GET), ("1",), posted=True),
    "provider_desk:sheets": Row(ITS_PROVIDER, ITS, posted=True),
    "provider_desk:blank_sheet": Row(ITS_PROVIDER, ("filing", "1"), at=Status.WITH_PROVIDER),
    "provider_desk:sheet": Row(ITS_PROVIDER, ("filing", "sheet")),
    "provider_desk:sheet_scan": Row(ITS_PROVIDER, ("filing", "scan")),
    "provider_desk:announcements": Row(PROVIDERS),
    "provider_desk:announcement_new": Row(HIGHER_STAFF, posted=True),
    "provider_desk:announcement": Row(HIGHER_STAFF, ("1",), posted=True),
    "provider_desk:mandates": Row(PROVIDERS),
    "provider_desk:mandate_ask": Row(PROVIDERS, posted=True),
    "provider_desk:mandate_paper": Row(PROVIDERS, posted=True),
    "provider_desk:mandate": Row(ITS_PROVIDER, ("mandate",)),
    "provider_desk:mandate_start": Row(desk_only(PROVIDERS, NOT_GET), ("mandate",), posted=True),
    "provider_desk:mandate_page": Row(ITS_PROVIDER, ("mandate", "mandate_page")),
    "provider_desk:imports": Row(PROVIDERS, posted=True),
    "provider_desk:import_template": Row(PROVIDERS),
    "provider_desk:import": Row(ITS_PROVIDER, ("import",), posted=True),
    "provider_desk:import_faults": Row(ITS_PROVIDER, ("import",)),
    "filings:mandate": Row(OWNER, ("mandate",), posted=True),
    "filings:mandate_page": Row(OWNER, ("mandate", "mandate_page")),
    "on_behalf:home": Row(PROVIDERS),
    "on_behalf:status": Row(ITS_PROVIDER, BEHALF),
    "on_behalf:overview": Row(ITS_PROVIDER, BEHALF),
    "on_behalf:papers": Row(ITS_PROVIDER, BEHALF, posted=True),
    "on_behalf:reading": Row(ITS_PROVIDER, BEHALF),
    "on_behalf:use_read": Row(desk_only(ITS_PROVIDER, NOT_GET), BEHALF, posted=True),
    "on_behalf:remove_picture": Row(desk_only(ITS_PROVIDER, NOT_GET), BEHALF, posted=True),
    "on_behalf:add_website": Row(desk_only(ITS_PROVIDER, NOT_GET), BEHALF, posted=True),
    "on_behalf:remove_website": Row((LOGIN, *(MISSING,) * 7), ("behalf", "1")),
    "on_behalf:section": Row(ITS_PROVIDER, ("behalf", "subject"), posted=True),
    "on_behalf:save_page": Row(desk_only(ITS_PROVIDER, NOT_GET), ("behalf", "subject"), posted=True),
    "on_behalf:handover": Row(desk_only(ITS_PROVIDER, ELSEWHERE), BEHALF, posted=True),
    "on_behalf:handover_state": Row((LOGIN, *(MISSING,) * 7), ("behalf", "1")),
    "on_behalf:mailbox": Row(ITS_PROVIDER, BEHALF, posted=True),
    "on_behalf:mend": Row(desk_only(ITS_PROVIDER, ELSEWHERE), BEHALF, posted=True),
    "on_behalf:unlock": Row(desk_only(ITS_PROVIDER, ELSEWHERE), BEHALF, posted=True),
    "on_behalf:rounds": Row(ITS_PROVIDER, BEHALF),
    "on_behalf:check": Row(ITS_PROVIDER, BEHALF),
    "on_behalf:submit": Row(desk_only(ITS_PROVIDER, ELSEWHERE), BEHALF, posted=True),
    "on_behalf:resume": Row(desk_only(ITS_PROVIDER, ELSEWHERE), BEHALF),
    "on_behalf:summary": Row(ITS_PROVIDER, BEHALF),
    "on_behalf:evidence": Row((LOGIN, *(MISSING,) * 7), ("behalf", "evidence")),
    "bureau_desk:index": Row(BUREAUS),
    "bureau_desk:review": Row(ITS_BUREAU, ITS, posted=True),
    "bureau_desk:radar": Row(ITS_BUREAU, ITS),
    "bureau_desk:questions": Row(BUREAUS),
    "bureau_desk:reply": Row(ITS_BUREAU, ("filing", "reply")),
    "bureau_desk:reply_page": Row(ITS_BUREAU, ("filing", "reply", "reply_page")),
    "bureau_desk:rules": Row(BUREAUS, posted=True),
    "bureau_desk:my_mails": Row(BUREAUS, posted=True),
    "bureau_desk:wordings": Row(BUREAUS),
    "bureau_desk:phrases": Row(BUREAUS),
    "bureau_desk:phrase": Row(desk_only(BUREAUS, NOT_GET), ("1",), posted=True),
    "bureau_desk:mails": Row(ITS_BUREAU, ITS),
    "bureau_desk:claim": Row(desk_only(BUREAUS, NOT_GET), ITS, posted=True),
    "bureau_desk:release": Row(desk_only(BUREAUS, NOT_GET), ITS, posted=True),
    "bureau_desk:rounds": Row(ITS_BUREAU, ITS),
    "bureau_desk:evidence": Row(ITS_BUREAU, ("filing", "evidence")),
    "bureau_desk:sheets": Row(ITS_BUREAU, ITS),
    "bureau_desk:sheet": Row(ITS_BUREAU, ("filing", "sheet")),
    "bureau_desk:sheet_scan": Row(ITS_BUREAU, ("filing", "scan")),
    "provider_desk:orders": Row(PROVIDERS),
    "provider_desk:order": Row(ITS_PROVIDER, ("task",), posted=True),
    "provider_desk:order_page": Row(ITS_PROVIDER, ("task", "order_page")),
    "bureau_desk:orders": Row(BUREAUS),
    "bureau_desk:penalties": Row(BUREAUS),
    "bureau_desk:confirmations": Row(BUREAUS, posted=True),
    "provider_desk:confirmations": Row(PROVIDERS, posted=True),
    "bureau_desk:spot_checks": Row(BUREAUS, posted=True),
    "bureau_desk:spot_check": Row(ITS_BUREAU, ("spot_check",), posted=True),
    "provider_desk:spot_questions": Row(PROVIDERS),
    "provider_desk:spot_question": Row(ITS_PROVIDER, ("spot_question",), posted=True),
    "bureau_desk:record": Row(ITS_BUREAU, ("record",)),
    "bureau_desk:order_new": Row(ITS_BUREAU, ("cancel", "subject", "record"), posted=True),
    "bureau_desk:order": Row(ITS_BUREAU, ("order",)),
    "bureau_desk:order_page": Row(ITS_BUREAU, ("order", "order_page")),
    "bureau_desk:blacklist": Row(BUREAUS, ("subjects",)),
    "bureau_desk:blacklist_new": Row(BUREAUS, ("domains",), posted=True),
    "bureau_desk:blacklisted": Row(ITS_BUREAU, ("domains", "listed"), posted=True),
    "filings:apply_release": Row(OWNER, ITS, posted=True),
    "filings:matter": Row(OWNER, ("matter",), posted=True),
    "record_matter": Row(EVERYBODY, ("matter_token",), posted=True),
    "shells": Row(EVERYBODY),
    "provider_desk:matters": Row(PROVIDERS),
    "provider_desk:matter": Row(ITS_PROVIDER, ("matter",), posted=True),
    "bureau_desk:matters": Row(BUREAUS),
    "bureau_desk:matter": Row(ITS_BUREAU, ("matter",), posted=True),
    "bureau_desk:matter_page": Row(ITS_BUREAU, ("matter", "matter_event", "matter_page")),
    "bureau_desk:shells": Row(BUREAUS, posted=True),
    "bureau_desk:reset": Row(ITS_BUREAU, ("record",), posted=True),
    "bureau_desk:reset_proof": Row(ITS_BUREAU, ("reset",)),
    "bureau_desk:reset_page": Row(ITS_BUREAU, ("reset", "reset_page")),
    "bureau_desk:case_file": Row(ITS_BUREAU, ("filing", "pdf")),
    "provider_desk:case_file": Row(ITS_PROVIDER, ("filing", "zip")),
    "bureau_desk:hand_over": Row(ITS_BUREAU, ITS, posted=True),
    "bureau_desk:take_over": Row(CHIEFS, ITS, posted=True),
    "bureau_desk:board": Row(CHIEFS),
    "bureau_desk:board_export": Row(CHIEFS, ("reviewers",)),
    "bureau_desk:office": Row(BUREAUS, posted=True),
    "bureau_desk:end_absence": Row(desk_only(BUREAUS, NOT_GET), ("0",), posted=True),
    "bureau_desk:by_load": Row(desk_only(BUREAUS, NOT_GET), posted=True),
    "bureau_desk:assign": Row(desk_only(BUREAUS, NOT_GET), posted=True),
    "bureau_desk:look": Row(desk_only(BUREAUS, NOT_GET), posted=True),
    "bureau_desk:search": Row(desk_only(BUREAUS, NOT_GET), posted=True),
    "bureau_desk:save_filter": Row(desk_only(BUREAUS, NOT_GET), posted=True),
    "bureau_desk:delete_filter": Row(desk_only(BUREAUS, NOT_GET), ("0",), posted=True),
    "bureau_desk:providers": Row(BUREAUS),
    "bureau_desk:provider": Row(ITS_BUREAU, ("provider_id",)),
    "bureau_desk:consistency": Row(HIGHER_STAFF),  # the chief's alone
    "bureau_desk:rechecks": Row(BUREAUS, posted=True),
    "bureau_desk:recheck": Row(HIGHER_STAFF, ("1",), posted=True),  # nothing has been drawn
    "bureau_desk:recheck_evidence": Row(HIGHER_STAFF, ("1", "1")),
    "bureau_desk:bulletins": Row(BUREAUS),
    "bureau_desk:bulletin": Row(BUREAUS, ("2026-10",), posted=True),
    "bureau_desk:bulletin_file": Row(BUREAUS, ("2026-10", "pdf")),
    "bulletins:index": Row(EVERYBODY, ("beijing",)),
    "bulletins:month": Row(NOBODY, ("beijing", "2026-10")),  # not published
    "bulletins:file": Row(NOBODY, ("beijing", "2026-10", "xlsx")),
    "components": Row(OPERATORS),
    "guide_desk:pages": Row(OPERATORS),
    "guide_desk:checked": Row(desk_only(OPERATORS, NOT_GET), ("how-long",), posted=True),
    "calendar:years": Row(OPERATORS),
    "calendar:year": Row(OPERATORS, ("2026",)),
    "calendar:edit": Row(OPERATORS, ("2026",), posted=True),
    "ministry_desk:index": Row(OPERATORS),
    "ministry_desk:app_list": Row(OPERATORS, ("ministry",)),
    "operators:mails": Row(OPERATORS),
    "operators:mail_search": Row(desk_only(OPERATORS, NOT_GET), posted=True),
    "operators:mails_resend": Row(OPERATORS, posted=True),
    "operators:mail": Row(OPERATORS, ("mail",)),
    "operators:mail_resend": Row(desk_only(OPERATORS, NOT_GET), ("mail",), posted=True),
    "operators:log": Row(OPERATORS),
    "operators:log_search": Row(desk_only(OPERATORS, NOT_GET), posted=True),
    "operators:log_entry": Row(OPERATORS, ("log_entry",)),
    "ministry:recover_password": Row(EVERYBODY, posted=True),
    "ministry:recovery_asked": Row(EVERYBODY),
    "put_back_address": Row(NOBODY, ("no-such-secret",), posted=True),
    "ministry:answer_recovery": Row(NOBODY, ("no-such-secret",), posted=True),
    "ministry:change_password": Row(EVERYBODY, posted=True),
    "ministry:password_changed": Row(EVERYBODY),
    "demo_mailbox": Row(NOBODY),
    "demo_mail": Row(NOBODY, ("00000001",)),
}

# allauth's own addresses: what a visitor who has not signed in gets. Their working is allauth's and test_sign_in's.
ACCOUNTS: dict[str, Any] = {
    "account_login": PAGE,
    "account_logout": ELSEWHERE,
    "account_inactive": PAGE,
    "account_signup": PAGE,
    "account_reauthenticate": LOGIN,
    "account_request_reauthentication_code": LOGIN,
    "account_confirm_reauthentication_code": LOGIN,
    "account_email": LOGIN,
    "account_email_verification_sent": LOGIN,
    "account_change_password": LOGIN,
    "account_set_password": LOGIN,
    "account_reset_password": PAGE,
    "account_confirm_login_code": LOGIN,
    "account_reset_password_from_key_done": PAGE,
    "account_reset_password_from_key": PAGE,
    "account_reset_password_done": PAGE,
    "mfa_index": LOGIN,
    "mfa_authenticate": LOGIN,
    "mfa_reauthenticate": LOGIN,
    "mfa_activate_totp": LOGIN,
    "mfa_deactivate_totp": LOGIN,
    "mfa_view_recovery_codes": LOGIN,
    "mfa_generate_recovery_codes": LOGIN,
    "mfa_download_recovery_codes": LOGIN,
    "mfa_list_webauthn": LOGIN,
    "mfa_add_webauthn": LOGIN,
    "mfa_reauthenticate_webauthn": LOGIN,
    "mfa_remove_webauthn": LOGIN,
    "mfa_edit_webauthn": LOGIN,
    "mfa_login_webauthn": LOGIN,
}
# Ways to prove oneself again that the settings switch off: nobody gets a page there.
SWITCHED_OFF = {"account_request_reauthentication_code", "account_confirm_reauthentication_code"}
ACCOUNT_ARGS: dict[str, tuple[Any, ...]] = {
    "account_reset_password_from_key": ("1", "abc-def"),
    "mfa_remove_webauthn": (1,),
    "mfa_edit_webauthn": (1,),
}

# The pages Django puts into every admin site, under each of our three desks.
DESKS = {"provider_desk": PROVIDERS, "bureau_desk": BUREAUS, "ministry_desk": OPERATORS}
DESK_PAGES = {
    "login",
    "logout",
    "autocomplete",
    "jsi18n",
    "view_on_site",
}
# Tables on the operators' desk → whether rows can be added and changed there.
TABLES = {
    "ministry_subject": False,
    "ministry_website": False,
    "ministry_access": False,
    "ministry_numberseries": False,
    "ministry_provincerule": True,
    "ministry_blacklistedsubject": True,
    "ministry_blacklisteddomain": True,
    "accounts_user": True,
    "bureaus_bureau": True,
    "bureaus_reviewer": True,
    "providers_provider": True,
    "providers_staff": True,
    "providers_housechange": False,
    "bureaus_officechange": False,
    "ministry_auditcheck": False,
    "filings_filecheck": False,
}
TABLE_PAGES = ("changelist", "add", "history", "delete", "change")


def names(patterns: Any, namespaces: tuple[str, ...] = ()) -> Iterator[str]:
    """Every named address; admin's catch-all and its old-style redirects have no name and no page."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            own = (pattern.namespace,) if pattern.namespace else ()
            yield from names(pattern.url_patterns, namespaces + own)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield ":".join([*namespaces, pattern.name])


def classified() -> set[str]:
    return {
        *TABLE,
        *ACCOUNTS,
        *(f"{desk}:{page}" for desk in DESKS for page in DESK_PAGES),
        *(f"ministry_desk:{table}_{page}" for table in TABLES for page in TABLE_PAGES),
    }


def test_every_address_has_its_row():
    assert set(names(get_resolver().url_patterns)) == classified()


def unnamed(patterns: Any) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from unnamed(pattern.url_patterns)
        elif not pattern.name:
            yield pattern


def test_what_has_no_name_is_the_admins_own():
    """So no address slips past the table because nobody gave it a name."""
    strangers = [
        str(pattern.pattern)
        for pattern in unnamed(get_resolver().url_patterns)
        if not pattern.callback.__module__.startswith(("django.contrib.admin.", "django.views.generic.base"))
    ]

    assert strangers == []


# --- The visitors' browsers -------------------------------------------------------------------------


def with_second_factor(member: User) -> User:
    TOTP.activate(member, generate_totp_secret())
    return member


def browser(member: User | None, **options: Any) -> Client:
    client = Client(**options)
    if member is not None:
        sign_in(client, member)
    return client


def appointment_of(case: Case) -> Appointment:
    """The first time that its provider offers, booked for the filing."""
    place = meeting_place(case.provider)
    return booking.book(case.filing.pk, case.host, place.pk, slots.free(place)[0].starts, seen=0)


class World:
    """A filing and one visitor of every kind."""

    def __init__(self, status: Status) -> None:
        self.case = case_at(status)
        self.evidence = self.case.filing.evidence.filter(replaced_at=None).first()
        self.appointment = appointment_of(self.case) if status == Status.WITH_PROVIDER else None
        self.handover_id = 0
        if status == Status.DRAFT:
            handover, _token = handovers.open_for(self.case.filing.pk, self.case.host, "papers.responsible_front")
            self.handover_id = handover.pk
        self.sheet = Sheet.objects.filter(verification__filing=self.case.filing).first()
        if self.sheet:
            services.add_scan(self.case.filing.pk, self.case.staff, self.sheet.pk, [invent.portrait(1)])
        taker = user(Party.HOST)
        self.records = self._records(taker) if status == Status.FILED else {}
        paper = documents.accept([invent.card("MANDATE", 1)], self.case.staff.person_id)
        self.mandate = mandates.bring_paper(
            self.case.staff, self.case.filing.host.email, "某公司", timezone.localdate(), paper
        )
        self.mandate_page = paper.pages.get()
        stand_in = actors.on_behalf(self.case.staff, self.case.provider.name)
        values = invent.values(number(), province=BEIJING)
        self.behalf = services.start_on_behalf(self.mandate.pk, stand_in, values)
        self.batch = writing.begin(self.case.staff, "list.xlsx", sheets_to_import.workbook([sheets_to_import.row()]))
        self.website = on_record(self.case.provider)
        pages = documents.read([invent.card("ORDER", 1)])
        said = making.OrderDraft(Act.SUSPEND, "令〔2026〕1号", "违法内容", "33-27", pages)
        self.order = making.make(self.case.reviewer, Scope.SUBJECT, self.website.subject_id, said)
        self.reset = password_resets.reset_password(
            self.case.reviewer, self.website.subject_id, came="某人", proof="营业执照", pages=pages
        )
        self.listed = blacklisted_domain(province=BEIJING)
        self.matter = cancellation_cases.begin(
            CaseKind.RELEASE,
            self.website.subject,
            self.website,
            answer_by=timezone.localdate(),
            filing=self.case.filing,
            applicant_id=self.case.host.person_id,
        )
        self.opening = cancellation_cases.note(self.matter, "open", self.case.host, "我的域名", pages)
        self.spot_check = spot_checks.compare(self.case.reviewer, "抽查", ["unfiled.cn"])
        unfiled = [row.pk for row in self.spot_check.domains.all()]
        spot_checks.ask(self.spot_check.pk, self.case.reviewer, unfiled, [self.case.provider], 5)
        self.reply = self._answered(pages) if status == Status.WITH_BUREAU else None
        self.members: dict[str, User | None] = {
            "anonymous": None,
            "owner": self.case.filing.host,
            "host": taker,
            "staff": with_second_factor(staff_user(self.case.provider)),
            "other_staff": with_second_factor(staff_user(provider())),
            "reviewer": with_second_factor(reviewer_user()),
            "other_reviewer": with_second_factor(reviewer_user(GUANGDONG)),
            "operator": with_second_factor(user(Party.MINISTRY)),
        }

    def _answered(self, pages: Sequence[ScannedPage]) -> Reply:
        """What the bureau has asked and the provider has answered with a paper; nobody has the filing afterwards."""
        filing_id = self.case.filing.pk
        services.claim(filing_id, self.case.reviewer)
        question = questions.ask(filing_id, self.case.reviewer, text="在哪里？", days=3)
        asked = host_questions.pass_on(filing_id, self.case.staff, question.pk, text="在哪里？")
        self.told = host_questions.answer(filing_id, self.case.host, asked.pk, text="在北京。", pages=pages)
        reply = questions.answer(filing_id, self.case.staff, question.pk, text="在北京。", pages=pages)
        services.release(filing_id, self.case.reviewer)
        return reply

    def _records(self, taker: User) -> dict[str, Any]:
        """The rows that an approved filing has brought, what its host keeps up about them, to whom it offers one."""
        subject = self.case.filing.subject
        website = subject.websites.get()
        ends_on = timezone.localdate()
        watch = expiry_dates.keep(
            subject.pk, self.case.host, website_id=None, kind=ExpiryKind.DOMAIN, label="example.cn", ends_on=ends_on
        )
        proof = proofs.of_website(website.pk, self.case.host)
        since = timezone.localdate()
        ProvinceRule.objects.create(
            province=BEIJING, topic=Topic.MIGRATION, demand=Demand.MAY_MIGRATE, source="示例通知", valid_from=since
        )
        offer = migration_offers.make(
            website.pk, self.case.host, migration_offers.Taker("某公司", 1, invent.credit_code(9), taker.email)
        )
        return {
            "offer": offer.pk,
            "subject": subject.pk,
            "website": website.pk,
            "watch": watch.pk,
            "proof": proof.pk,
            "proof_token": proofs.token_of(proof),
        }

    def browser(self, role: str) -> Client:
        return browser(self.members[role])

    def url(self, name: str, args: tuple[str, ...]) -> str:
        return reverse(name, args=[self._values.get(arg, arg) for arg in args])

    @cached_property
    def _values(self) -> dict[str, Any]:
        """Return the value that stands in an address for each name of the table."""
        values = {
            "filing": self.case.filing.pk,
            "behalf": self.behalf.pk,
            "import": self.batch.pk,
            "mandate": self.mandate.pk,
            "mandate_page": self.mandate_page.pk,
            "evidence": self.evidence.pk,
            "handover": self.handover_id,
            "provider": self.case.provider.slug,
            "listed": self.listed.pk,
            "matter": self.matter.pk,
            "matter_token": self.matter.token,
            "matter_event": self.opening.pk,
            "matter_page": self.opening.paper.pages.get().pk,
            "record": self.website.subject_id,
            "order": self.order.pk,
            "order_page": self.order.paper.pages.get().pk,
            "task": self.order.tasks.get().pk,
            "spot_check": self.spot_check.pk,
            "spot_question": self.spot_check.domains.get().questions.get().pk,
            "reset": self.reset.pk,
            "reset_page": self.reset.paper.pages.get().pk,
            **self.records,
            "provider_id": self.case.provider.pk,
            "mail": Mail.objects.earliest("pk").pk,
            "log_entry": first_entry(),
        }
        if self.reply and self.reply.paper:
            values |= {"reply": self.reply.pk, "reply_page": self.reply.paper.pages.get().pk}
            values |= {"told": self.told.pk, "told_page": self.told.paper.pages.get().pk}
        if self.appointment:
            values["appointment"] = self.appointment.pk
        if self.sheet:
            values |= {"sheet": self.sheet.pk, "scan": self.sheet.scans.get().pk, "token": self.sheet.token}
        return values


def first_entry() -> int:
    """An entry of the audit log."""
    if not AuditEntry.objects.exists():
        audit.seal()
    return AuditEntry.objects.earliest("number").number


def kind(response: HttpResponse) -> Any:
    """What the answer is in the table's words."""
    if response.status_code in (301, 302):
        target = response["Location"]
        return LOGIN if target.startswith("/accounts/login/") else ELSEWHERE
    return response.status_code


def follow_to_sign_in(client: Client, response: HttpResponse) -> HttpResponse:
    """A desk sends visitors to its own sign-in address first, which sends them on."""
    while response.status_code == 302 and response["Location"].split("?")[0] in (
        "/provider/login/",
        "/bureau/login/",
        "/ministry/login/",
    ):
        response = client.get(response["Location"])
    return response


def visit(client: Client, url: str) -> HttpResponse:
    return follow_to_sign_in(client, client.get(url))


def answer(client: Client, url: str) -> Any:
    return kind(visit(client, url))


STATUSES = sorted({row.at for row in TABLE.values()})


def rows_at(status: Status) -> dict[str, Row]:
    return {name: row for name, row in TABLE.items() if row.at == status}


STRANGERS = ("anonymous", "host", "other_staff", "other_reviewer", "operator")
# Those of every filing; a reply and a signed sheet are there at some statuses only.
FILINGS_ADDRESSES = {
    name: row
    for name, row in TABLE.items()
    if row.args[:1] == ("filing",) and not {"reply", "reply_page", "told", "sheet", "scan"} & set(row.args)
}


@pytest.mark.parametrize("status", STATUSES)
def test_what_each_visitor_gets(status):
    world = World(status)
    browsers = {role: world.browser(role) for role in ROLES}

    pages = {
        name: [visit(browsers[role], world.url(name, row.args)) for role in ROLES]
        for name, row in rows_at(status).items()
    }

    assert {name: tuple(map(kind, got)) for name, got in pages.items()} == {
        name: row.get for name, row in rows_at(status).items()
    }
    # What may be kept in a cache: pages about nobody, and only those that somebody got who has not signed in.
    assert {
        (name, role)
        for name, got in pages.items()
        for role, page in zip(ROLES, got, strict=True)
        if page.get("Cache-Control") != "private, no-store"
    } == {(name, "anonymous") for name in PUBLIC_PAGES & pages.keys()}


# What belongs to one filing, and is there at every status.
OF_A_FILING = {"filing", "evidence"}


@pytest.mark.parametrize("status", Status)
def test_at_every_status_nothing_is_a_fault_and_strangers_find_nothing(status):
    """The table names one status an address; here is every address of a filing at every status."""
    world = World(status)
    got, expected, failed = {}, {}, []
    for role_number, role in enumerate(ROLES):
        client = world.browser(role)
        for name, row in FILINGS_ADDRESSES.items():
            response = visit(client, world.url(name, row.args))
            what, where, always = kind(response), (name, role), set(row.args) <= OF_A_FILING
            if role not in STRANGERS:
                if response.status_code not in (200, 302, 404, 405):
                    failed.append((*where, response.status_code))
            elif always:
                got[where], expected[where] = what, row.get[role_number]
            elif response.status_code >= 500 or (what == PAGE and row.get[role_number] in (MISSING, LOGIN)):
                failed.append((*where, response.status_code))

    assert got == expected
    assert failed == []


# Addresses that only take POST: those who may are those of the page on which the button stands.
SENDERS = {
    "guide_desk:checked": OPERATORS,
    "directory:start": tuple(ELSEWHERE if answer == MISSING else answer for answer in HOSTS),
    "filings:look_up": HOSTS,
    "filings:become": OWNER,
    "filings:submit": OWNER,
    "filings:use_read": OWNER,
    "filings:remove_picture": OWNER,
    "filings:add_website": OWNER,
    "filings:copy": OWNER,
    "records:watch_add": OWNER,
    "records:prove_subject": OWNER,
    "records:prove_website": OWNER,
    "records:take_back_offer": OWNER,
    "filings:decline_offer": TAKER,
    "filings:mailbox": OWNER,
    "filings:transfer": OWNER,
    "bureau_desk:transfer": ITS_BUREAU,
    "api:save_page": OWNERS_PROGRAM,
    "filings:handover": OWNER,
    "provider_desk:mandate_start": ITS_PROVIDER,
    "on_behalf:use_read": ITS_PROVIDER,
    "on_behalf:remove_picture": ITS_PROVIDER,
    "on_behalf:add_website": ITS_PROVIDER,
    "on_behalf:submit": ITS_PROVIDER,
    "on_behalf:save_page": ITS_PROVIDER,
    "on_behalf:handover": ITS_PROVIDER,
    "on_behalf:mend": ITS_PROVIDER,
    "on_behalf:unlock": ITS_PROVIDER,
    "provider_desk:claim": ITS_PROVIDER,
    "provider_desk:release": ITS_PROVIDER,
    "provider_desk:invitation": HIGHER_STAFF,
    "provider_desk:place_hours_remove": HIGHER_STAFF,
    "provider_desk:open_day": HIGHER_STAFF,
    "provider_desk:bulk": PROVIDERS,
    "provider_desk:told_receipt": HIGHER_STAFF,
    "provider_desk:password": ITS_PROVIDER,
    "bureau_desk:phrase": HIGHER_STAFF,  # nobody has a phrase of that number
    "provider_desk:resend_codes": ITS_PROVIDER,
    "provider_desk:ask_again": ITS_PROVIDER,
    "provider_desk:phrase": HIGHER_STAFF,  # nobody has a phrase of that number
    "provider_desk:look": PROVIDERS,
    "provider_desk:search": PROVIDERS,
    "provider_desk:save_filter": PROVIDERS,
    "provider_desk:delete_filter": HIGHER_STAFF,  # nobody has a view of that number
    "bureau_desk:claim": ITS_BUREAU,
    "bureau_desk:release": ITS_BUREAU,
    "bureau_desk:assign": CHIEFS,
    "bureau_desk:end_absence": CHIEFS,  # nobody is absent by that number
    "bureau_desk:by_load": CHIEFS,
    "bureau_desk:look": BUREAUS,
    "bureau_desk:search": BUREAUS,
    "bureau_desk:save_filter": BUREAUS,
    "bureau_desk:delete_filter": CHIEFS,  # nobody has a view of that number
    "bureau_desk:rechecks": HIGHER_STAFF,  # only the chief's page of the rate takes anything
    "bureau_desk:bulletin": HIGHER_STAFF,  # the chief publishes
    "operators:mail_search": OPERATORS,
    "operators:mail_resend": OPERATORS,
    "operators:log_search": OPERATORS,
}


@pytest.mark.parametrize("status", STATUSES)
def test_a_form_sent_by_strangers_changes_nothing(status):
    world = World(status)
    before = Filing.objects.values().get(pk=world.case.filing.pk)
    rows = {name: SENDERS.get(name, row.get) for name, row in rows_at(status).items() if row.posted}
    got, expected = {}, {}
    for role_number, role in enumerate(ROLES):
        client = world.browser(role)
        for name, answers in rows.items():
            if answers[role_number] != PAGE:
                response = client.post(world.url(name, TABLE[name].args), {"version": before["version"]})
                got[name, role] = kind(follow_to_sign_in(client, response))
                expected[name, role] = answers[role_number]

    assert got == expected
    assert Filing.objects.values().get(pk=world.case.filing.pk) == before
    assert Filing.objects.count() == 2  # with the one begun on behalf


def test_post_of_those_who_may_is_taken():
    """The other side of the test above: the same addresses do work for the right visitor."""
    world = World(Status.DRAFT)
    filing = world.case.filing
    owner = world.browser("owner")
    start = world.url("directory:start", ("provider",))
    assert owner.post(start, {"entrance": "provider"}).context["drafts"].get() == filing
    started = owner.post(start, {"entrance": "provider", "another": "1"})
    assert started.status_code == 302
    assert Filing.objects.filter(host=filing.host).count() == 3  # with the one begun on behalf
    assert owner.post(world.url("filings:submit", ITS), {"version": filing.version}).status_code == 302
    world.browser("staff").post(world.url("provider_desk:claim", ITS))
    world.case.refresh()
    assert (world.case.filing.status, world.case.filing.claimed_by) == (
        Status.WITH_PROVIDER,
        world.members["staff"],
    )


def test_a_desk_tells_a_signed_in_stranger_nothing_at_the_first_request():
    """Not by a redirect to a sign-in page either: that would say that there is something behind it."""
    world = World(Status.WITH_BUREAU)
    told = []
    for role_number, role in enumerate(ROLES):
        client = world.browser(role)
        for desk, answers in DESKS.items():
            if answers[role_number] == MISSING:
                urls = [reverse(f"{desk}:{page}") for page in ("index", "jsi18n", "login")]
                urls.append(f"/{desk.removesuffix('_desk')}/no/such/page/")
                told += [(role, url) for url in urls if client.get(url).status_code != 404]
    assert told == []


def test_accounts_pages_for_a_visitor():
    pages = {name: Client().get(reverse(name, args=ACCOUNT_ARGS.get(name, ()))) for name in ACCOUNTS}

    assert {name: kind(page) for name, page in pages.items()} == ACCOUNTS
    assert {page["Cache-Control"] for page in pages.values()} == {"private, no-store"}


# --- Each desk's admin pages --------------------------------------------------------------------------


def object_of(table: str, world: World) -> Any:
    """A row of a table of the operators' desk."""
    subject = world.case.filing.subject
    website = subject.websites.get()
    return {
        "ministry_subject": subject,
        "ministry_website": website,
        "ministry_access": website.accesses.get(),
        "ministry_numberseries": NumberSeries.objects.get(),
        "ministry_provincerule": ProvinceRule.objects.first(),
        "ministry_blacklistedsubject": blacklisted_subject(),
        "ministry_blacklisteddomain": blacklisted_domain(),
        "accounts_user": world.members["host"],
        "bureaus_bureau": world.case.filing.bureau,
        "bureaus_reviewer": world.members["reviewer"].reviewer,
        "providers_provider": world.case.provider,
        "providers_staff": world.members["staff"].provider_staff,
        "providers_housechange": house_change(world.case.provider),
        "bureaus_officechange": office_change(),
        "ministry_auditcheck": audit.check(),
        "filings_filecheck": FileCheck.objects.get_or_create(day=timezone.localdate())[0],
    }[table]


def test_tables_open_for_operators_alone():
    world = World(Status.FILED)
    operator = world.browser("operator")
    strangers = {role: world.browser(role) for role in ROLES if role != "operator"}
    answers, expected = {}, {}
    for table, writable in TABLES.items():
        base, pk = f"ministry_desk:{table}", object_of(table, world).pk
        pages = {
            reverse(f"{base}_changelist"): 200,
            reverse(f"{base}_add"): 200 if writable else 403,
            reverse(f"{base}_change", args=[pk]): 200,
            reverse(f"{base}_history", args=[pk]): 200,
        }
        expected |= pages
        for url in pages:
            response = operator.get(url)
            answers[url] = response.status_code
            assert (url, response["Cache-Control"]) == (url, "private, no-store")
            assert_strict(url, response)
        for role, client in strangers.items():
            url = reverse(f"{base}_change", args=[pk])
            assert (role, url, answer(client, url)) == (role, url, LOGIN if role == "anonymous" else MISSING)

    assert answers == expected


def test_the_register_can_not_be_written_from_the_operators_desk():
    world = World(Status.FILED)
    operator = world.browser("operator")
    for table in ("ministry_subject", "ministry_website", "ministry_access", "ministry_numberseries"):
        row = object_of(table, world)
        before = type(row).objects.filter(pk=row.pk).values().get()
        for page, args in (("change", [row.pk]), ("delete", [row.pk]), ("add", [])):
            url = reverse(f"ministry_desk:{table}_{page}", args=args)
            assert operator.post(url, {"name": "changed", "post": "yes"}).status_code == 403
        assert type(row).objects.filter(pk=row.pk).values().get() == before


# --- What each may know of a filing --------------------------------------------------------------------


@pytest.mark.parametrize("status", list(Status))
def test_bureaus_and_providers_know_a_filing_from_the_moment_it_reaches_them(status):
    world = World(status)
    reached_provider = status not in (Status.DRAFT, Status.LAPSED)
    reached_bureau = status in (Status.WITH_BUREAU, Status.RETURNED_TO_PROVIDER, Status.FILED)

    seen = [
        world.browser("staff").get(world.url("provider_desk:verify", ITS)).status_code,
        world.browser("reviewer").get(world.url("bureau_desk:review", ITS)).status_code,
    ]

    assert seen == [200 if reached else 404 for reached in (reached_provider, reached_bureau)]


def test_pictures_of_a_filing_that_has_not_arrived_are_closed_too():
    world = World(Status.WITH_PROVIDER)

    assert world.browser("reviewer").get(world.url("bureau_desk:evidence", ("filing", "evidence"))).status_code == 404
    assert world.browser("staff").get(world.url("provider_desk:evidence", ("filing", "evidence"))).status_code == 200


def test_another_bureau_does_not_see_a_filing_because_its_host_thinks_of_moving_there():
    """Returned all the way to the host, the province is edited; the new bureau has not been sent anything."""
    case = case_at(Status.RETURNED_TO_PROVIDER)
    case.send_back()
    guangdong = browser(with_second_factor(reviewer_user(GUANGDONG)))
    review = reverse("bureau_desk:review", args=[case.filing.pk])
    assert guangdong.get(review).status_code == 404

    services.unlock(case.filing.pk, case.host, version=None)
    services.save_facts(case.filing.pk, case.host, {"subject.province": GUANGDONG}, version=None)

    assert guangdong.get(review).status_code == 404


def test_a_picture_is_only_found_under_its_own_filing():
    world, other = World(Status.WITH_BUREAU), Case()
    mine = other.filing.evidence.first()
    client = browser(other.filing.host)

    assert client.get(reverse("filings:evidence", args=[other.filing.pk, mine.pk])).status_code == 200
    assert client.get(reverse("filings:evidence", args=[other.filing.pk, world.evidence.pk])).status_code == 404
    assert client.get(reverse("filings:evidence", args=[world.case.filing.pk, mine.pk])).status_code == 404
    assert client.get(reverse("filings:evidence", args=[other.filing.pk, 0])).status_code == 404


@pytest.mark.parametrize(
    ("role", "desk"), [("owner", "filings"), ("staff", "provider_desk"), ("reviewer", "bureau_desk")]
)
def test_a_picture_is_never_stored_on_its_way_nor_taken_for_anything_else(role, desk):
    world = World(Status.WITH_BUREAU)

    response = world.browser(role).get(world.url(f"{desk}:evidence", ("filing", "evidence")))

    assert response.status_code == 200
    assert response["Content-Type"] == "image/jpeg"
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response.content[:3] == b"\xff\xd8\xff"
    assert Look.objects.filter(user=world.members[role]).count() == (0 if role == "owner" else 1)


def test_numbers_are_masked_on_a_desk_until_asked_for_and_each_look_is_on_record():
    world = World(Status.WITH_BUREAU)
    number = world.case.filing.get("subject.cert_number")
    mobile = world.case.filing.get("responsible.mobile")
    for role, name in (("staff", "provider_desk:verify"), ("reviewer", "bureau_desk:review")):
        client = world.browser(role)
        masked = client.get(world.url(name, ITS)).content.decode()
        assert number not in masked
        assert mobile not in masked
        assert not Look.objects.filter(user=world.members[role]).exists()
        full = client.get(world.url(name, ITS) + "?full=1").content.decode()
        assert number in full
        assert Look.objects.get(user=world.members[role]).what == "facts"


# --- The second factor ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("party", "desk"),
    [
        (Party.PROVIDER, "provider_desk:index"),
        (Party.BUREAU, "bureau_desk:index"),
        (Party.MINISTRY, "ministry_desk:index"),
    ],
)
def test_staff_without_a_second_factor_are_sent_to_set_one_up(party, desk, settings):
    member = {
        Party.PROVIDER: lambda: staff_user(provider()),
        Party.BUREAU: reviewer_user,
        Party.MINISTRY: lambda: user(Party.MINISTRY),
    }[party]()
    client = browser(member)

    for url in (reverse(desk), reverse("query"), reverse("home"), "/provider/filings/1/", "/no/such/page/"):
        response = client.get(url)
        assert (response.status_code, response["Location"]) == (302, reverse("mfa_index"))
    assert client.post(reverse("provider_desk:claim", args=[1])).status_code == 302
    assert client.get(reverse("mfa_index")).status_code == 200

    with_second_factor(member)
    older = client.get(reverse(desk))
    assert older["Location"] == f"{reverse('mfa_reauthenticate')}?next={reverse(desk).replace('/', '%2F')}"
    assert browser(member).get(reverse(desk)).status_code == 200


def test_recovery_codes_alone_can_not_be_had_in_place_of_a_second_factor():
    member = user(Party.MINISTRY, password=PASSWORD)
    client = Client()
    client.post(reverse("account_login"), {"login": member.email, "password": PASSWORD})

    client.post(reverse("mfa_generate_recovery_codes"))

    assert not Authenticator.objects.exists()
    assert client.get(reverse("ministry_desk:index"))["Location"] == reverse("mfa_index")


def test_hosts_need_no_second_factor():
    assert browser(user(Party.HOST)).get(reverse("filings:home")).status_code == 200


@pytest.mark.parametrize(
    ("party", "home"),
    [
        (Party.HOST, "filings:home"),
        (Party.PROVIDER, "provider_desk:index"),
        (Party.BUREAU, "bureau_desk:index"),
        (Party.MINISTRY, "ministry_desk:index"),
    ],
)
def test_each_party_lands_on_its_own_desk(party, home, settings):
    settings.RELAX_SECOND_FACTOR = True

    assert browser(user(party)).get(reverse("desk"))["Location"] == reverse(home)


def test_a_member_who_was_dismissed_or_whose_provider_was_closed_is_out_at_once(settings):
    settings.RELAX_SECOND_FACTOR = True
    case = Case().submit()
    member = staff_user(case.provider)
    client = browser(member)
    url = reverse("provider_desk:verify", args=[case.filing.pk])
    assert client.get(url).status_code == 200

    case.provider.is_active = False
    case.provider.save()
    assert answer(client, url) == LOGIN

    case.provider.is_active = True
    case.provider.save()
    client = browser(member)
    assert client.get(url).status_code == 200
    member.is_active = False
    member.save()
    assert answer(client, url) == LOGIN


# --- Forged forms ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["account_login", "account_logout", "account_signup", "ministry:recover_password", "ministry:change_password"],
)
def test_a_form_of_everybody_without_its_token_is_refused(name):
    assert browser(user(Party.HOST), enforce_csrf_checks=True).post(reverse(name)).status_code == 403


def test_a_form_without_its_token_is_taken_from_nobody():
    """Whoever may send a form must have had its page: another site can't send it in their name."""
    taken = []
    for status in STATUSES:
        world = World(status)
        rows = {name: row for name, row in rows_at(status).items() if row.posted}
        before = Filing.objects.order_by("pk").values()[0]
        for role in ROLES[1:]:
            client = browser(world.members[role], enforce_csrf_checks=True)
            for name, row in rows.items():
                answered = client.post(world.url(name, row.args), {"version": before["version"]}).status_code
                if answered not in (403, 404) and SENDERS.get(name, row.get)[ROLES.index(role)] in (PAGE, ELSEWHERE):
                    taken.append((name, role, answered))
        assert Filing.objects.order_by("pk").values()[0] == before

    assert taken == []


def test_a_form_with_its_token_is_taken():
    world = World(Status.DRAFT)
    client = browser(world.case.filing.host, enforce_csrf_checks=True)
    page = client.get(world.url("filings:check", ITS)).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]

    response = client.post(
        world.url("filings:submit", ITS),
        {"version": world.case.filing.version, "csrfmiddlewaretoken": token},
    )

    assert response.status_code == 302
    assert world.case.refresh().filing.status == Status.WITH_PROVIDER


@pytest.mark.parametrize("door", ["account_login", "provider_desk:login", "ministry_desk:login"])
@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_signing_in_does_not_lead_out_of_the_house(door, target):
    member = user(Party.HOST, password=PASSWORD)
    client = Client()
    page = client.get(reverse(door), {"next": target})
    url = page["Location"] if page.status_code == 302 else f"{reverse(door)}?{urlencode({'next': target})}"

    response = client.post(url, {"login": member.email, "password": PASSWORD, "next": target})

    assert (response.status_code, response["Location"]) == (302, reverse("desk"))


# --- What the browser is told -----------------------------------------------------------------------------

INLINE: dict[str, Callable[[str], Any]] = {
    "a script in the page": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.I).search,
    "a style in the page": re.compile(r"<style\b|\sstyle\s*=\s*[\"']", re.I).search,
    "an on… attribute": re.compile(r"<[^>]+\son[a-z]+\s*=", re.I).search,
    "a javascript: address": re.compile(r"javascript:", re.I).search,
}


def assert_strict(url: str, response: HttpResponse) -> None:
    policy = response.get("Content-Security-Policy", "")
    assert "default-src 'self'" in policy, url
    assert "unsafe" not in policy, url
    assert "frame-ancestors 'none'" in policy, url
    if response["Content-Type"].startswith("text/html"):
        page = response.content.decode()
        assert [(url, what) for what, found in INLINE.items() if found(page)] == []


# The addresses that return a file, shown in the page or downloaded; the provider's export of its queue is a POST.
SHOWN = {
    *("filings:evidence", "provider_desk:evidence", "bureau_desk:evidence"),
    *("provider_desk:reply_page", "bureau_desk:reply_page", "provider_desk:sheet_scan", "bureau_desk:sheet_scan"),
    *("filings:mandate_page", "provider_desk:mandate_page", "provider_desk:order_page", "bureau_desk:order_page"),
    *("bureau_desk:matter_page", "bureau_desk:reset_page"),
    *("filings:question_page", "provider_desk:host_answer_page"),
}
DOWNLOADED = {
    *(
        "filings:summary",
        "filings:appointment_file",
        "on_behalf:summary",
        "records:proof_pdf",
        "provider_desk:figures_export",
    ),
    *("provider_desk:import_template", "provider_desk:import_faults", "bureau_desk:bulletin_file"),
    *("provider_desk:blank_sheet", "provider_desk:sheet", "bureau_desk:sheet"),
    *("provider_desk:case_file", "bureau_desk:case_file"),
}


def how_sent(response: HttpResponse) -> tuple[str, ...]:
    """How a response is to be treated on its way; the name of a download is left out."""
    names = ("Content-Disposition", "X-Content-Type-Options", "Cache-Control")
    return tuple(response.get(name, "").split(";")[0] for name in names)


@pytest.mark.parametrize("status", STATUSES)
def test_every_page_is_under_the_strict_policy_and_keeps_to_it_and_every_file_is_private(status):
    world = World(status)
    files = {}
    for name, row in rows_at(status).items():
        if PAGE in row.get:
            url = world.url(name, row.args)
            response = world.browser(ROLES[row.get.index(PAGE)]).get(url)
            assert (name, response.status_code) == (name, 200)
            assert_strict(url, response)
            if not response["Content-Type"].startswith(("text/html", "application/json")):
                files[name] = how_sent(response)

    assert files == {
        name: ("inline" if name in SHOWN else "attachment", "nosniff", "private, no-store")
        for name in rows_at(status)
        if name in SHOWN | DOWNLOADED
    }


def test_every_accounts_page_is_under_the_strict_policy_and_keeps_to_it():
    member = user(Party.HOST, password=PASSWORD)
    visitor, signed_in = Client(), Client()
    signed_in.post(reverse("account_login"), {"login": member.email, "password": PASSWORD})
    for name, expected in ACCOUNTS.items():
        url = reverse(name, args=ACCOUNT_ARGS.get(name, ()))
        response = (visitor if expected == PAGE else signed_in).get(url, follow=True)
        assert (name, response.status_code) in {
            (name, code) for code in ((403,) if name in SWITCHED_OFF else (200, 404))
        }
        assert_strict(url, response)


@pytest.mark.parametrize("url", ["/no/such/page/", "/filings/999999999/", "/providers/no-such-provider/"])
def test_pages_that_say_no_are_under_the_strict_policy_too(url):
    client = browser(user(Party.HOST))
    response = client.get(url)
    assert response.status_code == 404
    assert_strict(url, response)


def test_the_public_query_leaves_no_trace_of_its_visitors():
    case = case_at(Status.FILED)
    for url in (f"/query/?q={case.filing.domain}", "/query/?q=nothing.example.cn", "/query/", reverse("home")):
        client = Client()
        response = client.get(url)
        assert (url, response.status_code, dict(client.cookies)) == (url, 200, {})
    for name, args in (("ministry", []), ("bureau", ["beijing"]), ("provider", [case.provider.slug])):
        assert Client().get(reverse(f"directory:{name}", args=args)).status_code == 200
    assert not Session.objects.exists()


def test_the_public_query_shows_what_is_public_and_nothing_personal():
    case = case_at(Status.FILED)
    facts, number = case.filing.facts, str(case.filing.subject.number)
    personal = [
        facts["subject"]["cert_number"],
        facts["subject"]["address"],
        *(
            facts["responsible"][name]
            for name in ("name", "cert_number", "mobile", "emergency_mobile", "office_phone", "email")
        ),
    ]
    for text in (number, f"{number}-1", case.filing.domain, case.filing.subject_name):
        page = Client().get("/query/", {"q": text}).content.decode()
        assert f"{number}-1" in page
        assert case.filing.subject_name in page
        assert [value for value in personal if value in page] == []


def test_the_mailbox_of_a_demonstration_is_closed_outside_of_one(settings, tmp_path):
    (tmp_path / "00000001.eml").write_bytes(b"Subject: secret\r\nTo: a@example.cn\r\n\r\nsecret\r\n")
    settings.MAILBOX_DIR = str(tmp_path)
    settings.DEMO = False
    assert Client().get("/demo/mailbox/00000001/").status_code == 404
    settings.DEMO = True
    assert Client().get("/demo/mailbox/00000001/").status_code == 200
    assert Client().get("/demo/mailbox/../../etc/passwd/").status_code == 404


def test_a_host_can_not_hand_in_the_face_to_face_photo():
    case = Case()
    papers = reverse("filings:papers", args=[case.filing.pk])

    sent = {"version": case.filing.version, "websites.0.papers.photo": invent.portrait(1), "later": "1"}
    browser(case.filing.host).post(papers, sent)

    assert not case.filing.evidence.filter(path="websites.0.papers.photo").exists()
