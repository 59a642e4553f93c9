"""Drawn certificates, and photographs of them as phones take them: on a table, a little turned, with noise."""

from io import BytesIO
from random import Random
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

TABLES = {"wood": (120, 85, 55), "white": (225, 224, 220), "grey": (130, 132, 135), "dark": (45, 45, 48)}


def certificate(number: int, width: int = 1600) -> Image.Image:
    """A card of lines of writing, a portrait and fine lines behind them; each number has its own."""
    chance = Random(f"certificate-{number}")
    height = width * 54 // 86
    image = Image.new("RGB", (width, height), (222, 230, 238))
    draw = ImageDraw.Draw(image)
    for _n in range(60):
        y, left, right = chance.randint(0, height), chance.randint(-width, 0), chance.randint(width, 2 * width)
        draw.arc((left, y - height, right, y + height), 0, 360, fill=(205, 218, 230), width=2)
    for line in range(6):
        text = "".join(chance.choice("ABCDEFGHKLMNPRSTUXYZ0123456789 ") for _n in range(22))
        draw.text(
            (width // 16, height // 10 + line * height // 7), text, (20, 25, 35), ImageFont.load_default(width // 28)
        )
    draw.rectangle((width * 5 // 8, height // 10, width * 15 // 16, height * 7 // 10), fill=(240, 243, 246))
    draw.ellipse((width * 11 // 16, height // 6, width * 14 // 16, height * 4 // 6), fill=(217, 176, 140))
    return image


def photographed(
    number: int, table: str = "wood", *, size: tuple[int, int] = (2000, 1500), shift: tuple[float, float] = (0, 0)
) -> Image.Image:
    """The certificate of this number on a table. ``shift``: how far off the middle, in parts of the picture."""
    width, height = size
    scene = Image.new("RGB", size, TABLES[table])
    card = certificate(number, width * 7 // 10)
    covers = Image.new("L", card.size, 255).rotate(3, expand=True)
    card = card.rotate(3, Image.Resampling.BICUBIC, expand=True)
    corner = (width - card.width) // 2 + int(shift[0] * width), (height - card.height) // 2 + int(shift[1] * height)
    scene.paste(card, corner, covers)
    grain = Random(number).randbytes(width * height)
    noise = Image.frombytes("L", size, grain).point(lambda value: 128 + (value - 128) // 12)
    return ImageChops.add(scene.filter(ImageFilter.GaussianBlur(0.8)), Image.merge("RGB", (noise,) * 3), 1, -128)


def as_file(image: Image.Image, kind: str = "JPEG", **options: Any) -> SimpleUploadedFile:
    """The picture as it is uploaded."""
    target = BytesIO()
    image.save(target, kind, **options)
    return SimpleUploadedFile("photo.jpg", target.getvalue(), content_type="image/jpeg")


def blurred(number: int = 1) -> Image.Image:
    """A photograph that nobody can read."""
    return photographed(number).filter(ImageFilter.GaussianBlur(6))
