"""One row of each kind that a provider's supervisors and administrators keep, and a connection of a bureau's chief."""

import uuid
from datetime import time, timedelta
from ipaddress import IPv6Address
from typing import Any

from django.utils import timezone

from filings.models import (
    ClosedDay,
    EndpointState,
    Filing,
    MeetingHours,
    MeetingPlace,
    WebhookEndpoint,
    WebhookMessage,
    Weekday,
)
from icp_portal.tests.builders import BEIJING, GUANGDONG, Case, number, reviewer_user, user_of
from interchange.models import Connection, FetchedFile, Report, ReportingConnection, ReportUpload
from providers.models import Announcement, Invitation, IpRange, Provider, StaffRole


def rows_of_provider(case: Case, behalf: Filing) -> dict[str, int]:
    """Add what belongs to the filing's provider; return the ids by name in the table."""
    return {**_organisation(case), **_places(case.provider), **_systems(case.provider, behalf)}


def _organisation(case: Case) -> dict[str, int]:
    of, today = case.provider, timezone.localdate()
    member = user_of(case.staff)
    invitation = Invitation.objects.create(
        provider=of,
        email="new@example.cn",
        role=StaffRole.VERIFIER,
        digest=uuid.uuid4().hex,
        invited_by=member,
        expires_at=timezone.now() + timedelta(days=1),
    )
    announcement = Announcement.objects.create(
        provider=of, title="系统升级", text="本周六升级。", starts_on=today, ends_on=today
    )
    address = str(IPv6Address("2001:db8::") + number())
    return {
        "member": member.provider_staff.pk,
        "invitation": invitation.pk,
        "provider_announcement": announcement.pk,
        "ip_range": IpRange.objects.create(provider=of, start=address, end=address).pk,
    }


def _places(of: Provider) -> dict[str, int]:
    """Add a place that is open one hour a week, and a day on which no place is."""
    place = MeetingPlace.objects.create(provider=of, name="分部", address="示例路1号", phone="010-66001234")
    hours = MeetingHours.objects.create(
        place=place, weekday=Weekday.MONDAY, starts=time(9), ends=time(10), minutes=60, at_once=1
    )
    closed = ClosedDay.objects.create(provider=of, day=timezone.localdate() + timedelta(days=300), reason="盘点")
    return {"place": place.pk, "hours": hours.pk, "closed_day": closed.pk}


def _systems(of: Provider, behalf: Filing) -> dict[str, int]:
    """Add an address of its own system and a connection to a bureau's; both are paused, so nothing is sent."""
    webhook = WebhookEndpoint.objects.create(
        provider=of, url="https://hooks.example.cn/", events=[], secret="secret", state=EndpointState.PAUSED
    )
    message = WebhookMessage.objects.create(
        endpoint=webhook, provider=of, webhook_id=uuid.uuid4(), type="test", body="{}"
    )
    reporting = ReportingConnection.objects.create(
        provider=of,
        bureau_id=GUANGDONG,
        url="https://bureau.example.cn/",
        isp_id=1,
        **_account(),
        is_paused=True,
    )
    report = Report.objects.create(
        provider=of, bureau_id=GUANGDONG, filing=behalf, round=1, operation="XZBA", result_type=1
    )
    file: dict[str, Any] = {"connection": reporting, "content": "none.xml", "size": 1, "digest": "0" * 64}
    return {
        "webhook": webhook.pk,
        "webhook_message": message.pk,
        "reporting": reporting.pk,
        "report": report.pk,
        "report_upload": ReportUpload.objects.create(**file, sequence=1, operation="XZBA", records=1).pk,
        "fetched_file": FetchedFile.objects.create(**file, file_name="none.zip").pk,
    }


def connection_of(of: Provider) -> int:
    """Return the id of a connection that Beijing's bureau has opened for a provider."""
    reviewer_user()  # makes the bureau
    return Connection.objects.create(
        bureau_id=BEIJING, provider=of, isp_id=110000_000000 + of.pk, networks=["192.0.2.0/24"], **_account()
    ).pk


def _account() -> dict[str, str]:
    return {"user_name": f"user{number()}", "password": "password", "secret": "secret", "iv": "iv"}
