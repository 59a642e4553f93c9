from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = _("records")

    def ready(self) -> None:
        from filings import services
        from records import after_approval

        services.AFTER_APPROVAL.append(after_approval.begin)
