"""Configure the app, which has nothing to connect."""

from django.apps import AppConfig


class HostsConfig(AppConfig):
    name = "hosts"
