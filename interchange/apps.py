"""Configure the app: register what the interface does after decisions, receipts and ends."""

from django.apps import AppConfig


class InterchangeConfig(AppConfig):
    name = "interchange"

    def ready(self) -> None:
        from filings import services
        from interchange import record_handlers
        from interchange.intake import other_changes, outcomes, taking
        from interchange.reporting import published_records, queueing
        from ministry.register import ends
        from records.comparison import gathering

        record_handlers.HANDLERS.update(taking.HANDLERS)
        services.AFTER_NUMBER += [outcomes.approved, other_changes.changed]
        services.AFTER_RETURN.append(outcomes.returned)
        services.AFTER_END.append(outcomes.ended)
        services.AFTER_RECEIPT.append(queueing.received)
        ends.AFTER_END.append(other_changes.ended)
        gathering.ELSEWHERE.append(published_records.elsewhere)
