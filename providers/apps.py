from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProvidersConfig(AppConfig):
    name = "providers"
    verbose_name = _("access providers")

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from providers import intents, receivers

        receivers.connect()
        user_logged_in.connect(intents.carry_out, dispatch_uid="providers.intents")
