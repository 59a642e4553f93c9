"""Define the pages of a website, for the first one of a filing."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from filings import facts
from filings.facts import Facts
from filings.fields import value_checks
from filings.fields.field import Field, Need, Section, Type
from filings.fields.host import person, remark_field
from ministry.reference import code_tables, domains, english, provinces

CHOOSE_WHAT = _("The questions below depend on your choice here. Each service has its own number.")
SERVICE = Field(
    "service",
    "",
    _("Type of service"),
    "1999",
    type=Type.CHOICE,
    need=Need.NOBODY,
    table=code_tables.SERVICE_TYPES,
    unsaid=english.label("网站"),
    hint=CHOOSE_WHAT,
)
# The services to choose from. The empty value stands for a website, the default.
SERVICES = [
    ("" if row.id == code_tables.WEBSITE else row.id, english.label(row.name)) for row in code_tables.SERVICE_TYPES
]

# What most websites offer, shown first; no rule (公开资料未说明). An individual's usual contents are in the rules'
# advice (腾讯云备案文档).
_USUAL_CONTENTS = (8, 7, 9, 21, code_tables.SERVICE_OTHER)
_USUAL_CONTENTS_OF_PERSONS = (6, code_tables.SERVICE_OTHER)
# Places with most data centres, after the host's own province.
_USUAL_PLACES = ("北京", "上海", "江苏", "浙江", "广东")


def _usual_contents(values: Facts) -> tuple[int, ...]:
    return _USUAL_CONTENTS_OF_PERSONS if facts.is_individual(values) else _USUAL_CONTENTS


def _usual_places(values: Facts) -> tuple[int, ...]:
    own = facts.read(values, "subject.province")
    rows = [row for row in provinces.PROVINCES if row.code == own or row.name in _USUAL_PLACES]
    return tuple(row.placement_id for row in sorted(rows, key=lambda row: row.code != own))


CONTENTS = Field(
    "services",
    "Fwnr_id",
    _("Service contents"),
    "1034",
    type=Type.CHOICES,
    table=code_tables.SERVICE_CONTENTS,
    choices=lambda _values: code_tables.service_choices(timezone.localdate()),
    hint=_("Choose the one or two that fit."),
    usual=_usual_contents,
)

LANGUAGES = Field(
    "languages",
    "Yylb_id",
    _("Languages"),
    "1066",
    type=Type.CHOICES,
    table=code_tables.LANGUAGES,
    hint=_("Tick every language used on the pages."),
    preset=lambda _values: [code_tables.CHINESE],
    usual=lambda _values: (code_tables.CHINESE, code_tables.ENGLISH),
)

APPROVED_CONTENTS = Field(
    "approvals",
    "Nrlx",
    _("Contents that need prior approval"),
    "1033",
    type=Type.CHOICES,
    need=Need.NOBODY,
    table=code_tables.PRIOR_APPROVALS,
    hint=_("Leave all empty if the website offers none of these."),
    usual=lambda _values: (),
)

REMARK = remark_field(
    "remark",
    "Wz_Bz",
    hint=_("Describe the purpose of the website if the service content is “other”."),
    example="介绍本单位自行研发的农业设备",
)

WEBSITE_NAME = Field(
    "name",
    "Wzmc",
    _("Website name"),
    "P301",
    512,
    fault_if_empty="1999",
    example="示例科技官网",
    hint=_("Not a domain, not only digits or letters."),  # how many Chinese characters it needs is a province's rule
)

WEBSITE = Section(
    "website",
    "websites.0",
    _("The website"),
    _("One filing number per domain."),
    (
        SERVICE,
        WEBSITE_NAME,
        Field(
            "ip_only",
            "",
            _("The website has no domain, only an IP address"),
            "1004",
            type=Type.SWITCH,
            need=Need.NOBODY,
            hint=_("Tick this only if visitors open the website by its IP address; such websites need a filing too."),
        ),
        Field(
            "domain",
            "Ym",
            _("Domain"),
            "1004",
            128,
            plain=True,
            check=value_checks.domain,
            words=domains.display_domain,
            example="example.cn",
            hint=_("The registered domain. If the website has no domain, enter its IP address."),
            keyboard="url",
            tidied=True,
        ),
        # only for an old website with several domains on record: see _pages_of
        Field(
            "kept_domains",
            "Ym",
            _("All its domains"),
            "1004",
            20000,
            type=Type.LINES,
            plain=True,
            check=value_checks.kept_domains,
            words=domains.display_domains,
            hint=_(
                "Filed before 22 April 2019. One per line: delete the domains you give up. None can be added, "
                "and at least one must stay."
            ),
        ),
        # No element of the interface of ICP filings; code and limit are those of its domain reports (YM). Beijing
        # requires it beside the domain on the verification sheet, where the verifier can fill it in.
        Field(
            "registrar",
            "Ym_zcs",
            _("Domain registrar"),
            "1999",
            500,
            in_messages=False,  # only in reports of domains
            need=Need.NOBODY,
            plain=True,
            check=value_checks.registrar,
            hint=_(
                "The company at which the domain is registered, as its certificate of registration names it. "
                "Leave it empty if there is only an IP address."
            ),
            example="示例域名注册有限公司",
        ),
        Field(
            "home_url",
            "Syurl",
            _("Home page"),
            "1022",
            255,
            plain=True,
            check=value_checks.home_url,
            words=domains.display_home_url,
            example="www.example.cn",
            hint=_("The address visitors open, on this domain. If you leave it empty, it is www. and the domain."),
            keyboard="url",
            tidied=True,
        ),
        CONTENTS,
        LANGUAGES,
        APPROVED_CONTENTS,
        REMARK,
    ),
    website=0,
)

APPROVALS = Section(
    "approvals",
    "websites.0.approval_numbers",
    _("Prior approvals"),
    _("The number on each authority's document. Upload the documents with the pictures."),
    (),  # one per prior approval chosen: see _approval_field
    website=0,
)

MANAGER = Section(
    "manager",
    "websites.0.responsible",
    _("The website's responsible person"),
    _("This person must be verified and photographed at the provider's office."),
    (
        Field(
            "same",
            "",
            _("The same person as the host's responsible person"),
            "1999",
            type=Type.SWITCH,
            need=Need.NOBODY,
            hint=_("If ticked, nothing else on this page is needed."),
            preset=lambda values: not facts.record(values),
        ),
        *person(hint_of_email=_("Separate several entries with semicolons."), if_empty={"office_phone": "1031"}),
    ),
    website=0,
)

ACCESS = Section(
    "access",
    "websites.0.access",
    _("Access"),
    _("How the website is connected. If you are not sure, ask your provider."),
    (
        Field(
            "ways",
            "Jrfs",
            _("Access method"),
            "1035",
            type=Type.CHOICES,
            table=code_tables.ACCESS_WAYS,
            hint=_("For a cloud server choose cloud access, for rented space on a shared server choose virtual host."),
        ),
        Field(
            "places",
            "Fbdd",
            _("Server location"),
            "1036",
            type=Type.CHOICES,
            table=code_tables.PLACEMENTS,
            hint=_("The province of the data centre; your provider can tell you."),
            usual=_usual_places,
        ),
        Field(
            "ip_ranges",
            "Qsip Zzip",
            _("IP addresses"),
            "1006",
            2000,
            type=Type.LINES,
            plain=True,
            check=value_checks.by_itself(value_checks.ip_ranges),
            hint=_("One address or range per line, IPv4 or IPv6. Only public addresses from your provider."),
            example="1.2.3.4-1.2.3.8",
        ),
    ),
    website=0,
)

OF_A_WEBSITE = (WEBSITE, APPROVALS, MANAGER, ACCESS)
