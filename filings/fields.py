"""The data dictionary of the form: every field, once, as data.

``code`` is the element of the official interface (V3.0), ``max_length`` its limit in characters, ``fault`` the
official result code of a bad value. Forms, the desks' fact tables, the remark picker and the checks are all
made from this table; a field exists here or not at all.

A filing may name several websites. Their sections are written here once, for the first; ``sections_of`` repeats
them for the others.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, lru_cache

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from filings import facts, kinds
from filings.facts import Facts
from filings.kinds import Kind
from ministry import codes


class Type(StrEnum):
    """How a value is typed in and kept: text, number, named choice, list of numbers, ISO date, yes or no."""

    TEXT = "text"
    LINES = "lines"
    CHOICE = "choice"
    NAMED = "named"
    DIVISION = "division"
    CHOICES = "choices"
    DATE = "date"
    SWITCH = "switch"


# What people type in words of their own.
TYPED = (Type.TEXT, Type.LINES)


class Need(StrEnum):
    """Who must fill it in."""

    ALL = "all"
    UNIT = "unit"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``name`` is its key in its section; the path is ``section.prefix`` + name."""

    name: str
    code: str
    label: Promise | str
    fault: str
    max_length: int = 255
    type: Type = Type.TEXT
    need: Need = Need.ALL
    hint: Promise | str = ""
    example: str = ""
    # what an individual reads instead
    hint_for_person: Promise | str = ""
    example_for_person: str = ""
    masked: bool = False
    # NFKC and no blanks around: full-width digits and letters become plain ones
    plain: bool = False
    # needed only where this number is among those chosen at another field of the page
    only_with: tuple[str, int] | None = None

    def help_for(self, *, individual: bool) -> tuple[Promise | str, str]:
        """The hint and the example for this kind of host."""
        if individual:
            return self.hint_for_person or self.hint, self.example_for_person or self.example
        return self.hint, self.example


@dataclass(frozen=True, slots=True)
class Section:
    """One page of the form. ``part`` says what it is about, whichever website it belongs to."""

    part: str
    prefix: str
    title: Promise | str
    lead: Promise | str
    fields: tuple[Field, ...]
    website: int | None = None

    @property
    def id(self) -> str:
        """Its name in addresses: ``website``, and ``website-2`` for the second one."""
        return f"{self.part}-{self.website + 1}" if self.website else self.part

    def path(self, field: Field) -> str:
        return f"{self.prefix}.{field.name}"


def _person(*, hint_of_email: Promise | str) -> tuple[Field, ...]:
    """The fields of a responsible person; the same for the subject's and the website's (§ Fzr)."""
    return (
        Field(
            "name",
            "Fzr_xm",
            _("Name"),
            "1044",
            128,
            hint=_("As printed on the certificate."),
            example="张三",
        ),
        Field(
            "cert_type",
            "Fzr_zjlx",
            _("Certificate type"),
            "1008",
            type=Type.CHOICE,
            hint=_("The certificate that is shown at the face-to-face check."),
        ),
        Field(
            "cert_number",
            "Fzr_zjhm",
            _("Certificate number"),
            "1015",
            128,
            masked=True,
            plain=True,
            hint=_("The number printed on the certificate; a resident identity card has 18 characters."),
            example="11010519491231002X",
        ),
        Field(
            "cert_from",
            "Fzr_zjyxq",
            _("Certificate valid from"),
            "1008",
            type=Type.DATE,
            need=Need.NOBODY,
            hint=_("The first day of its validity, as printed on the certificate."),
        ),
        Field(
            "cert_until",
            "Fzr_zjyxq",
            _("Certificate valid until"),
            "1008",
            type=Type.DATE,
            need=Need.NOBODY,
            hint=_("Leave it empty when the certificate is valid without an end date."),
        ),
        Field(
            "mobile",
            "Fzr_sjhm",
            _("Mobile"),
            "1011",
            128,
            masked=True,
            plain=True,
            example="13800001234",
            hint=_("The provider and the bureau call this number. Put a semicolon between several."),
        ),
        Field(
            "emergency_mobile",
            "Yjlxdh",
            _("Emergency mobile"),
            "1011",
            128,
            masked=True,
            plain=True,
            example="13900005678",
            hint=_("A second number, different from the first."),
        ),
        Field(
            "office_phone",
            "Fzr_dhhm",
            _("Office telephone"),
            "1010",
            128,
            need=Need.UNIT,
            masked=True,
            plain=True,
            example="010-66001234",
            hint=_("Area code, number and, if there is one, extension. Put a semicolon between several."),
        ),
        Field(
            "email",
            "Fzr_dzyj",
            _("E-mail"),
            "1009",
            128,
            plain=True,
            example="zhangsan@example.cn",
            hint=hint_of_email,
        ),
        Field(
            "im",
            "Msn Qq",
            _("Instant messenger"),
            "1012",
            type=Type.CHOICE,
            need=Need.NOBODY,
            hint=_("Another way to reach this person quickly."),
        ),
        Field(
            "im_account",
            "Msn Qq",
            _("Account there"),
            "1013",
            128,
            need=Need.NOBODY,
            masked=True,
            plain=True,
            hint=_("The account's number or name."),
            example="10001",
        ),
    )


BASICS = Section(
    "basics",
    "subject",
    _("Who files"),
    _("These two answers decide which certificates are asked for and which bureau decides."),
    (
        Field(
            "nature",
            "Dwxz",
            _("Who is the site host?"),
            "1014",
            type=Type.CHOICE,
            hint=_("As the certificate says; whoever has a business licence is an enterprise."),
        ),
        Field(
            "province",
            "Shengid",
            _("Province of the certificate's address"),
            "1019",
            type=Type.NAMED,
            hint=_("Take the address printed on the certificate. Where the server stands does not matter."),
        ),
    ),
)

SUBJECT = Section(
    "subject",
    "subject",
    _("The site host"),
    _("Copy everything as it is printed on the certificate."),
    (
        Field(
            "name",
            "Dwmc",
            _("Name of the site host"),
            "1999",
            255,
            hint=_("The full name on the certificate."),
            example="北京示例科技有限公司",
            hint_for_person=_("Your name as on the certificate."),
            example_for_person="张三",
        ),
        Field(
            "cert_type",
            "Zjlx",
            _("Certificate type"),
            "1008",
            type=Type.CHOICE,
            hint=_("The certificate whose picture you will upload."),
        ),
        Field(
            "cert_number",
            "Zjhm",
            _("Certificate number"),
            "1008",
            255,
            masked=True,
            plain=True,
            hint=_("The number printed on the certificate; a unified social credit code has 18 characters."),
            example="91350100M000100Y43",
            hint_for_person=_("The number printed on the certificate; a resident identity card has 18 characters."),
            example_for_person="11010519491231002X",
        ),
        Field(
            "cert_address",
            "Zjzs",
            _("Address on the certificate"),
            "1999",
            1024,
            type=Type.LINES,
            masked=True,
            hint=_("The whole address as printed on the certificate."),
            example="北京市海淀区示例路 1 号",
        ),
        Field(
            "division",
            "Xianid",
            _("City or county"),
            "1019",
            type=Type.DIVISION,
            hint=_("Where the address on the certificate lies."),
        ),
        Field(
            "address",
            "Xxdz",
            _("Postal address"),
            "1999",
            1024,
            type=Type.LINES,
            masked=True,
            hint=_("Down to the house and room number."),
            example="建国路 1 号 2 号楼 305 室",
        ),
        Field(
            "investor",
            "Tzr",
            _("Investor or superior unit"),
            "1999",
            255,
            hint=_("The legal representative, the parent company or the superior unit."),
            example="张三",
            hint_for_person=_("An individual gives the own name."),
        ),
        Field(
            "remark",
            "Bz",
            _("Remark"),
            "1999",
            1024,
            type=Type.LINES,
            need=Need.NOBODY,
            hint=_("Only where your province or the provider asks for one."),
            example="无字号个体工商户",
        ),
    ),
)

RESPONSIBLE = Section(
    "responsible",
    "responsible",
    _("The host's responsible person"),
    _("For a company this is as a rule the legal representative; an individual answers in person."),
    (
        Field(
            "legal_representative",
            "",
            _("Is this person the legal representative?"),
            "P104",
            type=Type.NAMED,
            need=Need.UNIT,
            hint=_("The person named on the certificate as legal representative or person in charge."),
        ),
        *_person(hint_of_email=_("The number and the filing password are sent here. Put a semicolon between several.")),
    ),
)

CHOOSE_WHAT = _("The questions below are those of what you choose here. Each has a number of its own.")
SERVICE = Field("service", "", _("What is filed"), "1999", type=Type.CHOICE, need=Need.NOBODY, hint=CHOOSE_WHAT)
# What can be chosen there. A website is what is filed where nothing else is said.
SERVICES = [("" if row.id == codes.WEBSITE else row.id, row.name) for row in codes.SERVICE_TYPES]

_CONTENTS = Field(
    "services",
    "Fwnr_id",
    _("Service contents"),
    "1034",
    type=Type.CHOICES,
    hint=_("One or two that fit."),
)

_LANGUAGES = Field(
    "languages",
    "Yylb_id",
    _("Languages"),
    "1066",
    type=Type.CHOICES,
    hint=_("Every language in which the pages can be read."),
)

_APPROVALS = Field(
    "approvals",
    "Nrlx",
    _("Contents that another authority approves first"),
    "1033",
    type=Type.CHOICES,
    need=Need.NOBODY,
    hint=_("Leave all of them empty when the website offers none of these."),
)

_REMARK = Field(
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
            example="example.cn",
            hint=_(
                "Only the registered domain, without http:// and without www. "
                "A website without a domain gives its IP address here."
            ),
        ),
        # only of a website that has had several since before each has one: see _pages_of
        Field(
            "kept_domains",
            "Ym",
            _("All its domains"),
            "1004",
            20000,
            type=Type.LINES,
            plain=True,
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
            example="www.example.cn",
            hint=_("The address visitors open. It must lie in the domain."),
        ),
        _CONTENTS,
        _LANGUAGES,
        _APPROVALS,
        _REMARK,
    ),
    website=0,
)

# What is filed besides websites has no element in the interface of 2013; the fields are those that providers ask for.
_HOSTS = Field(
    "domains",
    "",
    _("Domains in use"),
    "1004",
    2000,
    type=Type.LINES,
    plain=True,
    hint=_("One a line, down to the level that is really called. The domain of a website of yours may be among them."),
    example="api.example.cn",
)

_FIELDS_OF_APP = (
    SERVICE,
    Field(
        "name",
        "",
        _("APP name"),
        "1999",
        512,
        hint=_("The same on every system and in every shop. No general word, no pictures, no advertising."),
        example="示例出行助手",
    ),
    Field(
        "platforms",
        "",
        _("Systems it runs on"),
        "1999",
        type=Type.CHOICES,
        hint=_("For each of them the details below are asked for."),
    ),
    Field(
        "android_package",
        "",
        _("Android: package name"),
        "1999",
        255,
        plain=True,
        only_with=("platforms", codes.ANDROID),
        hint=_("As it stands in the package."),
        example="cn.example.travel",
    ),
    Field(
        "android_public_key",
        "",
        _("Android: public key"),
        "1999",
        4096,
        type=Type.LINES,
        plain=True,
        only_with=("platforms", codes.ANDROID),
        hint=_("Of the certificate that signs the package."),
        example="30820122300D06092A864886F70D0101",
    ),
    Field(
        "android_md5",
        "",
        _("Android: MD5 of the certificate"),
        "1999",
        128,
        plain=True,
        only_with=("platforms", codes.ANDROID),
        hint=_("32 characters, 0 to 9 and A to F."),
        example="5d41402abc4b2a76b9719d911017c592",
    ),
    Field(
        "ios_bundle",
        "",
        _("iOS: Bundle ID"),
        "1999",
        255,
        plain=True,
        only_with=("platforms", codes.IOS),
        hint=_("As it stands in the package."),
        example="cn.example.travel",
    ),
    Field(
        "ios_public_key",
        "",
        _("iOS: public key"),
        "1999",
        4096,
        type=Type.LINES,
        plain=True,
        only_with=("platforms", codes.IOS),
        hint=_("Of the certificate that signs the package."),
        example="30820122300D06092A864886F70D0101",
    ),
    Field(
        "ios_sha1",
        "",
        _("iOS: SHA-1 of the certificate"),
        "1999",
        128,
        plain=True,
        only_with=("platforms", codes.IOS),
        hint=_("40 characters, 0 to 9 and A to F."),
        example="40bd001563085fc35165329ea1ff5c5ecbdbbeef",
    ),
    _HOSTS,
    _CONTENTS,
    replace(_LANGUAGES, hint=_("Every language in which the APP can be used.")),
    replace(_APPROVALS, hint=_("Leave all of them empty when the service offers none of these.")),
    replace(_REMARK, hint=_('Say what it is for when the service content is "other".')),
)


def _fields_on_a_platform(name: Field) -> tuple[Field, ...]:
    """Of a service that runs inside somebody else's APP or on a phone maker's system."""
    return (
        SERVICE,
        name,
        Field(
            "runs_on",
            "",
            _("Platform"),
            "1999",
            255,
            hint=_("The platform on which it runs, by the name people know."),
            example="微信",
        ),
        replace(_HOSTS, need=Need.NOBODY, hint=_("One a line, if it calls any.")),
        _CONTENTS,
        replace(_APPROVALS, hint=_("Leave all of them empty when the service offers none of these.")),
        replace(_REMARK, hint=_('Say what it is for when the service content is "other".')),
    )


_NAME_ON_PLATFORM = Field("name", "", _("Mini-program name"), "1999", 512, hint=_("As it is shown on the platform."))

APPROVALS = Section(
    "approvals",
    "websites.0.approval_numbers",
    _("Prior approvals"),
    _("The number on the paper of each authority. The papers themselves go with the pictures."),
    (),  # one a kind of content that was chosen: see _approval_fields
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
        *_person(hint_of_email=_("Put a semicolon between several.")),
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
            hint=_("A cloud server is cloud access, rented space on a shared server a virtual host."),
        ),
        Field(
            "places",
            "Fbdd",
            _("Where the servers stand"),
            "1036",
            type=Type.CHOICES,
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
            hint=_("One address or range a line, IPv4 or IPv6. Only public addresses of your provider."),
            example="1.2.3.4 或 1.2.3.4-1.2.3.8",
        ),
    ),
    website=0,
)

CANCELLATION = Section(
    "cancellation",
    "cancellation",
    _("The cancellation"),
    _("Why it is cancelled. Everything else is shown as it is on record."),
    (
        Field(
            "reason",
            "Zxyy",
            _("Reason of the cancellation"),
            "1026",
            type=Type.CHOICE,
            hint=_("The one that fits best."),
        ),
        Field(
            "note",
            "Bz",
            _("Remark"),
            "1999",
            1024,
            type=Type.LINES,
            need=Need.NOBODY,
            hint=_("Anything the provider and the bureau should know."),
        ),
        Field(
            "only_access",
            "",
            _("It is the only access, and it is to go all the same"),
            "1025",
            type=Type.SWITCH,
            need=Need.NOBODY,
            hint=_(
                "A website without any access may be cancelled by the bureau. If you move, add the new access first."
            ),
        ),
    ),
)

OF_THE_HOST = (BASICS, SUBJECT, RESPONSIBLE)
OF_A_WEBSITE = (WEBSITE, APPROVALS, MANAGER, ACCESS)

_HOW_CONNECTED = _("How its server is connected. Your provider can tell you when you are not sure.")

# service type → the pages of such an entry, as those of a website are above
PAGES: dict[int, tuple[Section, ...]] = {
    codes.WEBSITE: OF_A_WEBSITE,
    codes.APP: (
        replace(WEBSITE, title=_("The APP"), lead=_("One filing number for one APP."), fields=_FIELDS_OF_APP),
        APPROVALS,
        replace(MANAGER, title=_("The APP's responsible person")),
        replace(ACCESS, lead=_HOW_CONNECTED),
    ),
    codes.MINI_PROGRAM: (
        replace(
            WEBSITE,
            title=_("The mini-program"),
            lead=_("One filing number for one mini-program."),
            fields=_fields_on_a_platform(replace(_NAME_ON_PLATFORM, example="示例点餐")),
        ),
        APPROVALS,
        replace(MANAGER, title=_("The mini-program's responsible person")),
        replace(ACCESS, lead=_HOW_CONNECTED),
    ),
    codes.QUICK_APP: (
        replace(
            WEBSITE,
            title=_("The quick app"),
            lead=_("One filing number for one quick app."),
            fields=_fields_on_a_platform(
                replace(_NAME_ON_PLATFORM, label=_("Quick app name"), example="示例资讯快应用")
            ),
        ),
        APPROVALS,
        replace(MANAGER, title=_("The quick app's responsible person")),
        replace(ACCESS, lead=_HOW_CONNECTED),
    ),
}

# Uploads are facts too: a remark can be about a picture (``filings.papers`` makes these paths).
PAPERS_PREFIX = "papers"
# The page on which the filing password is given, and the path of what is found about it.
PROOF = "proof"
PROOF_LABEL = _("Filing password")

_OF_A_WEBSITE_PATH = re.compile(r"websites\.([0-9])\.")


def sections_of(values: Facts) -> tuple[Section, ...]:
    """The pages this filing has: the host's, then those of each website; approvals only where some are needed.

    Its kind says which of them.
    """
    count, parts = facts.count(values), kinds.of(values).parts
    pages = list(OF_THE_HOST)
    for website in range(count):
        approvals = tuple(facts.read(values, f"websites.{website}.approvals") or ())
        several = bool(facts.kept_domains(values, website))
        pages += _pages_of(website, facts.service(values, website), approvals, numbered=count > 1, several=several)
    pages.append(_cancellation(facts.kind(values)))
    return tuple(page for page in pages if page.part in parts)


@lru_cache(maxsize=16)
def _cancellation(kind: str) -> Section:
    """The page of a cancellation; only that of an access asks whether it is the last one."""
    if kind == Kind.CANCEL_ACCESS:
        return CANCELLATION
    return replace(CANCELLATION, fields=tuple(field for field in CANCELLATION.fields if field.name != "only_access"))


@lru_cache(maxsize=512)
def _pages_of(
    website: int, service: int, approvals: tuple[int, ...], *, numbered: bool, several: bool
) -> tuple[Section, ...]:
    """The pages of one website or other service, given the kinds of content another authority approves; numbered where
    several are.

    ``several``: it has more than one domain on record.
    """
    wanted = tuple(_approval_field(approval) for approval in approvals)
    one_domain = tuple(field for field in PAGES[service][0].fields if field.name != "kept_domains")
    own = {APPROVALS.part: wanted} | ({} if several else {WEBSITE.part: one_domain})
    return tuple(
        _of_website(replace(section, fields=own.get(section.part, section.fields)), website, service, numbered=numbered)
        for section in PAGES[service]
        if wanted or section is not APPROVALS
    )


def _of_website(section: Section, website: int, service: int, *, numbered: bool) -> Section:
    """A page of the first website as it is for another one."""
    words = _("Website {number}: {title}") if service == codes.WEBSITE else _("Service {number}: {title}")
    title = format_lazy(words, number=website + 1, title=section.title)
    return replace(
        section,
        prefix=section.prefix.replace(".0", f".{website}", 1),
        title=title if numbered else section.title,
        website=website,
    )


def _approval_field(approval: int) -> Field:
    """The number of one prior approval (interface element Nrlx: type id and number)."""
    name = codes.name_of(codes.PRIOR_APPROVALS, approval)
    return Field(
        str(approval),
        "Nrlx",
        format_lazy(_("Number of the approval: {name}"), name=name),
        "1033",
        512,
        need=Need.NOBODY,
        plain=True,
        hint=_("The number on the authority's paper; leave it empty where a pledge is enough."),
        example="B2-20260001",
    )


def each(values: Facts) -> Iterator[tuple[str, Section, Field]]:
    """Every field of this filing with its path, in the order of the form."""
    for section in sections_of(values):
        for field in section.fields:
            yield section.path(field), section, field


@lru_cache(maxsize=2048)
def find(path: str, service: int | None = None) -> tuple[Section, Field] | None:
    """The page and the field of a path, whichever website it belongs to; None when it names no field.

    Where several service types have the field, it is that of ``service``, of a website unless that is known.
    """
    match = _OF_A_WEBSITE_PATH.match(path)
    website = int(match[1]) if match else 0
    general = _OF_A_WEBSITE_PATH.sub("websites.0.", path)
    approval = general.removeprefix(f"{APPROVALS.prefix}.")
    if approval in _APPROVAL_IDS:
        section, field = APPROVALS, _approval_field(int(approval))
    elif general in _GENERAL:
        service = service if service in _GENERAL[general] else next(iter(_GENERAL[general]))
        section, field = _GENERAL[general][service]
    else:
        return None
    return (_of_website(section, website, service or codes.WEBSITE, numbered=website > 0) if match else section), field


def find_in(values: Facts, path: str) -> tuple[Section, Field] | None:
    """The page and the field of a path as this filing has them."""
    website = website_of(path)
    return find(path, None if website is None else facts.service(values, website))


def _general() -> dict[str, dict[int, tuple[Section, Field]]]:
    """Path → service type → page and field; what is about no website stands under a website's."""
    found: dict[str, dict[int, tuple[Section, Field]]] = {}
    for service, pages in {codes.WEBSITE: (*OF_THE_HOST, *OF_A_WEBSITE, CANCELLATION), **_OTHERS}.items():
        for section in pages:
            for field in section.fields:
                found.setdefault(section.path(field), {})[service] = section, field
    return found


_OTHERS = {service: pages for service, pages in PAGES.items() if service != codes.WEBSITE}
_GENERAL = _general()
_APPROVAL_IDS = {str(approval.id) for approval in codes.PRIOR_APPROVALS}


@cache
def names_of(service: int) -> frozenset[str]:
    """The facts of the first page of such an entry."""
    return frozenset(field.name for field in PAGES[service][0].fields)


def without_others(values: Facts) -> Facts:
    """The facts without those of another service type than each entry is: it was one before."""
    known = frozenset().union(*map(names_of, PAGES))
    websites = [
        {
            name: value
            for name, value in website.items()
            if name not in known or name in names_of(facts.service(values, number))
        }
        for number, website in enumerate(values["websites"])
    ]
    return {**values, "websites": websites}


def without_unasked(values: Facts) -> Facts:
    """The facts without those that what was chosen does not ask for: they were typed before the choice, and unseen."""
    websites = [
        {name: value for name, value in website.items() if name not in _unasked(facts.service(values, number), website)}
        for number, website in enumerate(values["websites"])
    ]
    return {**values, "websites": websites}


def _unasked(service: int, website: Facts) -> set[str]:
    return {
        field.name
        for field in PAGES[service][0].fields
        if field.only_with and field.only_with[1] not in (website.get(field.only_with[0]) or ())
    }


def website_of(path: str) -> int | None:
    """The website a path belongs to; None when it is about the host."""
    match = _OF_A_WEBSITE_PATH.match(path)
    return int(match[1]) if match else None


def section_of(path: str) -> str:
    """The id of the page on which the fact at ``path`` is filled in."""
    if path == PROOF:
        return PROOF
    found = find(path)
    return found[0].id if found else PAPERS_PREFIX


def is_needed(section: Section, field: Field, values: Facts) -> bool:
    """Whether this filing must have the field filled in."""
    if section.part == MANAGER.part and facts.same_person(values, section.website or 0):
        return False
    if not applies(section, field, values):
        return False
    return field.need != Need.NOBODY and concerns(field, values)


def concerns(field: Field, values: Facts) -> bool:
    """Whether the field is meant for this kind of host: what only units must say is no individual's affair."""
    return field.need != Need.UNIT or not facts.is_individual(values)


def applies(section: Section, field: Field, values: Facts) -> bool:
    """Whether the field is asked for at all, given what was chosen at another one."""
    if field.only_with is None:
        return True
    name, chosen = field.only_with
    return chosen in (facts.read(values, f"{section.prefix}.{name}") or ())
