"""The computer and the phone beside it, both real: the code, the photo, and the picture that appears by itself."""

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from filings import services
from filings.evidence import quality
from filings.fields import attachments
from icp_portal.demo import invent, play
from icp_portal.tests import builders
from icp_portal.tests.browser import NARROW, Person, as_upload, barriers, overflow
from icp_portal.tests.photos import as_file, blurred

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

Visitor = Callable[..., Person]
KIND = "papers.responsible_front"


def make_code(host: Person, filing_id: int) -> str:
    """Press the button beside the paper; answers the address on the code's page."""
    host.open(f"/filings/{filing_id}/edit/papers/")
    host.page.get_by_role(
        "button", name=re.compile(rf"{_('Take it with your phone')}.*{capfirst(str(attachments.label(KIND)))}")
    ).click()
    host.sees(_("Take the photo with your phone"))
    return host.page.locator(".code").inner_text().removeprefix(host.origin)


def send(phone: Person, picture: SimpleUploadedFile, button: str) -> None:
    phone.control(_("The photo")).set_input_files(as_upload(picture))
    phone.press(button)


def in_order(person: Person) -> list[str]:
    return [*barriers(person.page), *(["too wide"] if overflow(person.page) > 0 else [])]


def test_a_photo_from_the_phone_appears_on_the_computer(visitor: Visitor) -> None:
    case = builders.Case()
    host, phone = visitor().sign_in_as(case.filing.host), visitor(viewport=NARROW)
    address = make_code(host, case.filing.pk)
    wrong = in_order(host)
    at_code = host.page.url

    phone.open(address)
    phone.sees(attachments.label(KIND))
    wrong += in_order(phone)
    send(phone, as_file(blurred()), _("Send the photo"))
    phone.reads(quality.ADVICE["blurred"].message)
    wrong += in_order(phone)
    expect(host.page.locator(".evidence img")).to_have_count(1)
    host.reads(quality.ADVICE["blurred"].message)

    send(phone, invent.card("PHONE", 1), _("Send the new photo"))
    phone.sees(_("The picture has been received"))
    wrong += in_order(phone)
    host.reads(_("The picture has been received. No further action is needed on the phone."))
    wrong += in_order(host)

    assert host.page.url == at_code
    assert wrong == []
    host.follow(_("Continue with the pictures"))
    host.reads(_("uploaded from a phone"))


def test_without_scripts_a_link_shows_what_has_come(visitor: Visitor) -> None:
    case = builders.Case()
    host = visitor(java_script_enabled=False).sign_in_as(case.filing.host)
    phone = visitor(java_script_enabled=False, viewport=NARROW)
    phone.open(make_code(host, case.filing.pk))

    send(phone, invent.card("PHONE", 1), _("Send the photo"))
    phone.sees(_("The picture has been received"))
    host.follow(_("Refresh"))

    expect(host.page.locator(".evidence img")).to_have_count(1)


def test_a_returned_picture_can_be_taken_with_the_phone_from_its_remark(visitor: Visitor) -> None:
    case = builders.Case().submit()
    remark = services.RemarkDraft(KIND, "1008", "反光", "重新拍摄")
    play.send_back(case.filing, case.staff, remark)
    host = visitor().sign_in_as(case.filing.host)
    host.open(f"/filings/{case.filing.pk}/correct/")

    host.press(_("Take it with your phone"))

    host.sees(_("Take the photo with your phone"))


def test_a_picture_dropped_into_its_frame_is_chosen(visitor: Visitor) -> None:
    case = builders.Case()
    host = visitor().sign_in_as(case.filing.host)
    host.open(f"/filings/{case.filing.pk}/edit/papers/")
    frame = host.page.locator("[data-drop]").filter(has_text=str(attachments.label(KIND))).first
    host.reads(_("You can also drag the picture into this frame."))
    dropped = host.page.evaluate_handle(
        """bytes => {
            const files = new DataTransfer();
            files.items.add(new File([new Uint8Array(bytes)], "card.jpg", { type: "image/jpeg" }));
            return files;
        }""",
        list(invent.card("DROPPED", 1).read()),
    )

    frame.dispatch_event("dragover", {"dataTransfer": dropped})
    expect(frame).to_have_attribute("data-over-it", "")
    frame.dispatch_event("drop", {"dataTransfer": dropped})
    expect(frame).not_to_have_attribute("data-over-it", "")
    host.press(_("Upload and continue"))
    host.arrives_at(f"/filings/{case.filing.pk}/check/")

    assert case.filing.evidence.filter(path=KIND).count() == 2
