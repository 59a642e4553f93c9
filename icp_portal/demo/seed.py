"""Load the demonstration once: bureaus, providers, staff, hosts, filings at every status, an order and a shell."""

from dataclasses import dataclass
from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from accounts.models import Party, User
from bureaus.access import reviewer
from bureaus.models import Bureau, Reviewer, ReviewerRole
from desks.access import host
from filings import services
from filings.actors import Actor
from filings.deadlines import sweeps
from filings.models import Adoption, Entrance, Filing
from icp_portal.demo import old_records, play, play_announcements, play_appointments, play_figures, play_orders
from icp_portal.guide import checks
from ministry.reference import code_tables, provinces
from providers.access import staff
from providers.models import IpRange, Provider, Staff, StaffRole

PASSWORD = "demo-beian-2026"  # noqa: S105 — the demonstration refuses to run in production


@dataclass(frozen=True, slots=True)
class DemoProvider:
    """An invented provider that serves its own province and those in ``also``."""

    slug: str
    name: str
    province: str
    also: tuple[str, ...]
    about: str
    address: str


# Addresses of the AS112 project (RFC 7534, RFC 7535), which are public but host no website. Each provider has one IPv4
# address and a part of the IPv6 network by its position in the list; 京网 has a range too.
RANGE_OF_MANY = ("192.31.196.0", "192.31.196.99")

PROVIDERS = (
    DemoProvider(
        "yunqi",
        "云栖示例云计算有限公司",
        "330000",
        ("110000", "310000", "440000"),
        "云服务器与虚拟主机",
        "杭州市示例大道1号一层",
    ),
    DemoProvider(
        "jingwang",
        "京网示例数据中心有限公司",
        "110000",
        ("120000", "130000"),
        "主机托管与专线",
        "北京市示例街2号B座",
    ),
    DemoProvider("huyun", "沪云示例信息服务有限公司", "310000", ("320000", "330000"), "云服务器", "上海市示例路3号5层"),
    DemoProvider("lingnan", "岭南示例网络有限公司", "440000", ("450000", "460000"), "虚拟主机", "广州市示例中路4号"),
    DemoProvider("tianfu", "天府示例互联科技有限公司", "510000", ("500000", "520000"), "主机托管", "成都市示例西路5号"),
    DemoProvider("chutian", "楚天示例通信有限公司", "420000", ("430000", "410000"), "专线与托管", "武汉市示例北路6号"),
    DemoProvider("guanzhong", "关中示例云网有限公司", "610000", ("620000", "640000"), "云服务器", "西安市示例东路7号"),
    DemoProvider("songliao", "松辽示例数据有限公司", "210000", ("220000", "230000"), "虚拟主机", "沈阳市示例南路8号"),
)


def accounts() -> list[tuple[str, str]]:
    """Return (party, e-mail address) of the accounts to try first; all have ``PASSWORD``."""
    return [
        ("网站主办者", "host@demo.example.cn"),
        ("接入服务商 · 京网", "jingwang@demo.example.cn"),
        ("接入服务商 · 京网主管", "supervisor.jingwang@demo.example.cn"),
        ("接入服务商 · 京网核验员", "verifier.jingwang@demo.example.cn"),
        ("省局 · 北京", "beijing@demo.example.cn"),
        ("省局 · 北京负责人", "chief.beijing@demo.example.cn"),
        ("部级运营", "ministry@demo.example.cn"),
    ]


def seed() -> bool:
    """Load everything in one transaction unless it is loaded already; return whether it was loaded now."""
    if User.objects.filter(email="host@demo.example.cn").exists():
        return False
    with transaction.atomic():
        _seed_bureaus()
        _seed_providers()
        operator = _user("ministry@demo.example.cn", "部级系统管理员", Party.MINISTRY)
        for key in checks.PAGES:
            checks.check(key, operator)
        _seed_filings(operator)
        play_figures.invent()
    return True


def _user(email: str, name: str, party: Party) -> User:
    user = User.objects.create_user(email, PASSWORD, name=name, party=party)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def _seed_bureaus() -> None:
    for province in provinces.PROVINCES:
        email = f"{province.slug}@demo.example.cn"
        bureau, _new = Bureau.objects.update_or_create(
            province=province.code,
            defaults={"contact_email": email, "chief_email": f"chief.{email}", "contact_phone": "010-12300"},
        )
        Reviewer.objects.create(user=_user(email, f"{province.name}审核员", Party.BUREAU), bureau=bureau)
    for name, email, role in (
        ("北京负责人", "chief.beijing@demo.example.cn", ReviewerRole.CHIEF),
        ("北京审核员二", "second.beijing@demo.example.cn", ReviewerRole.REVIEWER),
    ):
        Reviewer.objects.create(user=_user(email, name, Party.BUREAU), bureau_id="110000", role=role)
    play_announcements.publish(reviewer(User.objects.get(email="chief.beijing@demo.example.cn")))


def _seed_providers() -> None:
    for number, entry in enumerate(PROVIDERS, start=1):
        email = f"{entry.slug}@demo.example.cn"
        provider = Provider.objects.create(
            slug=entry.slug,
            name=entry.name,
            provinces=[entry.province, *entry.also],
            about=entry.about,
            address=entry.address,
            licence=f"B1-2026{number:04d}",
            contact_phone=f"400-000-{number:04d}",
            contact_email=email,
            promised_days=number + 1,
            access_ways=[code_tables.CLOUD],
            access_places=[provinces.by_code(entry.province).placement_id],
        )
        _announce(provider)
        _seed_staff(provider, entry)
        _seed_addresses(provider, number)


_BY_PHONE = "本月每周二、周四下午办理当面核验。\n\n请提前一天来电预约，并携带证件原件。"
_ONLINE = "提交备案单后可在网上预约当面核验时段。\n\n请按时到场，并携带证件原件。"


def _announce(provider: Provider) -> None:
    """Create an announcement for this month."""
    today = timezone.localdate()
    provider.announcements.create(
        title="当面核验请提前预约",
        text=_ONLINE if provider.slug == "jingwang" else _BY_PHONE,
        starts_on=today,
        ends_on=today + timedelta(days=30),
    )


def _seed_staff(provider: Provider, entry: DemoProvider) -> None:
    """Create one member of staff per role; the administrator has the provider's own e-mail address."""
    email = provider.contact_email
    for role, address, title in (
        (StaffRole.ADMINISTRATOR, email, "管理员"),
        (StaffRole.SUPERVISOR, f"supervisor.{email}", "主管"),
        (StaffRole.VERIFIER, f"verifier.{email}", "核验员"),
    ):
        user = _user(address, f"{entry.name[:2]}{title}", Party.PROVIDER)
        Staff.objects.create(user=user, provider=provider, role=role)


def _seed_addresses(provider: Provider, number: int) -> None:
    """Create the IP ranges named in this provider's filings, and one of IPv6."""
    ranges = [(f"192.31.196.{100 + number}",) * 2, (f"2620:4f:8000:{number}::", f"2620:4f:8000:{number}:ffff::")]
    if provider.slug == "jingwang":
        ranges.append(RANGE_OF_MANY)
    IpRange.objects.bulk_create(IpRange(provider=provider, start=start, end=end) for start, end in ranges)


def _seed_filings(operator: User) -> None:
    """Create filings at every status for one provider and bureau, and a few elsewhere."""
    owner = host(_user("host@demo.example.cn", "李示例", Party.HOST))
    other = host(_user("host2@demo.example.cn", "周示例", Party.HOST))
    provider = Provider.objects.get(slug="jingwang")
    cast = (staff(_staff_user(provider)), reviewer(_reviewer_user("110000")))
    _lapsed(owner, provider)
    services.start(owner, provider_id=provider.pk, entrance=Entrance.PROVIDER)
    for number, (who, steps) in enumerate(_STEPS, start=1):
        filing = play.complete_draft(
            owner if who else other,
            provider.pk,
            number,
            province="110000",
            individual=number % 4 == 0,
            same=number % 3 != 0,
            websites=_WEBSITES.get(number, 1),
            services=_SERVICES.get(number, ()),
            ip_ranges=f"192.31.196.{number}",
        )
        _tell(filing, steps, owner if who else other, *cast)
    play_appointments.offer(cast[0])
    play_appointments.book(provider.pk)
    play_orders.check_domains(cast[1], provider)
    _seed_elsewhere(other)
    _seed_old_records(owner, provider)
    play_orders.ask_to_confirm("110000", operator, owner)


# Number of websites of filings with several, which the bureau may decide one by one
_WEBSITES = {7: 3}
# Service types of filings with services other than websites
_SERVICES = {
    14: (code_tables.WEBSITE, code_tables.APP, code_tables.MINI_PROGRAM, code_tables.QUICK_APP),
    15: (code_tables.APP,),
    16: (code_tables.APP,),
}
# Whether the filing is the first demo host's, and the steps that bring it to its status
_STEPS: tuple[tuple[bool, str], ...] = (
    (True, ""),
    (True, "submit"),
    (False, "submit"),
    (False, "submit"),
    (True, "submit send_back"),
    (True, "submit verify"),
    (False, "submit verify"),
    (False, "submit verify"),
    (True, "submit verify return"),
    (True, "submit verify approve"),
    (False, "submit send_back submit verify approve"),
    (False, "submit verify approve"),
    (True, "submit withdraw"),
    (True, "submit close"),
    (True, "submit verify approve"),
    (True, "submit verify"),
    (True, "submit"),
    (True, "submit verify approve suspend"),
    (False, "submit verify approve shell"),
)
LEAVING = 90  # number of the invented cancellation that makes the shell


def _tell(filing: Filing, steps: str, owner: Actor, verifier: Actor, decider: Actor) -> None:
    for step in steps.split():
        match step:
            case "submit":
                play.submit(filing, owner)
            case "withdraw":
                services.withdraw(filing.pk, owner, version=None)
            case "close":
                play.close(filing, verifier)
            case "verify":
                play.verify(filing, verifier)
            case "send_back":
                play.send_back(filing, verifier)
            case "return":
                play.return_to_provider(filing, decider)
            case "approve":
                play.approve(filing, decider)
                filing.refresh_from_db()
            case "suspend":
                play_orders.suspend(filing, decider)
            case "shell":
                play_orders.publish_shell(filing, LEAVING, owner, verifier, decider)


def _lapsed(owner: Actor, provider: Provider) -> None:
    services.start(owner, provider_id=provider.pk, entrance=Entrance.MINISTRY)
    sweeps.lapse_drafts(life=timedelta(days=-1))  # lapse everything touched before tomorrow


def _seed_elsewhere(owner: Actor) -> None:
    """Create one submitted filing per provider, so that no desk is empty."""
    for number, entry in enumerate(PROVIDERS, start=101):
        provider = Provider.objects.get(slug=entry.slug)
        filing = play.complete_draft(
            owner,
            provider.pk,
            number,
            province=entry.province,
            ip_ranges=f"192.31.196.{number}",
            entrance=Entrance.BUREAU,
        )
        services.submit(filing.pk, owner, version=None)
        if number % 2:
            play.verify(filing, staff(_staff_user(provider)))


# Invented records of earlier systems: number of the website as issued, day of approval, domains
_OLD_RECORDS: tuple[tuple[str, date, tuple[str, ...]], ...] = (
    ("京ICP备16000201号-1", old_records.APPROVED_ON, ("demo-old.cn", "demo-old.com", "demo-older.cn")),
    ("京B2-20090001-3", date(2009, 9, 1), ("demo-b2.cn",)),
    ("京ICP备05000203号-1", date(2005, 6, 1), ("demo-2005.cn",)),
    ("京ICP备020001号-1", date(2002, 4, 1), ("demo-2002.cn",)),
    ("京ICP证040001号-1", date(2004, 3, 1), ("demo-licence.cn",)),
)
_ADOPTED = 2  # of them are in the account of the first demo host


def _seed_old_records(owner: Actor, provider: Provider) -> None:
    """Create websites of earlier systems, the first ones adopted by their host's account."""
    for place, (issued, on, domains) in enumerate(_OLD_RECORDS):
        entered = old_records.enter(201 + place, provider.pk, [*domains], province="110000", issued=issued, on=on)
        if place < _ADOPTED:
            Adoption.objects.create(host_id=owner.person_id, subject=entered.subject)


def _staff_user(provider: Provider) -> User:
    """Return the user who verifies: the administrator, so that the account to try first has work."""
    return provider.staff.select_related("user").get(role=StaffRole.ADMINISTRATOR).user


def _reviewer_user(province: str) -> User:
    """Return the user who reviews: the bureau's first reviewer, which is an account to try first."""
    return Reviewer.objects.select_related("user").filter(bureau_id=province).earliest("pk").user
