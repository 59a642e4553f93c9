"""Configure the app: set its name for mail servers; connect checks and receivers; start error reports and traces."""

from django.apps import AppConfig
from django.conf import settings
from django.core.mail.utils import DNS_NAME
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "icp_portal"
    verbose_name = _("portal")

    def ready(self) -> None:
        # How we greet the mail server, and what follows the @ of a Message-ID: not the number of a container
        DNS_NAME._fqdn = settings.POST_OFFICE["MESSAGE_ID_FQDN"]  # Django has no setting for it

        from icp_portal import database_roles  # noqa: F401 — registers its check
        from icp_portal.deployment import checks  # noqa: F401 — registers its check
        from icp_portal.watch import beats, error_reports, request_ids, traces  # noqa: F401 — connect their receivers

        error_reports.start()
        traces.start()
