"""The tables of the official interface, of the bureaus' side and of the provider's."""

from interchange.models.connection import Connection, ConnectionAct, ConnectionChange, ConnectionProfile, SeenValue
from interchange.models.files import Download, Upload, UploadState
from interchange.models.leniencies import LeniencyUse
from interchange.models.looks import StatusLook
from interchange.models.proofs import ProvenPassword
from interchange.models.records import ReportedRecord
from interchange.models.reporting import (
    UNDECIDED,
    Exchange,
    ExchangeEnd,
    FetchedFile,
    KnownRow,
    OfficialId,
    Report,
    ReportingConnection,
    ReportState,
    ReportUpload,
)
