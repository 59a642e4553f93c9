"""The models of records.

Upkeep, yearly confirmations, orders of bureaus, cases about cancellation, spot checks, differences between the copies.
"""

from records.models.cancellation_case import CancellationCase, CaseEvent, CaseKind, CaseState, case_id_of
from records.models.confirmation import Confirmation, YearlyAnswer, YearlyReminder
from records.models.difference import Copies, CopyComparison, CopyDifference
from records.models.order import CounterLook, CounterReset, Order, OrderEvent, OrderTask
from records.models.spot_check import CheckedDomain, DomainStanding, SpotAnswer, SpotCheck, SpotEvent, SpotQuestion
from records.models.upkeep import ExpiryDate, ExpiryKind, Proof, SubjectUpkeep, Upkeep, of_provider
