"""The time limit of a call and the error without an answer; apart from ``wire``, whose libraries load slowly."""

from typing import Final

from interchange.models import ExchangeEnd

SECONDS: Final = 300.0  # for a call: 50 MB at 2 Mbit/s; our own choice


class NotAnswered(Exception):
    """A call without an answer; ``why`` says what happened, nothing of what was received."""

    def __init__(self, why: ExchangeEnd) -> None:
        super().__init__(why.value)
        self.why = why
