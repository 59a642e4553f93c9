"""Configure the app: connect its receivers; install the triggers after each migration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class MinistryConfig(AppConfig):
    name = "ministry"
    verbose_name = _("ministry")

    def ready(self) -> None:
        from ministry import triggers
        from ministry.mail import account_letters  # noqa: F401 — connects its receivers

        post_migrate.connect(triggers.install, sender=self, dispatch_uid="ministry.triggers")
