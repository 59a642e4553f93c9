"""The ministry's tables."""

from ministry.models.audit import AuditCheck, AuditEntry, AuditHead, AuditShape, AuditWaiting
from ministry.models.backup import Backup
from ministry.models.blacklist import BlacklistChange, BlacklistedDomain, BlacklistedSubject
from ministry.models.calendar import CalendarChange, CalendarDay, CalendarYear
from ministry.models.certificate_question import CertificateQuestion
from ministry.models.domains import LiveDomain, ReleasedDomain
from ministry.models.feed import ChangeKind, RegisterChange
from ministry.models.guide import GuideCheck
from ministry.models.history import RegisterVersion
from ministry.models.imports import RegisterPiece, RegisterPieceRows
from ministry.models.mail import Mail, MailResend, MailText, SendingClaim
from ministry.models.open_data import OpenDataEdition
from ministry.models.owner import PasswordTries
from ministry.models.people import (
    AuditedAddress,
    AuditedAddressChange,
    AuditedApiKey,
    AuditedAuthenticator,
    AuditedUser,
)
from ministry.models.recovery import Recovery, RecoveryOutcome
from ministry.models.register import (
    Access,
    ContactKind,
    NumberSeries,
    Subject,
    SubjectCertificate,
    SubjectContact,
    Website,
)
from ministry.models.retention import RetentionPeriod
from ministry.models.rules import ProvinceRule, RuleChange
