"""The events that providers' systems can be told of, and the types of their messages."""

from typing import Final

from filings.states import EVENT_LABELS

# Events of a submitted filing that change where it is or what its provider has to do. Each has its words in
# ``EVENT_LABELS``. Which ones is our own choice.
SENT: Final = (
    "submit",
    "withdraw",
    "ask_persons",
    "give_up",
    "verify",
    "confirm",
    "send_back",
    "close",
    "return",
    "unsent",
    "approve",
    "ask",
    "reply",
    "pass_on",
    "host_reply",
    "overdue",
    "displace",
    "lapse",
    "end_by_order",
    "transfer",
    "book",
    "rebook",
    "unbook",
    "call_off",
    "drop_booking",
    "no_show",
)
TEST: Final = "webhook.test"
TYPES: Final = {name: f"filing.{name}" for name in SENT}
LABELS: Final = {name: EVENT_LABELS[name] for name in SENT}
