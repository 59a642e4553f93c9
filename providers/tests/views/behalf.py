"""A provider that files on behalf of a host by a mandate."""

from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from filings import actors, services
from filings.agreements import mandates
from filings.models import Mandate
from icp_portal.demo import play
from icp_portal.tests.builders import BEIJING, client_of, host, number, provider, staff
from providers.models import Provider


class Behalf:
    """A provider with a mandate of a host, and a filing it has begun for it."""

    def __init__(self, access_provider: Provider | None = None, **values: object) -> None:
        self.access_provider = access_provider or provider(name=f"示例云{number()}")
        self.member, self.owner = staff(self.access_provider), host()
        email = User.objects.get(pk=self.owner.user_id).email
        asked = mandates.ask(self.member, email, "示例公司", 90)
        self.mandate = mandates.grant(asked.pk, self.owner, 90)
        self.actor = actors.on_behalf(self.member, self.access_provider.name)
        self.filing = services.start_on_behalf(self.mandate.pk, self.actor)
        self.number = number()

    def fill(self) -> "Behalf":
        self.filing = play.fill(self.filing, self.actor, self.number, province=BEIJING)
        return self

    def submit(self) -> "Behalf":
        services.submit(self.filing.pk, self.actor, version=None)
        self.filing.refresh_from_db()
        return self

    def url(self, name: str, *args: object) -> str:
        return reverse(f"on_behalf:{name}", args=[self.filing.pk, *args])

    def browser(self) -> Client:
        return client_of(self.member)

    def expire(self) -> None:
        Mandate.objects.filter(pk=self.mandate.pk).update(until=timezone.localdate() - timedelta(days=1))
