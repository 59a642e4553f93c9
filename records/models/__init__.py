"""The models of records: upkeep, orders of bureaus, cases about cancellation."""

from records.models.cancellation_case import Matter, MatterEvent, MatterKind, MatterState, matter_id_of
from records.models.order import CounterLook, CounterReset, Order, OrderEvent, OrderTask
from records.models.upkeep import Confirmation, Proof, SubjectUpkeep, Upkeep, Watch, WatchKind, YearlyAnswer

__all__ = [
    "Confirmation",
    "CounterLook",
    "CounterReset",
    "Matter",
    "MatterEvent",
    "MatterKind",
    "MatterState",
    "Order",
    "OrderEvent",
    "OrderTask",
    "Proof",
    "SubjectUpkeep",
    "Upkeep",
    "Watch",
    "WatchKind",
    "YearlyAnswer",
    "matter_id_of",
]
