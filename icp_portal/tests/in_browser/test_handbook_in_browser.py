"""The pictures of the handbook, taken from its pages, and the handbook itself in a real browser.

A page that has changed its shape makes the test of the pictures fail. Look at the new pictures after writing them::

    HANDBOOK_PICTURES=write pytest icp_portal/tests/in_browser/test_handbook_in_browser.py -k pictures
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO

import pytest
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageChops, ImageOps
from playwright.sync_api import Locator, expect
from post_office.models import STATUS

from accounts.models import Party, User
from bureaus import absences
from bureaus.models import Reviewer
from filings import services
from filings.actors import Actor
from filings.review import questions
from filings.states import Status
from icp_portal.demo import play_orders
from icp_portal.handbook.pictures import DENSITY, HandbookPicture
from icp_portal.handbook.places import CHAPTERS
from icp_portal.tests import builders
from icp_portal.tests.browser import WIDE, Person, with_second_step
from icp_portal.tests.builders import Case, case_at, user_of
from icp_portal.tests.documentation.test_handbook import MOST_BYTES, PICTURES
from icp_portal.tests.in_browser.steps import write_remark
from icp_portal.tests.tours import Tour
from ministry.models import Mail
from providers.imports import writing
from providers.models import Import, Provider
from providers.tests.imports import sheets_to_import
from records.models import OrderTask

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

Visitor = Callable[..., Person]

WRITES = os.environ.get("HANDBOOK_PICTURES") == "write"
WINDOW = {"width": 1100, "height": 800}
EDGE = 12 * DENSITY  # pixels around an element
COLOURS = (64, 48, 32, 24, 16)
# The bar with the decision stays in sight while one scrolls; in a picture it would cover the rest.
AT_REST = (
    """scrollTo(0, 0); for (const bar of document.querySelectorAll(".decision-bar")) bar.style.position = "static";"""
)
# By how much a page may differ from its picture: names and dates are others each time.
SLACK, LEAST_SLACK = 0.12, 30 * DENSITY


@dataclass(frozen=True)
class Shot:
    """An element to be pictured from its top, at most ``tallest`` CSS pixels high."""

    name: str
    element: Locator
    tallest: int = 560


@dataclass
class Scene:
    """A provider and a bureau with filings at many steps; ``person`` opens a browser of an actor."""

    visitor: Visitor
    access_provider: Provider = field(
        default_factory=lambda: builders.provider(name="示例接入服务有限公司", promised_days=3)
    )
    people: dict[int, Person] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.waiting = [self._case(Status.WITH_PROVIDER) for _number in range(4)]
        Reviewer.objects.all().delete()  # who came with cases that no bureau has yet
        self.with_bureau = [self._case(Status.WITH_BUREAU) for _number in range(4)]
        self.verifier, self.reviewer = self.waiting[0].staff, self.with_bureau[0].reviewer
        self.chief = builders.chief()
        self.operator = with_second_step(builders.user(Party.MINISTRY))

    def _case(self, status: Status) -> Case:
        return case_at(status, of=self.access_provider)

    def person(self, user: User) -> Person:
        """Return the browser of a user, the same for all pictures."""
        if user.pk not in self.people:
            options = {"viewport": WINDOW, "device_scale_factor": DENSITY}
            self.people[user.pk] = self.visitor(**options).sign_in_as(user)
        return self.people[user.pk]

    def at(self, actor: Actor, path: str) -> Person:
        """Open a page as an actor."""
        user = user_of(actor)
        person = self.people.get(user.pk) or self.person(with_second_step(user))
        person.open(path)
        return person


def provider_desk(scene: Scene) -> Iterator[Shot]:
    """Yield the pictures of a provider's desk, each with its element."""
    yield Shot("provider-queue", scene.at(scene.verifier, "/provider/?tab=work").page.locator("main"))
    case = scene.waiting[0]
    services.claim(case.filing.pk, scene.verifier)
    page = scene.at(scene.verifier, f"/provider/filings/{case.filing.pk}/").page
    yield Shot("provider-sheet", page.locator("#block-subject"))
    yield Shot("provider-photo", page.locator("#photo"))
    asked = scene.with_bureau[0].filing.pk
    services.claim(asked, scene.reviewer)
    questions.ask(asked, scene.reviewer, text="请说明该网站服务器的存放地点。", days=questions.USUAL_DAYS)
    yield Shot(
        "provider-answer", scene.at(scene.verifier, f"/provider/filings/{asked}/answer/").page.locator("main"), 780
    )
    made = checked_import(scene.verifier)
    yield Shot("provider-import", scene.at(scene.verifier, f"/provider/behalf/imports/{made.pk}/").page.locator("main"))
    filed = scene.with_bureau[1].approve()
    play_orders.suspend(filed.filing, scene.reviewer)
    task = OrderTask.objects.get()
    yield Shot("provider-order", scene.at(scene.verifier, f"/provider/orders/{task.pk}/").page.locator("main"))


def checked_import(verifier: Actor) -> Import:
    """Return an import of three rows, of which two have errors."""
    rows = [
        sheets_to_import.row(),
        *(sheets_to_import.row(**{name: "x"}) for name in ("subject__nature", "websites__0__domain")),
    ]
    made = writing.begin(verifier, "备案单.xlsx", sheets_to_import.workbook(rows))
    while writing.check_some(made.pk):
        pass
    return made


def bureau_desk(scene: Scene) -> Iterator[Shot]:
    """Yield the pictures of a bureau's desk, each with its element."""
    yield Shot("bureau-queue", scene.at(scene.reviewer, "/bureau/?tab=work").page.locator("main"))
    case = scene.with_bureau[2]
    services.claim(case.filing.pk, scene.reviewer)
    reviewer = scene.at(scene.reviewer, f"/bureau/filings/{case.filing.pk}/")
    reviewer.page.set_viewport_size(WIDE)  # facts and papers beside each other
    yield Shot("bureau-review", reviewer.page.locator(".workbench"))
    reviewer.press(_("Approve and issue the number"))
    reviewer.sees(_("Confirm the approval"))
    yield Shot("bureau-approval", reviewer.page.locator("main .summary-list").first)
    today = timezone.localdate()
    absences.enter(scene.chief, scene.with_bureau[3].reviewer.person_id, today, today, scene.reviewer.person_id)
    yield Shot("bureau-office", scene.at(scene.chief, "/bureau/office/").page.locator("main table").first)
    yield Shot("bureau-board", scene.at(scene.chief, "/bureau/board/").page.locator("figure.figure-small"))


def operators_desk(scene: Scene) -> Iterator[Shot]:
    """Yield the pictures of the operators' desk, each with its element."""
    operator = scene.person(scene.operator)
    operator.open("/ministry/calendar/2026/")
    yield Shot("operator-calendar", operator.page.locator("section.month").nth(9))
    Mail.objects.update(status=STATUS.sent)
    Mail.objects.filter(pk=Mail.objects.latest("pk").pk).update(status=STATUS.failed)
    operator.open("/ministry/mails/")
    yield Shot("operator-mails", operator.page.locator("main table"), 400)


def remark(scene: Scene) -> Iterator[Shot]:
    """Yield the picture of a remark, the last one: what is typed keeps its page."""
    verifier = scene.at(scene.verifier, f"/provider/filings/{scene.waiting[0].filing.pk}/")
    write_remark(verifier, "websites.0.name", "P301", "网站名称与主办单位无关", "使用单位全称或注册商标")
    yield Shot("provider-remark", verifier.page.locator("[data-remark-row='0']"))
    expect(verifier.page.locator("[data-part=state]")).to_contain_text(_("Saved at"))


def taken(shot: Shot) -> Image.Image:
    """Return a picture of an element without the empty paper around it, with a narrow edge."""
    expect(shot.element).to_be_visible()
    shot.element.page.evaluate(AT_REST)
    box = shot.element.bounding_box()
    assert box is not None
    clip = {**box, "height": min(box["height"], shot.tallest)}
    png = shot.element.page.screenshot(full_page=True, clip=clip, scale="device", animations="disabled")
    picture = Image.open(BytesIO(png)).convert("RGB")
    paper = Image.new("RGB", picture.size, picture.getpixel((0, 0)))
    filled = ImageChops.difference(picture, paper).getbbox()
    return ImageOps.expand(picture.crop(filled), EDGE, picture.getpixel((0, 0)))


def test_pictures_are_as_their_pages(visitor: Visitor) -> None:
    scene = Scene(visitor)
    wrong, seen = [], set()
    for part in (provider_desk, bureau_desk, operators_desk, remark):
        for shot in part(scene):
            picture, stored = taken(shot), PICTURES[shot.name]
            if WRITES:
                write(picture, stored)
            wrong += [f"{shot.name}: {fault}" for fault in faults(picture, stored)]
            seen.add(shot.name)

    assert (wrong, seen) == ([], set(PICTURES))


def write(picture: Image.Image, to: HandbookPicture) -> None:
    """Store a picture as PNG, with as few colours as it takes to be small."""
    to.file.parent.mkdir(exist_ok=True)
    for colours in COLOURS:
        picture.quantize(colours, dither=Image.Dither.NONE).save(to.file, optimize=True)
        if to.file.stat().st_size <= MOST_BYTES:
            return


def faults(picture: Image.Image, stored: HandbookPicture) -> Iterator[str]:
    """Yield what is wrong with a picture: it is blank, or of another size than the stored one."""
    darkest, lightest = picture.convert("L").getextrema()
    if lightest - darkest < 100:
        yield "blank"
    with Image.open(stored.file) as kept:
        for side, now, then in zip(("width", "height"), picture.size, kept.size, strict=True):
            if abs(now - then) > max(SLACK * then, LEAST_SLACK):
                yield f"{side} {now} instead of {then}"


def test_pages_of_the_handbook(tour: Callable[..., Tour]) -> None:
    operator = tour(with_second_step(builders.user(Party.MINISTRY)), thorough=True)
    operator.visit("/handbook/", *(chapter.url for chapter in CHAPTERS))


def test_from_a_page_of_a_desk_to_its_section(visitor: Visitor) -> None:
    case = case_at(Status.WITH_BUREAU)
    reviewer = visitor().sign_in_as(with_second_step(user_of(case.reviewer)))
    reviewer.open("/bureau/questions/")
    reviewer.follow(_("Handbook"))

    reviewer.arrives_at("/handbook/reviewing/#question")
    expect(reviewer.page.get_by_role("heading", name=_("Ask the provider a question"), exact=True)).to_be_in_viewport()
