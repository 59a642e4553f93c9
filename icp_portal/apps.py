from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "icp_portal"
    verbose_name = _("portal")

    def ready(self) -> None:
        from icp_portal import database_roles  # noqa: F401 — registers its check
        from icp_portal.deployment import checks  # noqa: F401 — registers its check
        from icp_portal.watch import beats, request_ids  # noqa: F401 — connect their receivers
