"""Invent people, companies, certificates and pictures. Check characters are valid; nothing belongs to real people.

Everything is derived from a number, so the same number always gives the same filing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from random import Random
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageColor, ImageDraw, ImageFont

from filings import fields
from filings.facts import Facts
from filings.fields import validity
from filings.fields.attachments import Attachment
from filings.models import EvidenceKind
from ministry.reference import certificates, code_tables, divisions, phones

FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = (
    "明",
    "晓华",
    "丽",
    "建国",
    "静",
    "志强",
    "敏",
    "宇航",
    "秀英",
    "磊",
    "欣怡",
    "海涛",
    "佳宁",
    "文博",
    "雨桐",
)
CITY_WORDS = ("云岭", "星河", "青禾", "远帆", "百川", "拾光", "竹里", "海棠", "启辰", "松间", "晨屿", "知行")
TRADE = ("网络科技", "信息技术", "文化传播", "电子商务", "智能制造", "教育咨询")
TLDS = ("cn", "com", "net", "com.cn")
SERVICES = {code_tables.APP: "示例预约助手", code_tables.MINI_PROGRAM: "示例点餐", code_tables.QUICK_APP: "示例资讯"}
# Number of different pictures of a kind; a prime, so that numbers in steps of a hundred differ too.
DIFFERENT_PICTURES = 999_983
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True, slots=True)
class InventedPerson:
    """An invented person with a resident identity number."""

    name: str
    id_number: str
    mobile: str
    emergency_mobile: str
    email: str


def person(number: int, province: str = "110000") -> InventedPerson:
    """Return the invented person of this number, registered in the province; old enough for a long-term card."""
    chance = Random(f"person-{number}")
    # Old enough for a card without an end date (``validity.LONG_TERM_AGE``) on any day since 2021.
    born = f"{chance.randint(1955, 1974)}{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}"
    body = f"{province[:2]}0105{born}{number % 1000:03d}"
    tail = f"{number % 10_000:04d}"
    return InventedPerson(
        name=chance.choice(FAMILY) + chance.choice(GIVEN),
        id_number=body + certificates.check_character_resident_id(body),
        mobile=f"138{chance.randint(0, 9999):04d}{tail}",
        emergency_mobile=f"139{chance.randint(0, 9999):04d}{tail}",
        email=f"person{number}@host.example.cn",
    )


def credit_code(number: int, province: str = "110000") -> str:
    """Return an invented unified social credit code of a company, issued in the province."""
    chance = Random(f"company-{number}")
    body = (
        "91"
        + f"{province[:2]}0105"
        + "MA"
        + "".join(chance.choice(USCC_ALPHABET) for _n in range(3))
        + f"{number % 10_000:04d}"
    )
    return body + certificates.check_character_uscc(body)


def _brand(number: int) -> str:
    """Return two words; filings with consecutive numbers never share a website name."""
    first, second = divmod(number % len(CITY_WORDS) ** 2, len(CITY_WORDS))
    return CITY_WORDS[first] + CITY_WORDS[second]


def values(
    number: int,
    *,
    province: str,
    individual: bool = False,
    same: bool = True,
    ip_ranges: str = "192.31.196.7",
    websites: int = 1,
    services: Sequence[int] = (),
) -> Facts:
    """Return the complete facts of an invented filing, by path. ``services``: the types of its entries."""
    chance = Random(f"filing-{number}")
    one, two = person(2 * number, province), person(2 * number + 1, province)
    brand, trade = _brand(number), chance.choice(TRADE)
    name = one.name if individual else f"{brand}{number}号{trade}有限公司"
    values = _host_values(number, one, name, province=province, individual=individual)
    for website, service in enumerate(services or [code_tables.WEBSITE] * websites):
        if service != code_tables.WEBSITE:
            values |= service_values(f"websites.{website}", service, number, province=province, ip_ranges=ip_ranges)
            continue
        values |= _website_values(
            f"websites.{website}",
            name=(f"{brand}的个人主页" if individual else f"{brand}官方网站") + (f"{website + 1}" if website else ""),
            domain=f"demo-{number}{f'-{website + 1}' if website else ''}.{chance.choice(TLDS)}",
            services=[code_tables.SERVICE_OTHER] if individual else [8],
            remark="记录个人的学习和生活" if individual else "",
            ip_ranges=ip_ranges,
            manager=None if same else two,
            province=province,
        )
    return values


def _host_values(number: int, one: InventedPerson, name: str, *, province: str, individual: bool) -> Facts:
    return {
        "subject.nature": code_tables.PERSON if individual else code_tables.ENTERPRISE,
        "subject.province": province,
        "subject.name": name,
        "subject.cert_type": 2 if individual else 1,
        "subject.cert_number": one.id_number if individual else credit_code(number, province),
        "subject.cert_address": f"示例路{number}号",
        "subject.division": _division(province),
        "subject.address": f"示例路{number}号2号楼305室",
        "subject.investor": one.name,
        **({} if individual else {"responsible.legal_representative": "yes"}),
        **_person_values("responsible", one, province),
    }


def _website_values(
    prefix: str,
    *,
    name: str,
    domain: str,
    services: list[int],
    remark: str,
    ip_ranges: str,
    manager: InventedPerson | None,
    province: str,
) -> dict[str, Any]:
    return {
        f"{prefix}.name": name,
        f"{prefix}.domain": domain,
        f"{prefix}.registrar": "示例域名注册有限公司",
        f"{prefix}.home_url": f"www.{domain}",
        f"{prefix}.services": services,
        f"{prefix}.languages": [1],
        f"{prefix}.remark": remark,
        f"{prefix}.responsible.same": manager is None,
        **(_person_values(f"{prefix}.responsible", manager, province) if manager else {}),
        f"{prefix}.access.ways": [5],
        f"{prefix}.access.places": [2],
        f"{prefix}.access.ip_ranges": ip_ranges,
    }


def service_values(prefix: str, service: int, number: int, *, province: str, ip_ranges: str = "192.31.196.7") -> Facts:
    """Return the complete facts of an APP, a mini-program or a quick app."""
    own = {
        "platforms": [code_tables.ANDROID, code_tables.IOS, code_tables.HARMONY],
        "android_package": f"cn.example.demo{number}",
        "android_public_key": f"{number:032X}" * 4,
        "android_md5": f"{number:032x}",
        "ios_bundle": f"cn.example.demo{number}",
        "ios_public_key": f"{number:040X}" * 4,
        "ios_sha1": f"{number:040x}",
        "harmony_package": f"cn.example.demo{number}",
        "harmony_public_key": f"{number:032X}" * 4,
        "harmony_md5": f"{number:032x}",
        "domains": f"api.demo-{number}.cn",
        "languages": [1],
        "runs_on": "微信",
        "services": [24],
        "remark": "为客户提供预约服务",
    }
    website = _website_values(
        prefix, name="", domain="", services=[24], remark="", ip_ranges=ip_ranges, manager=None, province=province
    )
    about = fields.names_of(service)
    return {
        **{path: value for path, value in website.items() if path.count(".") > 2},
        f"{prefix}.service": service,
        f"{prefix}.name": f"{SERVICES[service]}{number}",
        **{f"{prefix}.{name}": value for name, value in own.items() if name in about},
    }


def _division(province: str) -> str:
    _city, places = divisions.grouped_choices(province)[0]
    return str(places[0][0])


def _person_values(prefix: str, who: InventedPerson, province: str) -> dict[str, Any]:
    return {
        f"{prefix}.name": who.name,
        f"{prefix}.cert_type": 2,
        f"{prefix}.cert_number": who.id_number,
        f"{prefix}.cert_until": validity.LONG_TERM,
        f"{prefix}.mobile": who.mobile,
        f"{prefix}.emergency_mobile": who.emergency_mobile,
        f"{prefix}.office_phone": f"{phones.area_codes(province)[0]}-66001234",
        f"{prefix}.email": who.email,
    }


def drawn(number: int) -> int:
    """Return the number of the picture that belongs to a number."""
    return number % DIFFERENT_PICTURES


def card(title: str, number: int) -> SimpleUploadedFile:
    """Return a drawn certificate: a frame, lines, the word SPECIMEN."""
    number = drawn(number)
    image = Image.new("RGB", (1200, 760), "#e9eef5")
    draw = ImageDraw.Draw(image)
    _ground(draw, Random(f"card-{title}-{number}"), (40, 40, 1160, 720), "#e9eef5")
    draw.rectangle((20, 20, 1180, 740), outline="#2b5a8c", width=6)
    draw.text((70, 60), title, fill="#1b2a3a", font=ImageFont.load_default(54))
    draw.text((70, 640), f"SPECIMEN  No. {number:06d}", fill="#8c2b2b", font=ImageFont.load_default(46))
    for line in range(6):
        draw.rectangle((70, 180 + 70 * line, 700, 204 + 70 * line), fill="#b9c6d6")
    draw.ellipse((830, 190, 1010, 390), fill="#c9a98a")
    draw.rectangle((780, 390, 1060, 600), fill="#4a5f7a")
    return _jpeg(image, "card.jpg")


def _ground(draw: ImageDraw.ImageDraw, chance: Random, box: tuple[int, int, int, int], colour: str) -> None:
    """Draw a background pattern of shades, so that pictures of different numbers look different."""
    left, top, right, bottom = box
    red, green, blue = ImageColor.getrgb(colour)[:3]
    columns, rows = 9, 8
    for column in range(columns):
        for row in range(rows):
            shade = chance.randint(-24, 8)
            tile = (
                left + (right - left) * column // columns,
                top + (bottom - top) * row // rows,
                left + (right - left) * (column + 1) // columns,
                top + (bottom - top) * (row + 1) // rows,
            )
            draw.rectangle(tile, fill=(red + shade, green + shade, blue + shade))


def icon(number: int) -> SimpleUploadedFile:
    """Return a drawn icon of an APP."""
    number = drawn(number)
    image = Image.new("RGB", (192, 192), "#2b5a8c")
    _ground(ImageDraw.Draw(image), Random(f"icon-{number}"), (24, 24, 168, 168), "#e9eef5")
    target = BytesIO()
    image.save(target, "PNG")
    return SimpleUploadedFile("icon.png", target.getvalue(), content_type="image/png")


def portrait(number: int) -> SimpleUploadedFile:
    """Return a drawn face-to-face photo before a backdrop."""
    number = drawn(number)
    chance = Random(f"portrait-{number}")
    image = Image.new("RGB", (1000, 800), "#3f6fa8")
    draw = ImageDraw.Draw(image)
    _ground(draw, chance, (0, 0, 1000, 800), "#3f6fa8")
    draw.text((60, 40), "ICP FACE-TO-FACE", fill="#dfe9f5", font=ImageFont.load_default(64))
    skin = chance.choice(["#d9b08c", "#c99a74", "#e3bf9d"])
    draw.ellipse((380, 190, 620, 500), fill=skin)
    draw.pieslice((370, 160, 630, 420), 180, 360, fill="#2a2320")
    draw.rectangle((250, 520, 750, 800), fill=chance.choice(["#e8e3d8", "#4d4d4d", "#7a8c6a"]))
    draw.text((60, 730), f"DEMO {number:06d}", fill="#dfe9f5", font=ImageFont.load_default(36))
    return _jpeg(image, "portrait.jpg")


def _jpeg(image: Image.Image, name: str) -> SimpleUploadedFile:
    target = BytesIO()
    image.save(target, "JPEG", quality=80)
    return SimpleUploadedFile(name, target.getvalue(), content_type="image/jpeg")


def pictures_for(wanted: Iterable[Attachment], number: int) -> dict[str, SimpleUploadedFile]:
    """Return a drawn picture for every required paper, by path."""
    return {
        path: icon(number)
        if path.endswith(EvidenceKind.APP_ICON)
        else card(path.rpartition("papers.")[2].replace("_", " ").upper(), number)
        for paper in wanted
        if (path := f"{paper.path}.1" if paper.pages > 1 else paper.path)
    }
