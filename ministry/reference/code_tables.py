"""The official code tables: the values allowed in a filing, with their ids in the official interface.

Names are the official ones, so they are data and stay in Chinese; ``english`` translates them for pages. Tables
keep the official order. A row that has ended is no longer offered, but still names the values of earlier filings.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import TypeVar

from django.utils import timezone

from ministry.reference import english
from ministry.reference.provinces import PLACES_WITHOUT_BUREAU, PROVINCES


@dataclass(frozen=True, slots=True)
class Code:
    """One row of a code table, with its first and last day; None where no limit exists or none was published."""

    id: int
    name: str
    valid_from: date | None = field(default=None, kw_only=True)
    valid_to: date | None = field(default=None, kw_only=True)

    def is_valid_on(self, day: date) -> bool:
        """Return whether the row is offered on ``day``, first and last day included."""
        return not (self.valid_from and day < self.valid_from) and not (self.valid_to and day > self.valid_to)


AnyCode = TypeVar("AnyCode", bound=Code)


@dataclass(frozen=True, slots=True)
class CertificateType(Code):
    """A certificate type, the unit nature it belongs to, and what forms and rules must know of it."""

    nature: int
    one_sided: bool = field(default=False, kw_only=True)  # everything is on one page, so no picture of a back is needed
    # The number is one of GB 11643, which contains the birth date
    has_birth_date: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class ServiceType(Code):
    """What is filed (服务类型), and its letter in a filing number."""

    suffix: str


@dataclass(frozen=True, slots=True)
class ServiceContent(Code):
    """A service content (服务内容) and the group it is listed under."""

    group: str


@dataclass(frozen=True, slots=True)
class PriorApproval(Code):
    """A kind of content that another authority must approve first (前置审批或专项审批).

    What a bureau requires on a day - the paper, a pledge, nothing - is a province rule.
    """

    authority: str
    document: str
    same_as: int | None = field(default=None, kw_only=True)  # another id of that kind, which isn't offered itself

    def is_valid_on(self, day: date) -> bool:
        return self.same_as is None and Code.is_valid_on(self, day)


@dataclass(frozen=True, slots=True)
class Document:
    """A paper that a province may require as a picture: about a website (``of_website``) or the host."""

    id: str
    name: str
    of_website: bool = False

    def path(self, website: int | str = 0) -> str:
        """Return the picture's path in a filing: ``papers.pledge``, ``websites.0.papers.trademark``."""
        return f"websites.{website}.papers.{self.id}" if self.of_website else f"papers.{self.id}"


ENTERPRISE = 4
PERSON = 5
RESIDENT_ID = 2  # the identity card, of certificate types
PASSPORT = 7
LICENCE = 1  # the business licence, of certificate types

NATURES = (
    Code(1, "国防机构"),
    Code(2, "政府机关"),
    Code(3, "事业单位"),
    Code(4, "企业"),
    Code(5, "个人"),
    Code(6, "社会团体"),
    Code(9, "民办非企业单位"),
    Code(10, "基金会"),
    Code(11, "律师执业机构"),
    Code(12, "外国在华文化中心"),
    Code(13, "群众性团体组织"),
    Code(14, "司法鉴定机构"),
    Code(15, "宗教团体"),
    Code(16, "境外机构"),
    Code(17, "医疗机构"),
    Code(18, "公证机构"),
    Code(19, "集体经济"),
    Code(20, "仲裁机构"),
)

CERTIFICATE_TYPES = (
    CertificateType(5, "部队代号", 1),
    CertificateType(23, "军队单位对外有偿服务许可证", 1),
    CertificateType(9, "组织机构代码证", 2),
    CertificateType(13, "统一社会信用代码证书", 2),
    CertificateType(3, "组织机构代码证", 3),
    CertificateType(4, "事业单位法人证书", 3),
    CertificateType(15, "统一社会信用代码证书", 3),
    CertificateType(1, "营业执照(个人或企业)", 4),
    CertificateType(12, "组织机构代码证", 4),
    CertificateType(27, "外国企业常驻代表机构登记证", 4),
    CertificateType(RESIDENT_ID, "居民身份证", 5, has_birth_date=True),
    CertificateType(PASSPORT, "护照", 5, one_sided=True),
    CertificateType(11, "台湾居民来往大陆通行证", 5),
    CertificateType(14, "港澳居民来往内地通行证", 5),
    CertificateType(30, "外国人永久居留身份证", 5),
    CertificateType(41, "港澳居民居住证", 5, has_birth_date=True),
    CertificateType(42, "台湾居民居住证", 5, has_birth_date=True),
    # In the interface of 2013, no longer in the list of 2023; the day it was dropped is not published.
    CertificateType(8, "军官证", 5, valid_to=date(2022, 12, 31)),
    CertificateType(6, "社会团体法人登记证书", 6),
    CertificateType(10, "组织机构代码证", 6),
    CertificateType(16, "组织机构代码证", 9),
    CertificateType(17, "民办非企业单位登记证书", 9),
    CertificateType(36, "社会服务机构登记证书", 9),
    CertificateType(37, "民办学校办学许可证", 9),
    CertificateType(18, "组织机构代码证", 10),
    CertificateType(19, "基金会法人登记证书", 10),
    CertificateType(20, "组织机构代码证", 11),
    CertificateType(21, "律师事务所执业许可证", 11),
    CertificateType(22, "登记证", 12),
    CertificateType(34, "外国政府旅游部门常驻代表机构批准登记证", 12),
    CertificateType(40, "北京市外国驻华使馆人员子女学校办学许可证", 12),
    CertificateType(24, "统一社会信用代码证书", 13),
    CertificateType(28, "司法鉴定许可证", 14),
    CertificateType(25, "宗教活动场所登记证", 15),
    CertificateType(35, "境外机构证件", 16),
    CertificateType(38, "医疗机构执业许可证", 17),
    CertificateType(39, "公证机构执业证", 18),
    CertificateType(43, "农村集体经济组织登记证", 19),
    CertificateType(44, "仲裁委员会登记证", 20),
)

ONE_SIDED = tuple(kind.id for kind in CERTIFICATE_TYPES if kind.one_sided)
# The identity card and the residence permits of Hong Kong, Macao and Taiwan residents
WITH_BIRTH_DATE = tuple(kind.id for kind in CERTIFICATE_TYPES if kind.has_birth_date)

WEBSITE, APP, MINI_PROGRAM, QUICK_APP = 1, 6, 7, 8

# Ids as in the ministry's public query. All services of a subject share one running number.
SERVICE_TYPES = (
    ServiceType(WEBSITE, "网站", ""),
    ServiceType(APP, "APP", "A"),
    ServiceType(MINI_PROGRAM, "小程序", "X"),
    ServiceType(QUICK_APP, "快应用", "K"),
)
OTHER_SERVICES = tuple(row for row in SERVICE_TYPES if row.id != WEBSITE)

_SUFFIXES = {service.id: service.suffix for service in SERVICE_TYPES}

# Platforms of an APP. Each has its own package and certificate.
ANDROID, IOS, HARMONY = 1, 2, 3
APP_PLATFORMS = (
    Code(ANDROID, "安卓"),
    Code(IOS, "iOS"),
    Code(HARMONY, "鸿蒙"),
)

SERVICE_CONTENTS = (
    ServiceContent(1, "即时通信", "基础应用"),
    ServiceContent(2, "搜索引擎", "基础应用"),
    ServiceContent(3, "综合门户", "基础应用"),
    ServiceContent(4, "网上邮局", "基础应用"),
    ServiceContent(5, "网络新闻", "网络媒体"),
    ServiceContent(6, "博客/个人空间", "网络媒体"),
    ServiceContent(7, "网络广告/信息", "网络媒体"),
    ServiceContent(8, "单位门户网站", "网络媒体"),
    ServiceContent(9, "网络购物", "电子政务/电子商务"),
    ServiceContent(10, "网上支付", "电子政务/电子商务"),
    ServiceContent(11, "网上银行", "电子政务/电子商务"),
    ServiceContent(12, "网上炒股/股票基金", "电子政务/电子商务"),
    ServiceContent(13, "网络游戏", "数字娱乐"),
    ServiceContent(14, "网络音乐", "数字娱乐"),
    ServiceContent(15, "网络影视", "数字娱乐"),
    ServiceContent(16, "网络图片", "数字娱乐"),
    ServiceContent(17, "网络软件/下载", "数字娱乐"),
    ServiceContent(18, "网上求职", "其他"),
    ServiceContent(19, "网上交友/婚介", "其他"),
    ServiceContent(20, "网上房产", "其他"),
    ServiceContent(21, "网络教育", "其他"),
    ServiceContent(22, "网站建设", "其他"),
    ServiceContent(23, "WAP", "其他"),
    ServiceContent(24, "其他", "其他"),
    ServiceContent(28, "APP", "其他"),
    ServiceContent(29, "网络借贷信息中介", "其他"),
    ServiceContent(30, "互联网股权融资", "其他"),
    ServiceContent(31, "互联网保险", "其他"),
    ServiceContent(32, "互联网跨界金融及资产管理", "其他"),
    ServiceContent(33, "网上非银支付", "其他"),
)
SERVICE_OTHER = 24  # asks for a remark

CHINESE, ENGLISH = 1, 12  # of languages

LANGUAGES = (
    Code(1, "中文简体"),
    Code(2, "中文繁体"),
    Code(3, "维吾尔语"),
    Code(4, "哈萨克语"),
    Code(5, "柯尔克孜语"),
    Code(6, "蒙古语"),
    Code(7, "藏语"),
    Code(8, "壮语"),
    Code(9, "朝鲜语"),
    Code(10, "彝语"),
    Code(11, "苗语"),
    Code(12, "英语"),
    Code(13, "日语"),
    Code(14, "法语"),
    Code(15, "俄罗斯语"),
    Code(16, "西班牙语"),
    Code(17, "阿拉伯语"),
)

# Game approvals (版号) have no official id, so they are not in the table.
GAMES = 101

PRIOR_APPROVALS = (
    PriorApproval(1, "新闻", "省级互联网信息办公室", "互联网新闻信息服务许可证"),
    PriorApproval(2, "出版", "新闻出版部门", "网络出版服务许可证"),
    PriorApproval(3, "教育", "教育部门", ""),
    PriorApproval(4, "医疗保健", "卫生健康部门", ""),
    PriorApproval(5, "药品和医疗器械", "药品监督管理部门", "互联网药品信息服务资格证书"),
    PriorApproval(6, "电子公告服务", "省通信管理局", ""),
    # 7 and 8 are known from an older form only; some bureaus still ask for the first.
    PriorApproval(7, "博客", "省级互联网信息办公室", ""),
    PriorApproval(8, "WAP网站", "省通信管理局", ""),
    PriorApproval(9, "文化", "文化和旅游部门", "网络文化经营许可证"),
    PriorApproval(10, "广播电影电视节目", "广播电视部门", "信息网络传播视听节目许可证"),
    # Published lists disagree: 11 in the filing API of a large platform, 12 by the interface's bit mask.
    PriorApproval(11, "网络预约车", "交通运输部门", "网络预约出租汽车经营许可证"),
    PriorApproval(12, "网络预约车", "交通运输部门", "网络预约出租汽车经营许可证", same_as=11),
    PriorApproval(13, "互联网金融", "金融管理部门", ""),
    PriorApproval(14, "校外培训", "教育部门", ""),
    PriorApproval(15, "宗教", "宗教事务部门", ""),
    # Without an id in the interface, whose ids end with 64: this one is the portal's.
    PriorApproval(GAMES, "网络游戏", "出版主管部门", "网络游戏出版物号（版号）核发单"),
)

# Reasons for a cancellation. The official table is not public; these are the reasons hosts and bureaus give.
CANCEL_REASONS = (
    Code(1, "网站不再开办"),
    Code(2, "域名不再使用或已转让"),
    Code(3, "更换接入服务商"),
    Code(4, "主办单位注销或变更"),
    Code(5, "备案信息有误，需重新备案"),
    Code(9, "其他"),
)

CHANGED_PROVIDER = 3

# Messengers of a person (elements Msn and Qq of the interface, with later tools added)
MESSENGERS = (
    Code(1, "QQ"),
    Code(2, "微信"),
    Code(3, "钉钉"),
    Code(4, "HI"),
)
QQ = 1

CLOUD = 5  # of access ways

ACCESS_WAYS = (
    Code(1, "专线"),
    Code(2, "主机托管"),
    Code(3, "虚拟主机"),
    Code(4, "其他方式"),
    Code(CLOUD, "云接入"),
)

# Server places: the provinces in their usual order, then Hong Kong, Macao and Taiwan.
PLACEMENTS = (
    *(Code(province.placement_id, province.name) for province in PROVINCES),
    *(Code(place_id, name) for place_id, name in PLACES_WITHOUT_BUREAU),
)


DOCUMENTS = (
    Document("authorisation", "授权书"),
    Document("pledge", "备案承诺书"),
    Document("responsibility_notice", "真实性责任告知书"),
    Document("residence_proof", "居住证明"),
    Document("guardian", "监护人证件"),
    Document("job_proof", "工作证明"),
    Document("income_proof", "收入证明"),
    Document("name_change", "更名函"),
    Document("commerce_note", "电子商务说明"),
    Document("party_letter", "党建确认函"),
    Document("organ_review", "网站开办审核表"),
    Document("subject_supplement", "主体补充材料"),
    Document("domain_certificate", "域名证书", of_website=True),
    Document("site_plan", "网站建设方案书", of_website=True),
    Document("no_approval_pledge", "不涉及前置审批承诺书", of_website=True),
    Document("trademark", "商标注册证", of_website=True),
    Document("supplement", "网站补充材料", of_website=True),
)
DOCUMENT_BY_ID = {document.id: document for document in DOCUMENTS}


def valid_on(codes: Iterable[AnyCode], day: date) -> tuple[AnyCode, ...]:
    """Return the rows of a table that are offered on ``day``."""
    return tuple(code for code in codes if code.is_valid_on(day))


def nature_of(cert_type: int) -> int:
    """Return the nature of host of a certificate type (official ids); raise KeyError for an unknown type."""
    return {kind.id: kind.nature for kind in CERTIFICATE_TYPES}[cert_type]


def certificate_types_of(nature: int, on: date | None = None) -> tuple[CertificateType, ...]:
    """Return the certificate types offered to a unit nature on a day (today); none for an unknown nature."""
    return tuple(kind for kind in valid_on(CERTIFICATE_TYPES, on or timezone.localdate()) if kind.nature == nature)


def choices(codes: Iterable[Code], on: date | None = None) -> list[tuple[int, str]]:
    """Return a table as Django choices: every row, or only those offered on a day."""
    return [(code.id, english.label(code.name)) for code in codes if on is None or code.is_valid_on(on)]


def service_of_suffix(suffix: str) -> int:
    """Return the service type of a filing number's letter; no letter means a website."""
    return next(service.id for service in SERVICE_TYPES if service.suffix == suffix)


def suffix_of(service: int) -> str:
    """Return the letter after the sequence of a service's number."""
    return _SUFFIXES[service]


def service_choices(on: date | None = None) -> list[tuple[str, list[tuple[int, str]]]]:
    """Return the service contents as Django choices in the official groups: all, or only those offered on a day."""
    offered = SERVICE_CONTENTS if on is None else valid_on(SERVICE_CONTENTS, on)
    return [(english.label(group), choices(codes)) for group, codes in groupby(offered, key=lambda code: code.group)]


def name_of(codes: Iterable[Code], code_id: int) -> str:
    """Return the name of an id in a table (``english.named``); the id itself as text when the table has no such row."""
    return next((english.named(code.name) for code in codes if code.id == code_id), str(code_id))
