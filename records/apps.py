"""Configure the app: begin the upkeep of records after each approval."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "records"

    def ready(self) -> None:
        from filings import services
        from records import after_approval

        services.AFTER_APPROVAL.append(after_approval.begin)
