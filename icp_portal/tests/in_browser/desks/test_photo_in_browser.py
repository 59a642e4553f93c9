"""The face-to-face photo with a real camera: the word beside it, one camera of two, again, kept and sealed."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.utils.translation import gettext as _
from PIL import Image
from playwright.sync_api import expect

from accounts.models import User
from filings import services
from filings.models import Photograph, PhotoWord
from filings.states import Status
from icp_portal.demo import invent
from icp_portal.tests import builders
from icp_portal.tests.browser import NARROW, Person, as_upload, barriers, overflow, with_second_step

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

Visitor = Callable[..., Person]


def at_work(visitor: Visitor, case: builders.Case, **options: object) -> Person:
    """The verifier before the page of a filing that is in work."""
    services.claim(case.filing.pk, case.staff)
    staff = visitor(**options).sign_in_as(with_second_step(User.objects.get(pk=case.staff.user_id)))
    staff.open(f"/provider/filings/{case.filing.pk}/")
    return staff


def test_a_photo_is_taken_again_with_the_other_camera_and_kept_with_its_word(visitor: Visitor) -> None:
    case = builders.case_at(Status.WITH_PROVIDER)
    staff = at_work(visitor, case)
    page, word = staff.page, PhotoWord.objects.get()

    staff.press(_("Take a photo with the camera"))
    expect(page.locator(".camera-word")).to_have_text(word.text)
    cameras = page.get_by_label(_("Camera"), exact=True)
    expect(cameras.locator("option")).to_have_count(2)
    used = cameras.input_value()
    cameras.select_option(index=1 - cameras.evaluate("one => one.selectedIndex"))
    expect(page.get_by_role("button", name=_("Take the photo"), exact=True)).to_be_focused()
    staff.press(_("Take the photo"))
    expect(page.locator(".pane [data-viewer-title]")).to_have_text(_("Photo to be sent"))  # where the papers are
    staff.press(_("Take a photo with the camera"))
    expect(cameras).not_to_have_value(used)  # this workplace remembers
    cameras.select_option(used)  # the other one shows hardly anything
    expect(page.get_by_role("button", name=_("Take the photo"), exact=True)).to_be_focused()
    staff.press(_("Take the photo"))
    staff.reads(_("The photo is ready. It is sent together with the form."))
    staff.press(_("Save the photo"))

    staff.reads(_("Sealed, intact"))
    photo = Photograph.objects.get()
    assert (photo.content["way"], photo.content["word"]) == ("camera", word.text)
    assert photo.evidence.width >= 800
    assert photo.evidence.height >= 600
    assert list(barriers(page)) == []
    assert overflow(page) == 0


def test_a_file_chosen_after_a_photo_of_the_camera_counts_as_a_file(visitor: Visitor) -> None:
    case = builders.case_at(Status.WITH_PROVIDER)
    staff = at_work(visitor, case, viewport={"width": 390, "height": 844})
    staff.press(_("Take a photo with the camera"))
    staff.press(_("Take the photo"))
    staff.page.get_by_text(_("Upload a file instead")).click()
    staff.control(_("Face-to-face photo")).set_input_files(as_upload(invent.portrait(1)))
    staff.press(_("Save the photo"))
    staff.reads(_("Say why the photo was not taken with the camera of this page."))
    assert overflow(staff.page) == 0
    staff.control(_("Face-to-face photo")).set_input_files(as_upload(invent.portrait(1)))
    staff.control(_("Reason for uploading a file")).select_option("better_camera")
    staff.press(_("Save the photo"))
    staff.reads(_("Sealed, intact"))
    assert Photograph.objects.get().content["reason"] == "better_camera"


def test_a_word_that_ran_out_stops_the_camera_before_the_photo(visitor: Visitor) -> None:
    case = builders.case_at(Status.WITH_PROVIDER)
    staff = at_work(visitor, case)
    staff.page.locator("[data-word]").evaluate("word => { word.dataset.until = '2020-01-01T00:00:00Z'; }")
    staff.press(_("Take a photo with the camera"))
    staff.press(_("Take the photo"))
    dialog = staff.page.get_by_role("dialog")
    expect(dialog).to_contain_text(_("The code word has expired. Ask for another one, then take the photo."))
    assert PhotoWord.objects.filter(closed_at=None).count() == 1


def test_a_camera_that_warms_up_offers_nothing_that_an_early_key_would_press(visitor: Visitor) -> None:
    case = builders.case_at(Status.WITH_PROVIDER)
    page = at_work(visitor, case).page
    page.evaluate("() => { navigator.mediaDevices.getUserMedia = () => new Promise(() => {}); }")

    focused = page.locator("[data-camera-open]").first.evaluate(
        "(opener) => { opener.click(); return document.activeElement.dataset.part; }"
    )

    assert focused == "pose"
    page.keyboard.press("Enter")
    expect(page.locator("[data-part=pose]")).to_be_focused()
    assert list(barriers(page)) == []


def test_one_press_freezes_the_picture_and_a_photo_cancelled_meanwhile_is_not_used(visitor: Visitor) -> None:
    case = builders.case_at(Status.WITH_PROVIDER)
    page = at_work(visitor, case).page
    page.evaluate(
        """() => {
          const make = HTMLCanvasElement.prototype.toBlob;
          window.held = [];
          HTMLCanvasElement.prototype.toBlob = function (done, ...way) {
            make.call(this, (blob) => window.held.push(() => done(blob)), ...way);
          };
        }"""
    )
    taken = "() => document.querySelector('#id_photo_file').files.length"
    camera, take = page.locator("[data-camera-open]").first, page.locator("[data-act=take]")

    camera.click(delay=90)
    take.click(delay=90)
    expect(take).to_be_disabled()
    assert page.locator("[data-part=video]").evaluate("(video) => video.paused") is True
    page.locator("[data-act=cancel]").click(delay=90)
    page.wait_for_function("() => window.held.length === 1")
    page.evaluate("() => window.held.shift()()")
    assert page.evaluate(taken) == 0

    camera.click(delay=90)
    take.click(delay=90)
    page.wait_for_function("() => window.held.length === 1")
    page.locator("[data-act=open]").click(delay=90)  # the camera is started again
    page.evaluate("() => window.held.shift()()")
    assert page.evaluate(taken) == 0

    take.click(delay=90)
    page.wait_for_function("() => window.held.length === 1")
    page.evaluate("() => window.held.shift()()")
    page.wait_for_function(taken)
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("size", [{"width": 1280, "height": 900}, {"width": 1280, "height": 720}, NARROW])
def test_the_camera_opens_from_the_action_bar_in_sight_and_says_its_faults_there(
    visitor: Visitor, size: object
) -> None:
    case = builders.case_at(Status.WITH_PROVIDER)
    staff = at_work(visitor, case, viewport=size)
    page = staff.page
    page.evaluate(
        "() => { navigator.mediaDevices.getUserMedia = "
        "() => Promise.reject(new DOMException('no', 'NotAllowedError')); }"
    )

    staff.follow(_("Take a photo with the camera"))

    dialog = page.get_by_role("dialog")
    said = dialog.get_by_role("alert")
    expect(said).to_contain_text(
        _("The browser is not allowed to use the camera. Allow it in the address bar, or choose a photo file instead.")
    )
    for part in (said, dialog.get_by_role("button", name=_("Cancel"), exact=True)):
        expect(part).to_be_in_viewport(ratio=1)
    assert overflow(page) <= 0
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_a_black_photo_is_only_kept_with_a_reason(visitor: Visitor) -> None:
    case = builders.case_at(Status.WITH_PROVIDER)
    staff = at_work(visitor, case)
    black = {"name": "black.jpg", "mimeType": "image/jpeg", "buffer": plain(8)}
    staff.page.get_by_text(_("Upload a file instead")).click()
    staff.control(_("Face-to-face photo")).set_input_files(black)
    staff.control(_("Reason for uploading a file")).select_option("better_camera")
    staff.press(_("Save the photo"))
    summary = staff.page.locator("[data-error-summary]")
    expect(summary).to_contain_text(_("Hardly anything can be seen on the photo."))
    expect(summary).to_be_in_viewport()
    assert not Photograph.objects.exists()

    staff.control(_("Why a photo is kept on which hardly anything can be seen")).fill("摄像头夜视模式")
    staff.page.get_by_text(_("Upload a file instead")).click()
    staff.control(_("Face-to-face photo")).set_input_files(black)
    staff.control(_("Reason for uploading a file")).select_option("better_camera")
    staff.press(_("Save the photo"))

    staff.reads("摄像头夜视模式")
    assert Photograph.objects.get().content["kept_because"] == "摄像头夜视模式"


def plain(grey: int) -> bytes:
    """A picture of one grey with some noise, as a covered lens gives."""
    picture = Image.effect_noise((1000, 800), 12).point(lambda value: max(0, min(255, value - 128 + grey)))
    target = BytesIO()
    picture.convert("RGB").save(target, "JPEG")
    return target.getvalue()
