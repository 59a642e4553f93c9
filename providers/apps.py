"""Configure the app: connect its receivers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProvidersConfig(AppConfig):
    name = "providers"
    verbose_name = _("access providers")

    def ready(self) -> None:
        from providers import intents, receivers  # noqa: F401 — connects them
