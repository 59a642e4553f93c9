"""Configure the app: connect its receivers; have second readings erased with their filing."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BureausConfig(AppConfig):
    name = "bureaus"
    verbose_name = _("bureaus")

    def ready(self) -> None:
        from bureaus import receivers  # noqa: F401 — connects them
        from bureaus.models import SecondReading
        from filings.deadlines import erasing

        erasing.ELSEWHERE.append(lambda filing: SecondReading.objects.filter(recheck__filing=filing))
