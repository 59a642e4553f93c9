"""The models of records: upkeep, orders of bureaus, cases about cancellation, spot checks."""

from records.models.cancellation_case import CancellationCase, CaseEvent, CaseKind, CaseState, matter_id_of
from records.models.order import CounterLook, CounterReset, Order, OrderEvent, OrderTask
from records.models.spot_check import CheckedDomain, DomainStanding, SpotAnswer, SpotCheck, SpotEvent, SpotQuestion
from records.models.upkeep import Confirmation, ExpiryDate, ExpiryKind, Proof, SubjectUpkeep, Upkeep, YearlyAnswer
