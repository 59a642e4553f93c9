"""What a provider's own system reports: facts with no more than the interface has elements for, and its files."""

from typing import Any

from accounts.models import Party, User
from filings import facts, fields, services
from filings.actors import Actor
from filings.facts import Facts
from filings.fields import attachments
from filings.models import Filing
from filings.services import ReportedPapers
from filings.states import Role
from icp_portal.demo import invent
from icp_portal.tests.builders import BEIJING, number, provider, reviewer
from providers.models import Provider


def system_of(of: Provider) -> Actor:
    """The technical account of a provider's connection, which nobody can sign in with."""
    account = User.objects.create_user(f"system{number()}@example.cn", party=Party.PROVIDER, is_active=False)
    return Actor(Role.PROVIDER, account.pk, f"{of.name}企业系统", provider_id=of.pk)


def said(invented: int, *, province: str = BEIJING, websites: int = 1, **changes: Any) -> Facts:
    """The facts of an invented filing as the interface can say them."""
    values = invent.values(invented, province=province, websites=websites, **changes)
    begun = {**facts.blank(), "websites": [facts.blank_website() for _n in range(websites)]}
    elements = {path for path, _section, field in fields.each(begun) if field.in_interface or field.name == "same"}
    return facts.written(begun, {path: value for path, value in values.items() if path in elements})


def papers(values: Facts, invented: int, **changes: Any) -> ReportedPapers:
    """Every file that must come with these facts."""
    pictures = invent.pictures_for(attachments.reported(values), invented)
    websites = range(max(1, facts.count(values)))
    photos = {fields.website_of(paper.path) or 0: paper for paper in attachments.photos(values)}
    return ReportedPapers(
        **{
            "pictures": {path: file.read() for path, file in pictures.items()},
            "photos": {website: invent.portrait(100 * invented + website).read() for website in photos},
            "sheets": {website: [invent.card("SHEET", 100 * invented + website).read()] for website in websites},
        }
        | changes
    )


class Reported:
    """A filing that a provider's own system has reported, and its cast."""

    def __init__(self, *, of: Provider | None = None, province: str = BEIJING, **facts_of: Any) -> None:
        self.number = number()
        self.provider = of or provider(provinces=[province])
        self.system, self.reviewer = system_of(self.provider), reviewer(province)
        self.values = said(self.number, province=province, **facts_of)
        self.papers = papers(self.values, self.number)
        self.filing = Filing()

    def report(self, **changes: Any) -> "Reported":
        self.filing = services.report(self.system, self.values, self.papers, **changes)
        return self.refresh()

    def again(self) -> "Reported":
        services.report_again(self.filing.pk, self.system, self.values, self.papers)
        return self.refresh()

    def refresh(self) -> "Reported":
        self.filing = Filing.objects.get(pk=self.filing.pk)
        return self
