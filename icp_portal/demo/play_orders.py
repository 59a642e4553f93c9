"""Create what a bureau does beside decisions: a suspension, a shell, a spot check, a yearly confirmation."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from filings.actors import Actor
from filings.deadlines import reminder_levels
from filings.evidence import documents
from filings.kinds import Kind
from filings.models import Filing
from filings.rules import ownership
from icp_portal.demo import invent, play_kinds
from ministry.models import LiveDomain, ProvinceRule, Website
from ministry.reference.topics import Topic
from ministry.rules.rules import save_rule
from providers.models import Provider
from records import annual_confirmation, spot_checks
from records.legal_grounds import Act, Scope
from records.models import CancellationCase, DomainStanding, Order, SpotCheck, Upkeep, YearlyAnswer
from records.orders import making, shell_cases
from records.orders.making import OrderDraft


def suspend(filing: Filing, reviewer: Actor) -> Order:
    """Suspend the website of an approved filing; its provider owes a receipt."""
    draft = OrderDraft(
        Act.SUSPEND,
        document="示例通管令〔2026〕12号",
        reason="经有关主管部门书面认定，网站含有违法内容，暂停接入，改正后可申请恢复。",
        ground="33-27",
        pages=documents.read([invent.card("ORDER", filing.pk)]),
    )
    return making.make(reviewer, Scope.WEBSITE, play_kinds.target_of(filing).website_id or 0, draft)


def check_domains(reviewer: Actor, provider: Provider) -> SpotCheck:
    """Compare domains with the register: two are not on record, and the provider is asked about the first."""
    filed = LiveDomain.objects.earliest("domain").domain
    check = spot_checks.compare(reviewer, "月度抽查", ["demo-unfiled-1.cn", "demo-unfiled-2.cn", filed])
    first = check.domains.filter(standing=DomainStanding.UNFILED).earliest("pk")
    spot_checks.ask(check.pk, reviewer, [first.pk], [provider], spot_checks.USUAL_DAYS, "请核实是否提供接入。")
    return check


def publish_shell(filing: Filing, number: int, owner: Actor, verifier: Actor, decider: Actor) -> list[CancellationCase]:
    """Cancel the only access of an approved filing's website, and publish the website as a shell."""
    target = play_kinds.target_of(filing)
    values: dict[str, Any] = {"cancellation.only_access": True}
    leaving = play_kinds.complete_draft(owner, Kind.CANCEL_ACCESS, target, filing.provider_id, number, **values)
    play_kinds.approved(leaving, owner, verifier, decider)
    return shell_cases.publish(decider, Scope.WEBSITE, [target.website_id or 0])


def ask_to_confirm(province: str, operator: User, owner: Actor) -> ProvinceRule:
    """Begin a yearly confirmation of a province ten days ago; a host has answered for its first two websites.

    The first mails count as sent on the first day, so that the desks can remind today.
    """
    today = timezone.localdate()
    rule = ProvinceRule(
        province=province,
        topic=Topic.YEARLY_CONFIRMATION,
        source="示例公告：年度备案信息确认",
        valid_from=today - timedelta(days=10),
        valid_to=today + timedelta(days=50),
    )
    rule = save_rule(rule, operator)
    rows = Upkeep.objects.filter(website__live=True, website__subject__live=True, website__subject__province=province)
    rows.update(yearly_rule=rule, yearly_told=reminder_levels.AT_THE_BEGINNING, yearly_told_on=rule.valid_from)
    own = Website.objects.filter(pk__in=rows, subject__in=ownership.of_host(owner.person_id)).order_by("pk")[:2]
    for website, answer in zip(own, (YearlyAnswer.UNCHANGED, YearlyAnswer.CANCELLED), strict=False):
        annual_confirmation.confirm(website.pk, owner, answer)
    return rule
