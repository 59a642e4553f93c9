"""Tones in which statuses and events of a filing are shown."""

from filings.states import Status

S = Status
TONES = {
    S.DRAFT: "neutral",
    S.WITH_PROVIDER: "info",
    S.RETURNED_TO_HOST: "attention",
    S.WITH_PERSONS: "attention",
    S.WITH_BUREAU: "info",
    S.RETURNED_TO_PROVIDER: "attention",
    S.FILED: "done",
    S.WITHDRAWN: "neutral",
    S.LAPSED: "neutral",
    S.CLOSED: "wrong",
}
EVENT_TONES = {
    "send_back": "attention",
    "return": "attention",
    "unsent": "attention",
    "close": "wrong",
    "displace": "wrong",
    "give_up": "attention",
    "overdue": "wrong",
    "escalate": "wrong",
    "approve": "done",
    "order": "wrong",
    "transfer": "attention",
    "end_by_order": "wrong",
}
