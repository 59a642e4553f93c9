"""Configure the app: add the notices of differences and quarantine to the operators' start page."""

from django.apps import AppConfig


class DesksConfig(AppConfig):
    name = "desks"

    def ready(self) -> None:
        from desks.operator import differences, quarantine
        from ministry.operators import site

        site.NOTICES.extend((quarantine.notice, differences.notice))
