"""The provider's organisation in a real browser: each page whole and accessible at both widths; joining by mail."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from icp_portal.tests import builders
from icp_portal.tests.browser import Person, with_second_step
from icp_portal.tests.tours import Tour
from providers.models import Announcement, IpRange, Staff, StaffRole
from providers.organisation import invitations

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PAGES = "/provider/organisation/"


def test_pages_of_the_organisation(tour: Callable[..., Tour]) -> None:
    of = builders.provider(promised_days=3, about="云服务器")
    boss = builders.staff(of, StaffRole.ADMINISTRATOR)
    member = Staff.objects.get(user=builders.staff_user(of))
    pool = IpRange.objects.create(provider=of, start="8.8.8.0", end="8.8.8.255")
    day = timezone.localdate()
    announced = Announcement.objects.create(provider=of, title="值班", text="照常。", starts_on=day, ends_on=day)
    builders.organisation_change(of)
    _made, link = invitations.invite(boss, "new.staff@example.cn", StaffRole.VERIFIER)
    administrator = tour(with_second_step(builders.user_of(boss)))
    administrator.visit(
        PAGES,
        f"{PAGES}edit/",
        f"{PAGES}staff/",
        f"{PAGES}staff/{member.pk}/",
        f"{PAGES}staff/invite/",
    )
    administrator.press(_("Send the invitation"), "invitation, not filled in")
    administrator.visit(f"{PAGES}addresses/", f"{PAGES}addresses/{pool.pk}/remove/", f"{PAGES}addresses/add/")
    administrator.person.write(_("Addresses, one per line"), "8.8.8.8\n10.0.0.1\n9.9.9.9")
    administrator.press(_("Check"), "addresses with faults")
    administrator.person.write(_("Addresses, one per line"), "9.9.9.9")
    administrator.press(_("Check"), "addresses without a fault")
    administrator.visit(f"{PAGES}announcements/", f"{PAGES}announcements/{announced.pk}/", f"{PAGES}changes/")
    administrator.visit(f"{PAGES}announcements/new/")
    administrator.press(_("Publish"), "announcement, not filled in")
    anybody = tour()
    anybody.visit(f"/providers/{of.slug}/", "/navigation/", f"/join/{link}/")
    anybody.press(_("Create my account"), "account, not filled in")
    anybody.visit("/join/no-such-secret/", status=404)


def test_without_javascript_an_invited_person_joins(visitor: Callable[..., Person]) -> None:
    of = builders.provider()
    _made, link = invitations.invite(builders.staff(of, StaffRole.ADMINISTRATOR), "new@example.cn", StaffRole.VERIFIER)
    invited = visitor(java_script_enabled=False)
    invited.open(f"/join/{link}/")
    invited.write(_("Your name"), "新核验员")
    invited.write(_("Password"), builders.PASSWORD)
    invited.write(_("Repeat the password"), builders.PASSWORD)
    invited.press(_("Create my account"))
    invited.arrives_at("/accounts/2fa/")
    assert Staff.objects.get(user=User.objects.get(email="new@example.cn")).provider == of
