"""How long a face-to-face photo counts, and when it may be used again."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from filings import services
from filings.errors import MoveRefused
from filings.states import Status
from filings.tests.verification.photographs_taken import (
    PATH,
    dated,
    elsewhere,
    explained,
    faults,
    in_work,
    meddle,
    passed,
    taken,
)
from filings.verification import photographs
from icp_portal.demo import play
from icp_portal.tests.builders import Case

pytestmark = pytest.mark.django_db


def on(day: date) -> SimpleUploadedFile:
    return dated(f"{day:%Y:%m:%d} 10:00:00")


def test_a_photo_counts_for_twenty_four_months_to_the_day():
    case = in_work()
    first = timezone.localdate(photographs.oldest())
    too_old = taken(case, on(first - timedelta(days=1)), explained(case, "相机日期有误"))
    with pytest.raises(
        MoveRefused,
        match=_("A photo is older than %(months)d months. Retake it.") % {"months": photographs.VALID_MONTHS},
    ):
        passed(case)
    assert photographs.valid_until(too_old) == timezone.localdate() - timedelta(days=1)

    play.photograph(case.filing, case.staff)
    passed(case)


def test_a_photo_of_the_last_day_still_passes():
    case = in_work()
    assert (
        photographs.valid_until(
            taken(case, on(timezone.localdate(photographs.oldest())), explained(case, "相机日期有误"))
        )
        == timezone.localdate()
    )
    passed(case)
    assert case.refresh().filing.status == Status.WITH_BUREAU


def same_person(earlier: Case, **fields: Any) -> Case:
    """Another filing, in work, whose responsible person is that of ``earlier``: another certificate of the unit."""
    person = earlier.filing.get("responsible")
    case = Case(**fields)
    values = {f"responsible.{name}": person[name] for name in ("name", "cert_type", "cert_number")}
    services.save_facts(case.filing.pk, case.host, values, version=None)
    case.refresh().submit()
    services.claim(case.filing.pk, case.staff)
    return case


def offered(case: Case) -> list[int]:
    kept = case.filing.photographs.filter(evidence__replaced_at=None)
    return [photo.pk for photo in photographs.usable_again(case.filing, case.staff, kept).values()]


def test_an_earlier_photo_of_the_person_is_used_again_by_an_act_and_on_record():
    earlier = in_work()
    photo = taken(earlier)
    passed(earlier)
    later = same_person(earlier, of=earlier.provider)
    assert offered(later) == [photo.pk]
    with pytest.raises(
        MoveRefused,
        match=ngettext(
            "Take the photo of the website's responsible person first.",
            "Take the photos of all responsible persons of the websites first.",
            1,
        ),
    ):
        passed(later)  # only by the act

    again = photographs.use_again(later.filing.pk, later.staff, PATH, photo.pk, version=later.filing.version)

    assert (again.content["way"], again.content["word"]) == ("again", photo.content["word"])
    assert (again.shot, again.taken_at) == (photo.shot, photo.taken_at)
    assert again.event == later.filing.events.get(name="photo")
    assert again.content["verifier_name"] == later.staff.name
    assert again.evidence.file.name != photo.evidence.file.name
    assert again.evidence.sha256 == photo.evidence.sha256
    assert faults(again) == faults(photo) == []
    assert not elsewhere(again)
    assert not elsewhere(photo)
    assert offered(later) == []
    passed(later)
    assert later.refresh().filing.verifications.get().photos.get() == again.evidence


def test_a_photo_is_not_used_again_by_another_provider_of_another_person_or_before_it_passed():
    earlier = in_work()
    photo = taken(earlier)
    waiting = same_person(earlier, of=earlier.provider)
    assert offered(waiting) == []  # not passed yet
    passed(earlier)
    elsewhere_, stranger = same_person(earlier), in_work(of=earlier.provider)

    for case in (elsewhere_, stranger):
        assert offered(case) == []
        with pytest.raises(MoveRefused, match=_("There is no photo of this person that could be reused.")):
            photographs.use_again(case.filing.pk, case.staff, PATH, photo.pk, version=None)
    assert offered(waiting) == [photo.pk]


def test_a_photo_too_old_or_with_a_broken_seal_is_not_used_again():
    earlier = in_work()
    photo = taken(earlier, on(timezone.localdate(photographs.oldest())), explained(earlier, "相机日期有误"))
    passed(earlier)
    later = same_person(earlier, of=earlier.provider)
    assert offered(later) == [photo.pk]
    meddle("filings_event", "actor_name = 'X'", photo.event_id)
    with pytest.raises(
        MoveRefused, match=_("The seal of a photo is missing or broken. Retake the photo and contact the operators.")
    ):
        photographs.use_again(later.filing.pk, later.staff, PATH, photo.pk, version=None)

    meddle("filings_photograph", "taken_at = taken_at - interval '1 day'", photo.pk)
    assert offered(later) == []
    with pytest.raises(MoveRefused, match=_("There is no photo of this person that could be reused.")):
        photographs.use_again(later.filing.pk, later.staff, PATH, photo.pk, version=None)


def test_without_the_filing_in_work_nothing_is_used_again():
    earlier = in_work()
    photo = taken(earlier)
    passed(earlier)
    later = same_person(earlier, of=earlier.provider)
    services.release(later.filing.pk, later.staff)
    with pytest.raises(
        MoveRefused,
        match=_("You have not claimed this filing, or your claim has expired. Claim it; what you typed has been kept."),
    ):
        photographs.use_again(later.filing.pk, later.staff, PATH, photo.pk, version=None)
