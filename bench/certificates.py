"""Draw specimens of certificates, and spoil them as photographs do, to measure and to test how they are read.

The persons and units are invented; their numbers have valid check characters.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from random import Random

from noto_cjk_sans_otc import FONT_PATH
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont

from filings.reading.values import check_digit
from ministry.reference.certificates import check_character_resident_id, check_character_uscc

SIMPLIFIED_CHINESE = 2  # the face of the font collection
INK, LABEL_INK = (25, 25, 30), (40, 90, 130)
CARD, LICENCE, PASSPORT = (1012, 638), (1600, 1130), (1480, 880)  # pixels
TABLE = (96, 88, 80)

Lines = tuple[tuple[int, int, str, str], ...]


@dataclass(frozen=True, slots=True)
class Specimen:
    """A drawn certificate: the kind of its picture, and the facts that are printed on it, as the portal stores them."""

    kind: str
    image: Image.Image
    facts: dict[str, str]


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT_PATH, size, index=SIMPLIFIED_CHINESE)


# --- The certificates -------------------------------------------------------------------------------------


def card_front(name: str, number: str, address: str) -> Specimen:
    """Draw the portrait side of an identity card."""
    image = _paper(CARD, (238, 243, 246))
    draw = ImageDraw.Draw(image)
    draw.ellipse((760, 120, 900, 290), fill=(190, 175, 165))
    draw.rectangle((720, 290, 940, 460), fill=(90, 100, 120))
    _row(draw, 60, 62, "姓名", name, 44)
    _row(draw, 60, 142, "性别", "女", 38)
    _row(draw, 300, 142, "民族", "汉", 38)
    draw.text((60, 220), "出生", font=_font(34), fill=LABEL_INK)
    draw.text(
        (170, 218), f"{number[6:10]}  年  {int(number[10:12])}  月  {int(number[12:14])}  日", font=_font(36), fill=INK
    )
    draw.text((60, 300), "住址", font=_font(34), fill=LABEL_INK)
    for line, text in enumerate(_wrapped(address, 13)):
        draw.text((170, 298 + 52 * line), text, font=_font(38), fill=INK)
    draw.text((60, 540), "公民身份号码", font=_font(34), fill=LABEL_INK)
    draw.text((330, 534), " ".join(number) if number[-2] == "9" else number, font=_font(44), fill=INK)
    return Specimen("front", image, {"name": name, "cert_number": number, "cert_address": address})


def card_back(since: str, until: str) -> Specimen:
    """Draw the other side of an identity card; ``until`` is a date or ``long_term``."""
    image = _paper(CARD, (236, 243, 240))
    draw = ImageDraw.Draw(image)
    draw.ellipse((60, 60, 210, 210), fill=(200, 60, 60))
    draw.text((290, 60), "中华人民共和国", font=_font(66), fill=INK)
    draw.text((330, 170), "居 民 身 份 证", font=_font(76), fill=INK)
    _row(draw, 200, 440, "签发机关", "北京市公安局朝阳分局", 38, after=190)
    end = "长期" if until == "long_term" else until.replace("-", ".")
    _row(draw, 200, 520, "有效期限", f"{since.replace('-', '.')}-{end}", 38, after=190)
    return Specimen("back", image, {"cert_from": since, "cert_until": until})


def licence(name: str, number: str, address: str, representative: str) -> Specimen:
    """Draw a business licence of the form in use since 2019, in landscape."""
    image = _paper(LICENCE, (250, 247, 236))
    draw = ImageDraw.Draw(image)
    draw.rectangle((30, 30, 1570, 1100), outline=(190, 160, 90), width=8)
    draw.ellipse((740, 60, 860, 180), fill=(205, 60, 55))
    draw.text((610, 190), "营 业 执 照", font=_font(76), fill=INK)
    draw.text((740, 300), "（副  本）", font=_font(34), fill=INK)
    draw.text((90, 210), "统一社会信用代码", font=_font(30), fill=INK)
    draw.text((90, 255), number, font=_font(36), fill=INK)
    scope = (
        "技术开发、技术咨询、技术服务；销售计算机、软件及辅助设备。"
        "（依法须经批准的项目，经相关部门批准后方可开展经营活动）"
    )
    left = (
        ("名        称", name),
        ("类        型", "有限责任公司"),
        ("法定代表人", representative),
        ("经 营 范 围", scope),
    )
    right = (
        ("注 册 资 本", "壹佰万元整"),
        ("成 立 日 期", "2018年05月16日"),
        ("营 业 期 限", "2018年05月16日至长期"),
        ("住        所", address),
    )
    _column(draw, 90, left)
    _column(draw, 850, right)
    draw.text((1000, 960), "登记机关", font=_font(34), fill=INK)
    draw.text((1200, 1030), "2023 年 03 月 08 日", font=_font(30), fill=INK)
    draw.text((90, 1060), "国家企业信用信息公示系统网址：http://www.gsxt.gov.cn", font=_font(20), fill=INK)
    facts = {"name": name, "cert_number": number, "cert_address": address, "representative": representative}
    return Specimen("licence", image, facts)


def passport(name: str, latin: str, number: str, until: str) -> Specimen:
    """Draw the photo page of a passport; ``number`` has nine characters."""
    image = _paper(PASSPORT, (243, 238, 226))
    draw = ImageDraw.Draw(image)
    draw.rectangle((60, 120, 380, 560), fill=(120, 130, 150))
    draw.text((420, 60), "护照 PASSPORT", font=_font(44), fill=INK)
    draw.text((900, 60), number, font=_font(52), fill=INK)
    _row(draw, 420, 150, "姓名/Name", name, 40, after=240)
    draw.text((660, 205), latin, font=_font(34), fill=INK)
    _row(draw, 420, 270, "国籍/Nationality", "中国/CHINESE", 36, after=320)
    _row(draw, 420, 350, "出生日期/Date of birth", "01 1月/JAN 1990", 36, after=420)
    _row(draw, 420, 430, "有效期至/Date of expiry", until.replace("-", "/"), 36, after=420)
    born, last = "900101", until.replace("-", "")[2:]
    upper = f"POCHN{latin.replace(', ', '<<').replace(' ', '<')}".ljust(44, "<")
    lower = f"{number}{check_digit(number)}CHN{born}{check_digit(born)}F{last}{check_digit(last)}".ljust(42, "<") + "00"
    for line, text in enumerate((upper, lower)):
        for place, char in enumerate(text):  # OCR-B has one width for all characters
            draw.text((60 + place * 31, 690 + 80 * line), char, font=_font(42), fill=INK)
    return Specimen("passport", image, {"cert_number": number, "cert_until": until})


def _paper(size: tuple[int, int], colour: tuple[int, int, int]) -> Image.Image:
    """Return a blank certificate with a fine pattern."""
    image = Image.new("RGB", size, colour)
    draw = ImageDraw.Draw(image)
    tone = tuple(max(0, part - 14) for part in colour)
    for place in range(-size[1], size[0], 26):
        draw.arc((place, -80, place + size[1] + 300, size[1] + 80), 20, 160, fill=tone, width=2)
    return image


def _row(draw: ImageDraw.ImageDraw, left: int, top: int, label: str, text: str, size: int, after: int = 110) -> None:
    draw.text((left, top + 4), label, font=_font(34), fill=LABEL_INK)
    draw.text((left + after, top), text, font=_font(size), fill=INK)


def _column(draw: ImageDraw.ImageDraw, left: int, rows: tuple[tuple[str, str], ...]) -> None:
    top = 400
    for label, text in rows:
        draw.text((left, top), label, font=_font(32), fill=INK)
        for line in _wrapped(text, 14):
            draw.text((left + 210, top), line, font=_font(32), fill=INK)
            top += 46
        top += 26


def _wrapped(text: str, length: int) -> list[str]:
    return [text[start : start + length] for start in range(0, len(text), length)]


# --- What photographs do to them --------------------------------------------------------------------------


def _turned(degrees: float) -> Callable[[Image.Image], Image.Image]:
    return lambda image: image.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=TABLE)


def _dark(image: Image.Image) -> Image.Image:
    chance = Random(7)  # noqa: S311 — the noise of a camera
    dark = ImageEnhance.Contrast(ImageEnhance.Brightness(image).enhance(0.3)).enhance(0.7)
    noise = Image.frombytes("L", image.size, chance.randbytes(image.width * image.height))
    return Image.blend(dark, noise.convert("RGB"), 0.06)


def _blurred(share: int) -> Callable[[Image.Image], Image.Image]:
    return lambda image: image.filter(ImageFilter.GaussianBlur(image.width / share))


def _low(image: Image.Image) -> Image.Image:
    return image.resize((image.width * 480 // max(image.size), image.height * 480 // max(image.size)))


def _on_a_table(image: Image.Image) -> Image.Image:
    table = Image.new("RGB", (image.width * 3 // 2, image.height * 3 // 2), TABLE)
    table.paste(image, (image.width // 5, image.height // 4))
    return table


SPOILT: dict[str, Callable[[Image.Image], Image.Image]] = {
    "clean": lambda image: image,
    "on a table": _on_a_table,
    "turned by 3°": _turned(3),
    "turned by -8°": _turned(-8),
    "turned by 90°": _turned(90),
    "turned by 180°": _turned(180),
    "turned by 270°": _turned(270),
    "dark": _dark,
    "blurred": _blurred(600),
    "very blurred": _blurred(400),
    "480 pixels": _low,
}


def encoded(image: Image.Image, quality: int = 88) -> bytes:
    """Return the picture as JPEG."""
    target = BytesIO()
    image.save(target, "JPEG", quality=quality)
    return target.getvalue()


# --- Invented holders -------------------------------------------------------------------------------------

NAMES = ("王芳", "李国强", "欧阳明月", "张伟", "陈思远", "刘洋", "赵丽华", "周杰")
# Characters of names outside of the everyday ones; two of them outside of the basic block of Unicode.
RARE_NAMES = ("王犇", "李翀", "张堃", "赵喆", "刘玥彤", "陈䶮", "黄㛃", "孙龑")
LATIN = ("WANG, FANG", "LI, GUOQIANG", "OUYANG, MINGYUE", "ZHANG, WEI")
PLACES = (
    ("110105", "北京市朝阳区建国路1号2号楼305室"),
    ("310115", "上海市浦东新区世纪大道1788号金控广场T1座12层"),
    ("440305", "广东省深圳市南山区粤海街道科技园社区科苑路15号"),
    ("330106", "浙江省杭州市西湖区文三路90号东部软件园科技大厦A座5楼"),
)


def resident_number(place: str, serial: int) -> str:
    """Return a valid number of an identity card."""
    body = f"{place}19{60 + serial % 40:02d}{1 + serial % 12:02d}{1 + serial % 28:02d}{serial % 1000:03d}"
    return body + check_character_resident_id(body)


def credit_code(place: str, serial: int) -> str:
    """Return a valid unified social credit code of an enterprise."""
    body = f"91{place}MA{serial:06d}"[:16].ljust(17, "K")
    return body + check_character_uscc(body)


def specimens(names: tuple[str, ...] = NAMES) -> Iterator[Specimen]:
    """Yield a card's two sides, a licence and a passport for each of the names."""
    for serial, name in enumerate(names, start=1):
        place, address = PLACES[serial % len(PLACES)]
        until = "long_term" if serial % 3 == 0 else f"20{36 + serial % 5}-05-{10 + serial:02d}"
        yield card_front(name, resident_number(place, serial * 37), address)
        yield card_back(f"2016-05-{10 + serial:02d}", until)
        yield licence(f"{address[:2]}示例{name[-1]}科技有限公司", credit_code(place, serial * 7919), address, name)
        last = f"20{30 + serial % 5}-0{1 + serial % 9}-{10 + serial:02d}"
        yield passport(name, f"{LATIN[serial % len(LATIN)]}", f"E{10_000_019 * serial % 100_000_000:08d}", last)
