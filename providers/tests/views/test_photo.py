"""The photo on the desks' pages: the word shown, what is stored with it, its seal, and access."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _

from accounts.models import User
from filings import services
from filings.models import Photograph, PhotoWord, Way
from filings.states import Status
from filings.verification import photographs
from icp_portal.demo import invent, play
from icp_portal.tests.builders import Case, sign_in, staff
from icp_portal.tests.hostile import fields_of, wrong_fields

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]

PATH = "websites.0.papers.photo"


def browser(user_id: int | None) -> Client:
    return sign_in(Client(), User.objects.get(pk=user_id))


class Desk:
    """The page of a verifier who has claimed a filing."""

    def __init__(self, case: Case | None = None) -> None:
        self.case = case or Case().submit()
        services.claim(self.case.filing.pk, self.case.staff)
        self.client = browser(self.case.staff.user_id)
        self.url = reverse("provider_desk:verify", args=[self.case.filing.pk])

    def page(self) -> str:
        return self.client.get(self.url).content.decode()

    def send(self, form: dict[str, Any] | None = None, **changes: Any) -> str:
        response = self.client.post(self.url, (form or fields_of(self.page())) | changes)
        assert response.status_code == 200
        return response.content.decode()

    def photos(self) -> list[Photograph]:
        return list(Photograph.objects.filter(filing=self.case.filing))


def word_on(page: str) -> str:
    (word,) = re.findall(r'class="photo-word"[^>]*>([^<]+)<', page)
    return word


CAMERA = {"photo": "1", "photo_way": "camera"}


def test_the_word_stays_while_the_page_is_opened_again_and_is_kept_with_the_photo():
    desk = Desk()
    word = word_on(desk.page())
    assert word_on(desk.page()) == word

    page = desk.send(**CAMERA, photo_file=invent.portrait(1))

    (photo,) = desk.photos()
    assert (photo.content["word"], photo.content["way"]) == (word, "camera")
    assert photo.content["place"] == desk.case.provider.address
    assert _("Sealed, intact") in page
    assert word_on(page) != word


def test_sent_a_second_time_the_same_page_keeps_nothing_and_says_so():
    desk = Desk()
    form = fields_of(desk.page())
    desk.send(form, **CAMERA, photo_file=invent.portrait(1))
    form |= {name: value for name, value in fields_of(desk.page()).items() if name in ("version", "worksheet")}

    page = desk.send(form, **CAMERA, photo_file=invent.portrait(2))

    assert (
        _("The code word of this photo has expired or has been used. Show the current word and retake the photo.")
        in page
    )
    assert len(desk.photos()) == 1


PASS = {"photo_way": "camera", "statement": "on", "pass": "1"}


def test_a_pass_takes_sheet_and_photo_along_in_one_move():
    desk = Desk()
    before, form = desk.case.refresh().filing.version, fields_of(desk.page())
    answers = play.answers(desk.case.filing)

    response = desk.client.post(desk.url, form | PASS | answers | {"photo_file": invent.portrait(1)})

    assert response.status_code == 302
    assert (desk.case.refresh().filing.status, desk.case.filing.version) == (Status.WITH_BUREAU, before + 1)
    assert [photo.evidence for photo in desk.photos()] == list(desk.case.filing.verifications.get().photos.all())


@pytest.mark.parametrize(("button", "is_said"), [("save", True), ("seen", False), ("to_remarks", False)])
def test_only_the_button_that_saves_says_that_the_sheet_is_saved(button, is_said):
    """The others save it, too, on the way to another place of the page."""
    desk = Desk()
    form = fields_of(desk.page())

    page = desk.client.post(desk.url, form | {button: "1", "note": "x"}, follow=True)

    assert [str(message) for message in page.context["messages"]] == [str(_("The sheet has been saved."))] * is_said


def test_a_pass_that_is_refused_keeps_the_photo_though_the_sheet_was_saved_elsewhere():
    desk = Desk()
    form = fields_of(desk.page())
    desk.client.post(desk.url, form | {"save": "1", "note": "x"})

    page = desk.send(form, **PASS, **play.answers(desk.case.filing), photo_file=invent.portrait(1))

    assert desk.case.refresh().filing.status == Status.WITH_PROVIDER
    assert _("Sealed, intact") in page
    assert len(desk.photos()) == 1


def test_a_word_that_ran_out_keeps_what_was_typed_and_shows_another():
    desk = Desk()
    form = fields_of(desk.page())
    word = word_on(desk.page())
    PhotoWord.objects.update(expires_at=timezone.now())

    page = desk.send(form, **CAMERA, photo_file=invent.portrait(1), photo_place="二号窗口", domain_correct="yes")

    assert desk.photos() == []
    assert word_on(page) != word
    assert fields_of(page)["photo_place"] == ["二号窗口"]
    assert fields_of(page)["domain_correct"] == ["yes"]


def test_another_word_can_be_asked_for_without_losing_what_was_typed():
    desk = Desk()
    word = word_on(desk.page())
    page = desk.send(new_word="0", domain_correct="yes")
    assert word_on(page) != word
    assert fields_of(page)["domain_correct"] == ["yes"]
    assert desk.photos() == []


@pytest.mark.parametrize(
    "changes", [{"new_word": "7"}, {"new_word": "x"}, {"again": "0-999"}, {"again": "-"}, {"again": ""}]
)
def test_nonsense_on_the_buttons_of_the_photo_does_nothing(changes):
    desk = Desk()
    desk.send(**changes)
    assert desk.photos() == []


@pytest.mark.parametrize("word", ["", "0", "x", "9" * 30, "-1"])
def test_a_photo_of_the_camera_with_a_made_up_word_is_not_kept(word):
    desk = Desk()
    desk.send(**CAMERA, photo_file=invent.portrait(1), photo_word_0=word)
    assert desk.photos() == []


def test_somebody_elses_word_is_worth_nothing():
    desk, other = Desk(), Desk()
    colleague = staff(desk.case.provider)
    theirs = Case(of=desk.case.provider).submit()
    services.claim(theirs.filing.pk, colleague)
    words = [
        photographs.word_for(theirs.filing.pk, colleague, PATH),
        photographs.word_for(other.case.filing.pk, other.case.staff, PATH),
    ]
    for word in words:
        desk.send(**CAMERA, photo_file=invent.portrait(1), photo_word_0=str(word.pk))
    assert desk.photos() == []


def test_a_file_needs_a_reason_which_the_bureau_reads_with_the_seal():
    desk = Desk()
    folded, unfolded = '<details class="photo-file">', '<details class="photo-file" open>'
    assert folded in desk.page()
    page = desk.send(photo="1", photo_file=invent.portrait(1))
    assert wrong_fields(page) == {"photo_reason"}
    assert unfolded in page
    page = desk.send(photo="1", photo_file=invent.portrait(1), photo_reason="other", photo_reason_note="<b>送修</b>")
    assert len(desk.photos()) == 1
    case = desk.case
    services.verify(case.filing.pk, case.staff, version=None, answers=play.answers(case.filing), place="营业厅")

    bureau = browser(case.reviewer.user_id).get(reverse("bureau_desk:review", args=[case.filing.pk])).content.decode()

    for read in (page, bureau):
        assert escape("<b>送修</b>") in read
        assert str(photographs.REASONS["other"]) in read
        assert _("Sealed, intact") in read


def test_both_desks_raise_the_alarm_when_the_record_was_meddled_with():
    case = Case().submit().verify()
    (photo,) = Photograph.objects.all()
    pages = {
        case.staff.user_id: reverse("provider_desk:verify", args=[case.filing.pk]),
        case.reviewer.user_id: reverse("bureau_desk:review", args=[case.filing.pk]),
    }
    for change in ("UPDATE filings_event SET actor_name = 'X' WHERE id = %s", None):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET session_replication_role = replica")
            if change:
                cursor.execute(change, [photo.event_id])
            else:
                cursor.execute("DELETE FROM filings_photograph")
            cursor.execute("SET session_replication_role = origin")
        for user_id, url in pages.items():
            page = browser(user_id).get(url).content.decode()
            assert _("Seal broken") in page
            assert _("Sealed, intact") not in page


def test_the_host_reads_that_a_photo_was_taken_and_never_the_word():
    case = Case().submit().verify()
    (photo,) = Photograph.objects.all()
    host = browser(case.host.user_id)
    for url in (f"/filings/{case.filing.pk}/", f"/filings/{case.filing.pk}/rounds/"):
        page = host.get(url).content.decode()
        assert photo.content["word"] not in page
        assert photo.sha256 not in page
    assert photo.event.get_name_display() in host.get(f"/filings/{case.filing.pk}/").content.decode()


def test_the_same_picture_elsewhere_is_told_without_saying_where():
    case, other = Case().submit(), Case().submit()
    for one in (case, other):
        services.claim(one.filing.pk, one.staff)
        play.photograph(one.filing, one.staff, PATH, 77)
    page = Desk(case).page()
    assert _("The same picture is used in another filing. Find out why.") in page
    for name in (other.provider.name, other.filing.subject_name, other.filing.domain):
        assert name not in page


def test_an_earlier_photo_is_offered_looked_at_and_used_again():
    earlier = Case().submit().verify()
    (photo,) = Photograph.objects.all()
    later = Case(of=earlier.provider)
    person = earlier.filing.get("responsible")
    values = {f"responsible.{name}": person[name] for name in ("name", "cert_type", "cert_number")}
    services.save_facts(later.filing.pk, later.host, values, version=None)
    desk = Desk(later.refresh().submit())
    page = desk.page()
    label = _("Reuse the photo of %(day)s") % {"day": f"{timezone.localdate(photo.taken_at):%Y-%m-%d}"}
    assert label in page
    address = reverse("provider_desk:evidence", args=[earlier.filing.pk, photo.evidence_id])
    assert address in page
    assert desk.client.get(address).status_code == 200

    page = desk.send(again=f"0-{photo.pk}")

    (again,) = desk.photos()
    assert again.content["way"] == Way.AGAIN
    assert label not in page
    assert str(Way.AGAIN.label) in page
    stranger = Desk()
    stranger.send(again=f"0-{photo.pk}")
    assert stranger.photos() == []
    assert stranger.client.get(address).status_code == 404


def test_who_does_not_have_the_filing_in_work_is_shown_no_word():
    desk = Desk()
    desk.page()
    colleague = browser(staff(desk.case.provider).user_id)
    page = colleague.get(desk.url).content.decode()
    assert "photo-word" not in page
    assert PhotoWord.objects.count() == 1
    assert browser(Case().staff.user_id).get(desk.url).status_code == 404


def test_two_people_have_a_word_each_and_each_counts_for_its_own_photo_alone():
    case = Case(websites=2, same=False)
    third = invent.person(case.number + 500_000)
    other = {"name": third.name, "cert_number": third.id_number, "mobile": third.mobile, "email": third.email}
    other["emergency_mobile"] = third.emergency_mobile
    values = {f"websites.1.responsible.{name}": value for name, value in other.items()}
    services.save_facts(case.filing.pk, case.host, values, version=None)
    for side in ("front", "back"):
        services.add_evidence(case.filing.pk, case.host, f"websites.1.papers.manager_{side}", invent.card("M", 7))
    desk = Desk(case.refresh().submit())
    form = fields_of(desk.page())
    first, second = form["photo_word_0"], form["photo_word_1"]

    desk.send(form, **CAMERA, person="1", photo_word_1=first, photo_file=invent.portrait(1))
    assert desk.photos() == []
    desk.send(**CAMERA, person="1", photo_file=invent.portrait(1))
    (photo,) = desk.photos()
    assert photo.content["word"] == PhotoWord.objects.get(pk=second[0]).text
    assert photo.content["person"]["name"] == third.name
    assert desk.case.refresh().filing.status == Status.WITH_PROVIDER
