"""The columns of the files: one row of a table for each, with its check."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from accounts.mail import mask_address
from ministry.imports import values
from ministry.imports.values import (
    LONGEST_ADDRESS,
    LONGEST_NAME,
    LONGEST_PERSON,
    LONGEST_WEBSITE,
    MOST_CERTIFICATES,
    ColumnCheck,
)
from ministry.reference import certificates, code_tables, phones
from ministry.reference.numbers import EARLIER_EXAMPLES, EXAMPLE_NUMBER
from ministry.reference.typed_text import shown


@dataclass(frozen=True, slots=True)
class RegisterColumn:
    """A column. ``field`` names its place in the register, ``takes`` says what a cell contains."""

    name: str
    heading: str
    field: str
    takes: str
    check: ColumnCheck
    is_needed: bool = False
    # Hides personal data in a report
    mask: Callable[[str], str] | None = None

    def shown(self, text: str) -> str:
        """Return a cell for a report: short, printable, personal data masked."""
        return shown(self.mask(text) if self.mask else text)


_VALID_FROM = RegisterColumn(
    "valid_from",
    "生效日期",
    "RegisterVersion.valid_from",
    "First day of this version of the record; empty: the day of approval. A record has a row for each version, the one "
    "with the last day is in force.",
    values.alone(values.day),
)


def _days(model: str) -> tuple[RegisterColumn, ...]:
    return (
        RegisterColumn(
            "approved_on",
            "审核通过日期",
            f"{model}.approved_on",
            "Day like 2026-01-31, not in the future.",
            values.alone(values.day),
            is_needed=True,
        ),
        RegisterColumn(
            "suspended_on",
            "暂停日期",
            f"{model}.suspended_on",
            "Day since which it has been suspended, not after its cancellation; empty: not suspended. Earlier versions "
            "have the same or none: suspensions that have ended are not imported.",
            values.alone(values.day),
        ),
        RegisterColumn(
            "cancelled_on",
            "注销日期",
            f"{model}.cancelled_on",
            "Day of cancellation; empty: in force.",
            values.alone(values.day),
        ),
    )


def _persons(model: str, *, is_needed: bool) -> tuple[RegisterColumn, ...]:
    return (
        RegisterColumn(
            "responsible_name",
            "负责人姓名",
            f"{model}.responsible_name",
            f"Name of the responsible person, at most {LONGEST_PERSON} characters.",
            values.alone(values.person),
            is_needed,
            values.mask_tail,
        ),
        RegisterColumn(
            "responsible_mobile",
            "负责人手机",
            f"{model}.responsible_mobile",
            "Mainland mobile numbers, separated by semicolons.",
            values.alone(values.mobiles),
            is_needed,
            phones.mask_phone,
        ),
        RegisterColumn(
            "responsible_email",
            "负责人电子邮箱",
            f"{model}.responsible_email",
            "E-mail addresses, separated by semicolons.",
            values.alone(values.emails),
            is_needed,
            mask_address,
        ),
    )


SUBJECTS: Final = (
    RegisterColumn(
        "number",
        "主体备案号",
        "Subject.province, year, serial, earlier_number",
        f"Number as issued: {', '.join((EXAMPLE_NUMBER, *EARLIER_EXAMPLES))}. Its first character is the province.",
        values.alone(values.subject_number),
        is_needed=True,
    ),
    _VALID_FROM,
    RegisterColumn(
        "name",
        "主办单位名称",
        "Subject.name",
        f"Full name on the certificate, at most {LONGEST_NAME} characters.",
        values.alone(values.host_name),
        True,
        values.mask_tail,
    ),
    RegisterColumn(
        "nature", "主办单位性质", "Subject.nature", "Official code.", values.code(code_tables.NATURES), is_needed=True
    ),
    RegisterColumn(
        "division",
        "行政区划代码",
        "Subject.division",
        "GB/T 2260 code of the city or county, in the number's province.",
        values.division,
        is_needed=True,
    ),
    RegisterColumn(
        "address",
        "通信地址",
        "Subject.address",
        f"At most {LONGEST_ADDRESS} characters.",
        values.line(LONGEST_ADDRESS),
        True,
        values.mask_tail,
    ),
    RegisterColumn(
        "cert_type",
        "证件类型",
        "SubjectCertificate.cert_type",
        "Official code of a certificate of this type of site host.",
        values.certificate_type,
        is_needed=True,
    ),
    RegisterColumn(
        "cert_number",
        "证件号码",
        "SubjectCertificate.number",
        "Number with a valid check character, where a standard defines one.",
        values.certificate,
        True,
        certificates.mask,
    ),
    RegisterColumn(
        "further_certificates",
        "其他证件",
        "SubjectCertificate",
        f"Certificates the host had before, TYPE:NUMBER, separated by semicolons, at most {MOST_CERTIFICATES}. "
        "The last version has all of them, also the certificates of earlier versions.",
        values.alone(values.certificates_listed),
        mask=certificates.mask,
    ),
    *_persons("Subject", is_needed=True),
    *_days("Subject"),
    RegisterColumn(
        "last_sequence",
        "最大网站序号",
        "Subject.last_sequence",
        "Highest sequence given to a website, if that website isn't in the files; of several versions the highest one "
        "counts.",
        values.alone(values.sequence),
    ),
)
WEBSITES: Final = (
    RegisterColumn(
        "number",
        "网站备案号",
        "Website.subject, sequence, service",
        "Number as issued: the subject's number, - and the sequence, A, X or K after it for an APP, "
        "a mini-program or a quick app.",
        values.alone(values.service_number),
        is_needed=True,
    ),
    _VALID_FROM,
    RegisterColumn(
        "name",
        "网站名称",
        "Website.name",
        f"At most {LONGEST_WEBSITE} characters.",
        values.line(LONGEST_WEBSITE),
        is_needed=True,
    ),
    RegisterColumn(
        "domain",
        "域名",
        "Website.domain",
        "Registered domain, or the public IP address of a website without one; empty for other services.",
        values.alone(values.domain),
    ),
    RegisterColumn(
        "further_domains",
        "其他域名",
        "Website.further_domains",
        "Further domains of a website approved before 2019-04-22, separated by semicolons.",
        values.alone(values.domains_listed),
    ),
    RegisterColumn("home_url", "首页网址", "Website.home_url", "Home page on one of the domains.", values.home_page),
    RegisterColumn(
        "services",
        "服务内容",
        "Website.services",
        "Official codes, separated by semicolons.",
        values.codes(code_tables.SERVICE_CONTENTS),
        is_needed=True,
    ),
    RegisterColumn(
        "languages",
        "语言类别",
        "Website.languages",
        "Official codes, separated by semicolons.",
        values.codes(code_tables.LANGUAGES),
        is_needed=True,
    ),
    *_persons("Website", is_needed=False),
    *_days("Website"),
)
ACCESSES: Final = (
    RegisterColumn(
        "number",
        "网站备案号",
        "Access.website",
        "Number of the website.",
        values.alone(values.service_number),
        is_needed=True,
    ),
    RegisterColumn(
        "provider",
        "接入服务商",
        "Access.provider",
        "Its licence number or its entrance address (slug).",
        values.line(LONGEST_NAME),
        is_needed=True,
    ),
    _VALID_FROM,
    RegisterColumn(
        "ways",
        "接入方式",
        "Access.ways",
        "Official codes, separated by semicolons.",
        values.codes(code_tables.ACCESS_WAYS),
        is_needed=True,
    ),
    RegisterColumn(
        "places",
        "服务器放置地",
        "Access.places",
        "Official codes, separated by semicolons.",
        values.codes(code_tables.PLACEMENTS),
        is_needed=True,
    ),
    RegisterColumn(
        "ip_ranges",
        "IP地址",
        "Access.ip_ranges",
        "Public addresses and ranges like 1.2.3.4-1.2.3.9, separated by semicolons.",
        lambda text, _values: list(values.ip_ranges(text)),
        is_needed=True,
    ),
    RegisterColumn(
        "cancelled_on",
        "取消日期",
        "Access.cancelled_on",
        "Day on which the access ended; empty: in force. A later row with this provider is a new access, which begins "
        "on that day or later.",
        values.alone(values.day),
    ),
)
# The files, by name
TABLES: Final = {"subjects": SUBJECTS, "websites": WEBSITES, "accesses": ACCESSES}


def documentation() -> Iterator[str]:
    """Yield the lines of the documentation, as Markdown."""
    for name, columns in TABLES.items():
        yield from (
            f"## {name}",
            "",
            "| column | heading | needed | contents | in the register |",
            "|---|---|---|---|---|",
        )
        for one in columns:
            yield f"| `{one.name}` | {one.heading} | {'yes' if one.is_needed else ''} | {one.takes} | {one.field} |"
        yield ""
