"""The models of filings."""

from filings.kinds import Kind
from filings.models.adoption import Adoption, AdoptionEnd, AdoptionEnding
from filings.models.appointment import (
    Appointment,
    AppointmentState,
    ClosedDay,
    MeetingHours,
    MeetingPlace,
    Weekday,
    time_words,
)
from filings.models.clock import DECISIONS, CalendarApplied, ClockEntry, MovedDate, Tick, Why
from filings.models.desk import PageSize, QueueLook, SavedFilter, SearchEntry
from filings.models.documents import OfficialPage, OfficialPaper
from filings.models.evidence import CertificateReading, Evidence, EvidenceKind, FileCheck, QuarantinedFile, Rescan
from filings.models.figures import COUNTRY, MonthFigures
from filings.models.filing import Filing, FilingQuerySet
from filings.models.handover import Handover
from filings.models.letter import FilingMail, HeldMail, MailChoice, MailWay
from filings.models.mailbox import Mailbox
from filings.models.mandate import Mandate, MandateEvent, MandateState, MandateWay
from filings.models.note import Mention, StaffNote
from filings.models.offer import Offer, OfferEnd, OfferEnding
from filings.models.persons import PersonCheck
from filings.models.photograph import Photograph, PhotoWord, Way
from filings.models.phrase import Phrase, PhraseChange
from filings.models.provider_notice import ProviderNotice
from filings.models.record import Answer, Event, Export, Look, Remark, Snapshot, Verification, without_reworded
from filings.models.reservation import Reservation, ReservationKind
from filings.models.review import HostQuestion, HostReply, Opinion, Question, Reply, Trace, TraceKind, Verdict
from filings.models.sheet import Sheet, SheetPdf, SheetScan
from filings.models.webhook import (
    AttemptOutcome,
    EndpointState,
    MessageState,
    WebhookAttempt,
    WebhookEndpoint,
    WebhookMessage,
)
from filings.models.worksheet import DecisionDraft, Worksheet
from filings.states import Entrance
