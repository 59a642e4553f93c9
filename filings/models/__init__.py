"""The filing's tables."""

from filings.kinds import Kind
from filings.models.adoption import Adoption, AdoptionEnd, AdoptionEnding
from filings.models.batch import Import, ImportMode, ImportRow, ImportState
from filings.models.clock import DECISIONS, ClockEntry, MovedDate, Tick, Why
from filings.models.desk import SavedFilter, SearchEntry
from filings.models.digest import Digest
from filings.models.evidence import Evidence, EvidenceKind
from filings.models.file_check import FileCheck
from filings.models.filing import Entrance, Filing
from filings.models.handover import Handover
from filings.models.hold import Hold, HoldKind
from filings.models.letter import FilingMail
from filings.models.mailbox import Mailbox
from filings.models.mandate import Mandate, MandateEvent, MandatePage, MandatePaper, MandateState, MandateWay
from filings.models.matter import Matter, MatterEvent, MatterKind, MatterState, matter_id_of
from filings.models.offer import Offer, OfferEnd, OfferEnding
from filings.models.order import CounterLook, CounterReset, OfficialPage, OfficialPaper, Order, OrderEvent, OrderTask
from filings.models.persons import PersonCheck
from filings.models.photograph import Photograph, PhotoWord, Way
from filings.models.phrase import Phrase, PhraseChange
from filings.models.record import Answer, Event, Export, Look, Remark, Snapshot, Verification, said_once
from filings.models.review import Opinion, Question, Reply, Trace, TraceKind, Verdict
from filings.models.sheet import Sheet, SheetScan
from filings.models.told import Told
from filings.models.upkeep import Confirmation, Proof, SubjectUpkeep, Upkeep, Watch, WatchKind, YearlyAnswer
from filings.models.worksheet import DecisionDraft, Worksheet

__all__ = [
    "DECISIONS",
    "Adoption",
    "AdoptionEnd",
    "AdoptionEnding",
    "Answer",
    "ClockEntry",
    "Confirmation",
    "CounterLook",
    "CounterReset",
    "DecisionDraft",
    "Digest",
    "Entrance",
    "Event",
    "Evidence",
    "EvidenceKind",
    "Export",
    "FileCheck",
    "Filing",
    "FilingMail",
    "Handover",
    "Hold",
    "HoldKind",
    "Import",
    "ImportMode",
    "ImportRow",
    "ImportState",
    "Kind",
    "Look",
    "Mailbox",
    "Mandate",
    "MandateEvent",
    "MandatePage",
    "MandatePaper",
    "MandateState",
    "MandateWay",
    "Matter",
    "MatterEvent",
    "MatterKind",
    "MatterState",
    "MovedDate",
    "Offer",
    "OfferEnd",
    "OfferEnding",
    "OfficialPage",
    "OfficialPaper",
    "Opinion",
    "Order",
    "OrderEvent",
    "OrderTask",
    "PersonCheck",
    "PhotoWord",
    "Photograph",
    "Phrase",
    "PhraseChange",
    "Proof",
    "Question",
    "Remark",
    "Reply",
    "SavedFilter",
    "SearchEntry",
    "Sheet",
    "SheetScan",
    "Snapshot",
    "SubjectUpkeep",
    "Tick",
    "Told",
    "Trace",
    "TraceKind",
    "Upkeep",
    "Verdict",
    "Verification",
    "Watch",
    "WatchKind",
    "Way",
    "Why",
    "Worksheet",
    "YearlyAnswer",
    "matter_id_of",
    "said_once",
]
