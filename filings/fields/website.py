"""Define the pages of a website, for the first one of a filing."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from filings.fields import value_checks
from filings.fields.field import Field, Need, Section, Type
from filings.fields.host import person
from ministry.reference import code_tables, domains

CHOOSE_WHAT = _("The questions below are those of what you choose here. Each has a number of its own.")
SERVICE = Field(
    "service",
    "",
    _("What is filed"),
    "1999",
    type=Type.CHOICE,
    need=Need.NOBODY,
    table=code_tables.SERVICE_TYPES,
    unsaid=code_tables.name_of(code_tables.SERVICE_TYPES, code_tables.WEBSITE),
    hint=CHOOSE_WHAT,
)
# What can be chosen there. A website is what is filed where nothing else is said.
SERVICES = [("" if row.id == code_tables.WEBSITE else row.id, row.name) for row in code_tables.SERVICE_TYPES]

CONTENTS = Field(
    "services",
    "Fwnr_id",
    _("Service contents"),
    "1034",
    type=Type.CHOICES,
    table=code_tables.SERVICE_CONTENTS,
    choices=lambda _values: code_tables.service_choices(timezone.localdate()),
    hint=_("One or two that fit."),
)

LANGUAGES = Field(
    "languages",
    "Yylb_id",
    _("Languages"),
    "1066",
    type=Type.CHOICES,
    table=code_tables.LANGUAGES,
    hint=_("Every language in which the pages can be read."),
)

APPROVED_CONTENTS = Field(
    "approvals",
    "Nrlx",
    _("Contents that another authority approves first"),
    "1033",
    type=Type.CHOICES,
    need=Need.NOBODY,
    table=code_tables.PRIOR_APPROVALS,
    hint=_("Leave all of them empty when the website offers none of these."),
)

REMARK = Field(
    "remark",
    "Wz_Bz",
    _("Remark"),
    "1999",
    1024,
    type=Type.LINES,
    need=Need.NOBODY,
    hint=_('Say what the website is for when the service content is "other".'),
    example="介绍本单位自行研发的农业设备",
)

WEBSITE = Section(
    "website",
    "websites.0",
    _("The website"),
    _("One filing number for one domain."),
    (
        SERVICE,
        Field(
            "name",
            "Wzmc",
            _("Website name"),
            "1999",
            512,
            example="示例科技官网",
            hint=_("At least three Chinese characters. Not a domain, not only digits or letters."),
        ),
        Field(
            "ip_only",
            "",
            _("The website has no domain, only an IP address"),
            "1004",
            type=Type.SWITCH,
            need=Need.NOBODY,
            hint=_("Tick it only when visitors type in the address; such a website is filed as well."),
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
            hint=_(
                "Only the registered domain, without http:// and without www. "
                "A website without a domain gives its IP address here."
            ),
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
                "Filed before 22 April 2019. One a line: delete those that you give up; none can be added, and one "
                "at least stays."
            ),
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
            hint=_("The address visitors open. It must lie in the domain."),
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
    _("The number on the paper of each authority. The papers themselves go with the pictures."),
    (),  # one per prior approval chosen: see _approval_field
    website=0,
)

MANAGER = Section(
    "manager",
    "websites.0.responsible",
    _("The website's responsible person"),
    _("This person comes to the provider's desk and is photographed there."),
    (
        Field(
            "same",
            "",
            _("The same person as the host's responsible person"),
            "1999",
            type=Type.SWITCH,
            need=Need.NOBODY,
            hint=_("Then nothing else has to be filled in on this page."),
        ),
        *person(hint_of_email=_("Put a semicolon between several.")),
    ),
    website=0,
)

ACCESS = Section(
    "access",
    "websites.0.access",
    _("Access"),
    _("How the website is connected. Your provider can tell you when you are not sure."),
    (
        Field(
            "ways",
            "Jrfs",
            _("Access ways"),
            "1035",
            type=Type.CHOICES,
            table=code_tables.ACCESS_WAYS,
            hint=_("A cloud server is cloud access, rented space on a shared server a virtual host."),
        ),
        Field(
            "places",
            "Fbdd",
            _("Where the servers stand"),
            "1036",
            type=Type.CHOICES,
            table=code_tables.PLACEMENTS,
            hint=_("The province of the machine room; your provider knows it."),
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
            hint=_("One address or range a line, IPv4 or IPv6. Only public addresses of your provider."),
            example="1.2.3.4 或 1.2.3.4-1.2.3.8",
        ),
    ),
    website=0,
)

OF_A_WEBSITE = (WEBSITE, APPROVALS, MANAGER, ACCESS)
