"""Every table is in the audit log, or stands in a list that says why not; and a change past the portal is named."""

import pgtrigger
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from accounts import api_keys
from accounts.models import Party, User
from bureaus.models import Bureau, Reviewer, ReviewerRole
from filings.models import Evidence
from icp_portal.tests.builders import Case, provider, reviewer, staff, user, user_of
from ministry import audit
from ministry.models import (
    Access,
    AuditEntry,
    AuditWaiting,
    CalendarDay,
    NumberSeries,
    ProvinceRule,
    Subject,
    SubjectCertificate,
    Website,
)
from ops.bootstrap import ROOT
from providers.models import Staff

pytestmark = pytest.mark.django_db

OWN_PROOF = "the log itself: its rows prove each other"
UNDER_WAY = "changes with every key that is typed; what counts of it enters as an event, a snapshot or a verification"
DERIVED = "derived from what is in the log; a command or a trigger makes it anew"
SHORT = "lives for minutes or days, and nothing on record rests on it"
MAIL = "that a mail was written about a filing is in the log with the mail's digest; the queue may be cleared"
PARENT = "has no content of its own; its pages or events are in the log"
LIBRARY = "the frameworks' own bookkeeping; no right of the portal rests on it"
NOTED = "what was told or asked, so that it is told once; the decision behind it is in the log"

COPIED = "says again what an event says, which is in the log, and what came of sending it; kept for some weeks"
ORGANISATION = "plain text for hosts; each change is in the log as a change of the provider's organisation"

# Reviewed: a new table stands here with its reason, or carries ``append_only`` or ``audited``.
NOT_AUDITED = {
    "ministry_auditwaiting": OWN_PROOF,
    "ministry_auditshape": OWN_PROOF,
    "ministry_auditentry": OWN_PROOF,
    "ministry_audithead": OWN_PROOF,
    "ministry_auditcheck": OWN_PROOF,
    "filings_filing": UNDER_WAY,
    "filings_worksheet": UNDER_WAY,
    "filings_decisiondraft": UNDER_WAY,
    "filings_filecheck": "the portal's notes of its own sweep over the files; their digests are in the log",
    "ministry_backup": "a note that a file was written elsewhere; append-only, and the file proves itself",
    "filings_rescan": "how far a repeated scan of the files has come; what it found is in the log",
    "records_copycomparison": "how far a comparison has come; what it found is in the log",
    "providers_import": UNDER_WAY,
    "providers_importrow": UNDER_WAY,
    "ministry_subjectcontact": DERIVED,
    "ministry_livedomain": DERIVED,
    "ministry_releaseddomain": DERIVED,
    "ministry_opendataedition": DERIVED,
    "ministry_registerchange": "says in which order rows changed that are in the log; triggers of these rows write it",
    "filings_searchentry": DERIVED,
    "filings_trace": DERIVED,
    "filings_sheetpdf": "a sheet as it was drawn; its content is in the log, and a changed file is drawn anew",
    "filings_certificatereading": "what a program read on a picture, as a help to compare; the picture is in the log",
    "filings_reservation": DERIVED,
    "filings_calendarapplied": DERIVED,
    "filings_moveddate": NOTED,
    "filings_monthfigures": DERIVED,
    "providers_measuredwork": DERIVED,
    "filings_phrase": SHORT,
    "filings_photoword": SHORT,
    "filings_handover": SHORT,
    "filings_personcheck": SHORT,
    "filings_queuelook": SHORT,
    "filings_savedfilter": SHORT,
    "filings_heldmail": MAIL,
    "filings_mention": "who finds a note in the queue until it is read; the note itself is in the log",
    "ministry_recovery": SHORT,
    "ministry_certificatequestion": SHORT,
    "ministry_passwordtries": SHORT,
    "ministry_sendingclaim": SHORT,
    "account_emailconfirmation": SHORT,
    "django_session": SHORT,
    "accounts_lookups": SHORT,
    "providers_announcement": ORGANISATION,
    "filings_meetingplace": ORGANISATION,
    "filings_meetinghours": ORGANISATION,
    "filings_closedday": ORGANISATION,
    "filings_appointment": "each booking, move and cancellation is an event of the filing, which is in the log",
    "filings_webhookmessage": COPIED,
    "filings_webhookattempt": COPIED,
    "interchange_provenpassword": SHORT,
    "interchange_seenvalue": SHORT,
    "interchange_leniencyuse": "counts how a connection's messages departed from the interface; nothing rests on it",
    "interchange_exchange": "calls of bureaus' systems; what was sent and what came back is in the log with its file",
    "bureaus_morningmail": NOTED,
    "filings_providernotice": NOTED,
    "records_upkeep": NOTED,
    "records_subjectupkeep": NOTED,
    "records_expirydate": NOTED,
    "filings_officialpaper": PARENT,
    "filings_verification_photos": PARENT,
    "post_office_email": MAIL,
    "post_office_log": MAIL,
    "post_office_emailtemplate": MAIL,
    "post_office_attachment": MAIL,
    "post_office_attachment_emails": MAIL,
    "accounts_user_groups": LIBRARY,
    "accounts_user_user_permissions": LIBRARY,
    "auth_group": LIBRARY,
    "auth_group_permissions": LIBRARY,
    "auth_permission": LIBRARY,
    "django_admin_log": LIBRARY,
    "django_content_type": LIBRARY,
}


def test_every_table_is_audited_or_says_why_not():
    there = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}

    assert there - audit.tables().keys() == NOT_AUDITED.keys()
    assert not audit.tables().keys() & NOT_AUDITED.keys()


def past_the_triggers(sql: str, *values: object) -> None:
    with pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.fixture
def approved() -> Case:
    """A filing on record, and people of every desk; all of it in the chain."""
    case = Case().submit().verify().approve()
    Authenticator.objects.all().delete()
    TOTP.activate(user_of(reviewer(role=ReviewerRole.CHIEF)), generate_totp_secret())
    api_keys.make(user_of(case.staff), "nightly check")
    audit.seal()
    assert list(audit.faults()) == []
    return case


# what is done past the portal → the table whose row the check names
CHANGES = {
    "UPDATE accounts_user SET name = 'Somebody else' WHERE party = 'host'": "accounts_user",
    "UPDATE accounts_user SET email = 'thief' || id || '@example.cn' WHERE party = 'bureau'": "accounts_user",
    "UPDATE accounts_user SET password = 'pbkdf2_sha256$1$a$b' WHERE party = 'provider'": "accounts_user",
    "UPDATE accounts_user SET is_superuser = true, party = 'ministry' WHERE party = 'host'": "accounts_user",
    "UPDATE account_emailaddress SET verified = NOT verified": "account_emailaddress",
    "UPDATE mfa_authenticator SET data = '{}'": "mfa_authenticator",
    "DELETE FROM mfa_authenticator": "mfa_authenticator",
    "UPDATE accounts_apikey SET digest = repeat('0', 64)": "accounts_apikey",
    "UPDATE accounts_apikey SET ended_at = now()": "accounts_apikey",
    "UPDATE providers_staff SET role = 'administrator' WHERE role <> 'administrator'": "providers_staff",
    "UPDATE bureaus_reviewer SET role = 'chief' WHERE role <> 'chief'": "bureaus_reviewer",
    "UPDATE bureaus_bureau SET two_reviewers = true WHERE province = '110000'": "bureaus_bureau",
    "UPDATE ministry_numberseries SET last = last + 1": "ministry_numberseries",
    "UPDATE ministry_subject SET name = '另一家'": "ministry_subject",
    "UPDATE ministry_subject SET password_hash = 'x'": "ministry_subject",
    "UPDATE ministry_subjectcertificate SET digest = repeat('0', 64)": "ministry_subjectcertificate",
    "UPDATE ministry_website SET home_url = 'https://elsewhere.example'": "ministry_website",
    "UPDATE ministry_access SET ip_ranges = '{1.1.1.1}'": "ministry_access",
    "UPDATE ministry_provincerule SET severity = 'blocks' WHERE severity <> 'blocks'": "ministry_provincerule",
    "UPDATE ministry_calendarday SET name = '另一天' WHERE NOT is_working": "ministry_calendarday",
    "UPDATE filings_evidence SET sha256 = repeat('0', 64)": "filings_evidence",
}


@pytest.mark.parametrize(("sql", "table"), CHANGES.items(), ids=range(len(CHANGES)))
def test_a_change_past_the_portal_is_named(approved, sql, table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone()[0]
    past_the_triggers(sql)

    with pytest.raises(CommandError, match=f": {table} "):
        call_command("verify_audit")


def test_staff_appointed_past_the_portal_are_named(approved):
    somebody = user(Party.PROVIDER)
    audit.seal()
    past_the_triggers(
        "INSERT INTO providers_staff (user_id, provider_id, role) VALUES (%s, %s, 'administrator')",
        somebody.pk,
        provider().pk,
    )
    audit.seal()

    with pytest.raises(CommandError, match=f": providers_staff {Staff.objects.get(user=somebody).pk}:"):
        call_command("verify_audit")


def test_an_operator_appointed_by_sql_is_on_record_even_where_the_triggers_are_left_alone(approved):
    """A change by SQL that the triggers see is a change like any other: it is in the log, with its moment."""
    somebody = user(Party.HOST)
    audit.seal()
    before = audit.last().number
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET party = 'ministry' WHERE id = %s", [somebody.pk])
    audit.seal()

    entries = AuditEntry.objects.filter(number__gt=before)
    assert list(entries.values_list("shape__name", "row", "removes")) == [("accounts_user", somebody.pk, False)]
    assert list(audit.faults()) == []


def test_changes_and_removals_enter_and_older_entries_stay_good(approved):
    member = staff(provider()).person_id
    row = Staff.objects.get(user=member)
    audit.seal()
    Staff.objects.filter(pk=row.pk).update(role="administrator")
    Staff.objects.filter(pk=row.pk).delete()
    audit.seal()

    entries = AuditEntry.objects.filter(shape__name="providers_staff", row=row.pk).order_by("number")
    assert [entry.removes for entry in entries] == [False, False, True]
    assert list(audit.faults()) == []

    past_the_triggers(
        "INSERT INTO providers_staff (id, user_id, provider_id, role) VALUES (%s, %s, %s, 'administrator')",
        row.pk,
        member,
        row.provider_id,
    )
    assert [(fault.number, fault.table) for fault in audit.faults()] == [(entries.last().number, "providers_staff")]


def test_signing_in_and_saving_what_is_there_enter_nothing(approved, client):
    somebody = User.objects.get(pk=approved.filing.host_id)
    client.force_login(somebody)
    somebody.save()

    assert not AuditWaiting.objects.exists()


def test_of_passwords_only_a_digest_waits(approved):
    somebody = user(Party.HOST, password="correct-horse-battery")
    waiting = str(list(AuditWaiting.objects.values_list("content", flat=True)))

    assert somebody.password not in waiting
    assert somebody.email in waiting
    assert EmailAddress.objects.filter(user=somebody).exists()


def test_a_row_that_changes_while_the_check_runs_is_no_fault(approved):
    """The newest entry is not yet the newest row: the change waits."""
    Subject.objects.update(name="新名称")
    assert [fault for fault in audit.faults() if "history" not in fault.what and "历史" not in fault.what] == []


def test_the_register_is_compared_with_its_history(approved):
    """Changed with all triggers in place, so that the log has it; but no approval and no order says so."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ministry_website SET name = '另一个网站'")
        cursor.execute("UPDATE ministry_access SET live = false")
        cursor.execute("UPDATE ministry_subject SET division = '110105'")
    audit.seal()

    found = {(fault.table, fault.row, fault.what.rsplit(" ", 1)[-1].rsplit("：", 1)[-1]) for fault in audit.faults()}

    assert found == {
        ("ministry_website", Website.objects.get().pk, "name"),
        ("ministry_access", Access.objects.get().pk, "live"),
        ("ministry_subject", Subject.objects.get().pk, "subject.division"),
    }


def test_what_the_checks_lean_on_is_there():
    """The rows that ``CHANGES`` writes to come from the builders; those of seeds are there from the start."""
    assert Bureau.objects.exists()
    assert CalendarDay.objects.exists()
    assert ProvinceRule.objects.exists()
    assert not transaction.get_autocommit()
    assert {NumberSeries, SubjectCertificate, Evidence, Reviewer} <= set(apps.get_models())


def test_only_these_modules_turn_triggers_off():
    """Each has its reason in an ADR or its docstring; bench and tests work on throw-away databases."""
    turning_off = {
        str(path.relative_to(ROOT))
        for path in ROOT.glob("*/**/*.py")
        if "pgtrigger.ignore(" in path.read_text(encoding="utf-8")
        and not {"tests", "bench", ".venv"} & set(path.relative_to(ROOT).parts)
    }

    assert turning_off == {
        "filings/verification/photo_seals.py",
        "ministry/audit/erasing.py",
        "ministry/imports/copying.py",
        "ministry/management/commands/reseal.py",
    }
