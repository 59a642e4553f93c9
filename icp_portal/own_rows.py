"""The tables that keep something about a person with an account: which the person's report counts, and which not.

Every foreign key to an account is in one of the two lists here; a test walks the models.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.apps import apps
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from ministry import retention
from ministry.retention import DataKind

_AS_LONG: Final = _("as long as the account exists")
_FOR_GOOD: Final = _("for good: they belong to a record")
_UNTIL_SENT: Final = _("until they are sent")


@dataclass(frozen=True, slots=True)
class OwnRows:
    """Rows about a person: what they are, what each contains, and until when they are kept."""

    what: Promise
    contains: Promise
    until: Promise | str


# Column → its rows. Those of hosts, then those of staff.
COUNTED: Final[Mapping[str, OwnRows]] = {
    "filings.Mailbox.host": OwnRows(
        _("Contacts' e-mail addresses"),
        _("the address, and when a code proved it"),
        _("until your last filing is erased; for good if one led to a record"),
    ),
    "filings.Mandate.host": OwnRows(_("Mandates that you have given"), _("the provider, and the term"), _AS_LONG),
    "filings.Offer.by": OwnRows(
        _("Offers of your websites to others"), _("certificate number and e-mail address of the other side"), _AS_LONG
    ),
    "filings.Adoption.host": OwnRows(_("Records added to your account"), _("the number, and when"), _AS_LONG),
    "records.ExpiryDate.entered_by": OwnRows(_("Expiry dates"), _("what expires, and when"), _AS_LONG),
    "records.Confirmation.user": OwnRows(_("Yearly confirmations"), _("the website, and your answer"), _FOR_GOOD),
    "records.Proof.issued_to": OwnRows(_("Proofs of records"), _("the public data of a record on a day"), _FOR_GOOD),
    "records.CancellationCase.applicant": OwnRows(
        _("Cases about records"), _("your statements and papers"), _("for good: they are the grounds of a decision")
    ),
    "accounts.LookUps.user": OwnRows(
        _("Look-ups by your programs"), _("a day, and how many texts"), lazy(retention.shown, str)(DataKind.COUNTS)
    ),
    "providers.Staff.user": OwnRows(_("Appointment at a provider"), _("the provider, and your role"), _AS_LONG),
    "bureaus.Reviewer.user": OwnRows(_("Appointment at a bureau"), _("the bureau, and your role"), _AS_LONG),
    "bureaus.Absence.user": OwnRows(_("Your leave"), _("the days, and who covers"), _AS_LONG),
    "filings.SavedFilter.user": OwnRows(_("Saved views of your queue"), _("name and filter"), _AS_LONG),
    "filings.QueueLook.user": OwnRows(_("Layout of your queue"), _("columns and their order"), _AS_LONG),
    "filings.MailChoice.user": OwnRows(_("Choices of e-mails"), _("which you get, and how"), _AS_LONG),
    "filings.HeldMail.user": OwnRows(_("E-mails held for your daily one"), _("their texts"), _UNTIL_SENT),
}

# Columns of rows that the report names as a whole or that are no rows about the person
IN_THE_ACCOUNT: Final = frozenset(
    {
        *("account.EmailAddress.user", "mfa.Authenticator.user", "accounts.AddressChange.user", "accounts.ApiKey.user"),
        *("ministry.AuditedAddress.user", "ministry.AuditedAuthenticator.user"),
        *("ministry.AuditedAddressChange.user", "ministry.AuditedApiKey.user"),
    }
)
IN_A_FILING_OR_RECORD: Final = frozenset(
    {
        *("filings.Filing.host", "filings.Evidence.uploaded_by", "filings.Answer.author", "filings.HostReply.author"),
        *("filings.OfficialPaper.uploaded_by", "filings.Event.user", "filings.MandateEvent.user"),
        *("records.CaseEvent.user", "filings.SheetScan.uploaded_by"),
    }
)
# What members of staff and operators did for their organisation: the organisation answers for it.
OF_THE_WORK: Final = frozenset(
    {
        *("admin.LogEntry.user", "filings.Filing.claimed_by", "filings.Mandate.asked_by", "filings.Handover.staff"),
        *("filings.StaffNote.author", "filings.Mention.user", "filings.Remark.author", "filings.Verification.verifier"),
        *("filings.Look.user", "filings.Export.user", "filings.PhotoWord.verifier", "filings.PhraseChange.user"),
        *("filings.Question.author", "filings.Reply.author", "filings.HostQuestion.author", "filings.Opinion.reviewer"),
        *("filings.Worksheet.saved_by", "filings.DecisionDraft.saved_by", "filings.QuarantinedFile.released_by"),
        *("providers.Import.made_by", "providers.Import.decided_by", "providers.Invitation.invited_by"),
        *("providers.OrganisationChange.user", "bureaus.DeskRuleChange.user", "bureaus.OfficeChange.user"),
        *("bureaus.Absence.cover", "bureaus.BureauAnnouncement.withdrawn_by", "bureaus.AnnouncementVersion.user"),
        *("bureaus.RecheckRate.set_by", "bureaus.Recheck.decided_by", "bureaus.SecondReading.reader"),
        *("bureaus.Bulletin.published_by", "interchange.Connection.account", "interchange.ConnectionChange.user"),
        *("records.Order.made_by", "records.OrderEvent.user", "records.CounterReset.made_by"),
        *("records.CounterLook.user", "records.YearlyReminder.user", "records.CopyDifference.settled_by"),
        *("records.SpotCheck.made_by", "records.SpotEvent.user", "ministry.BlacklistChange.user"),
        *("ministry.CalendarChange.by", "ministry.Subject.password_set_by", "ministry.GuideCheck.user"),
        *("ministry.MailResend.user", "ministry.MailText.user", "ministry.RetentionPeriod.user"),
        "ministry.RuleChange.by",
    }
)


def counted(user: User) -> Iterator[tuple[OwnRows, int]]:
    """Yield what is kept about the user beside account, filings and records, with how many rows. One query each."""
    for column, rows in COUNTED.items():
        label, _dot, name = column.rpartition(".")
        if count := apps.get_model(label)._default_manager.filter(**{name: user}).count():
            yield rows, count
