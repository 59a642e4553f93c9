"""The seal of a face-to-face photo: what it binds together, and that any change breaks it."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _

from desks.progress import timelines
from filings.errors import MoveRefused
from filings.models import Photograph, PhotoWord
from filings.tests.verification.photographs_taken import PATH, PLACE, faults, in_work, meddle, passed, shot, taken
from ministry.audit.documents import sha256_of

pytestmark = pytest.mark.django_db


def test_one_event_seals_what_belongs_together():
    case = in_work()
    made = shot(case)
    photo = taken(case, made=made)
    evidence, event = photo.evidence, case.filing.events.get(name="photo")

    assert photo.event == event
    assert photo.content == {
        "event": event.pk,
        "at": event.at.isoformat(),
        "note": event.note,
        "filing": case.filing.pk,
        "provider": case.provider.pk,
        "round": 1,
        "path": PATH,
        "website": 1,
        "person": {name: case.filing.get("responsible")[name] for name in ("name", "cert_type", "cert_number")},
        "verifier": case.staff.user_id,
        "verifier_name": case.staff.name,
        "place": PLACE,
        "word": PhotoWord.objects.get(pk=made.word_id).text,
        "way": "camera",
        "reason": "",
        "reason_note": "",
        "evidence": evidence.pk,
        "sha256": evidence.sha256,
        "original_sha256": evidence.original_sha256,
        "camera_date": "",
        "shot": str(photo.shot),
        "taken_at": event.at.isoformat(),
    }
    assert photo.sha256 == sha256_of(photo.content)
    assert faults(photo) == []


def test_the_host_sees_that_a_photo_was_taken_and_neither_word_nor_place():
    case = in_work()
    photo = taken(case)
    entry = timelines.context(case.filing, case.host)["events"][0]
    assert entry.title == photo.event.get_name_display()
    assert photo.content["word"] not in str(entry)
    assert PLACE not in str(entry)
    assert case.staff.name not in str(entry)


def test_the_database_refuses_to_change_or_delete_a_seal():
    photo = taken(in_work())
    for attempt in (lambda: Photograph.objects.update(sha256="0" * 64), photo.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


SEAL, EVENT, PICTURE = "the seal", "the entry of the record", "the picture"


@pytest.mark.parametrize(
    ("table", "change", "what"),
    [
        ("filings_event", "at = at - interval '1 day'", EVENT),
        ("filings_event", "actor_name = 'X'", EVENT),
        ("filings_event", "user_id = NULL", EVENT),
        ("filings_event", "round = 9", EVENT),
        ("filings_event", "name = 'amend'", EVENT),
        ("filings_evidence", "sha256 = repeat('0', 64)", PICTURE),
        ("filings_evidence", "original_sha256 = repeat('0', 64)", PICTURE),
        ("filings_photograph", "content = 'rubbish'", SEAL),
        ("filings_photograph", "sha256 = repeat('0', 64)", SEAL),
        ("filings_photograph", "taken_at = taken_at + interval '3 years'", SEAL),
        ("filings_photograph", "person = repeat('0', 64)", SEAL),
        ("filings_photograph", "shot = gen_random_uuid()", SEAL),
    ],
)
def test_whatever_is_changed_in_the_database_breaks_the_seal_and_stops_the_filing(table, change, what):
    case = in_work()
    photo = taken(case)
    pk = {"filings_event": photo.event_id, "filings_evidence": photo.evidence_id}.get(table, photo.pk)

    meddle(table, change, pk)

    assert faults(photo) == [_(what)]
    with pytest.raises(
        MoveRefused, match=_("The seal of a photo is missing or broken. Retake the photo and contact the operators.")
    ):
        passed(case)


def test_a_seal_moved_from_another_photo_is_broken():
    mine, theirs = taken(in_work()), taken(in_work())
    with connection.cursor() as cursor:
        cursor.execute("SELECT content, sha256 FROM filings_photograph WHERE id = %s", [theirs.pk])
        content, sha256 = cursor.fetchone()
    meddle("filings_photograph", "content = %s, sha256 = %s", mine.pk, content, sha256)
    assert len(faults(mine)) == 1


def test_another_file_in_its_place_and_a_lost_one_break_the_seal():
    case = in_work()
    photo = taken(case)
    with open(photo.evidence.file.path, "ab") as file:
        file.write(b"x")
    assert len(faults(photo)) == 1
    photo.evidence.file.storage.delete(photo.evidence.file.name)
    assert len(faults(photo)) == 1
    with pytest.raises(
        MoveRefused, match=_("The seal of a photo is missing or broken. Retake the photo and contact the operators.")
    ):
        passed(case)


def test_new_keys_leave_seals_intact_and_people_found(settings):
    case = in_work()
    photo = taken(case)
    passed(case)
    settings.DIGEST_KEY = "another-digest-key-of-32-characters"
    assert len(faults(photo)) == 1

    call_command("redigest", verbosity=0)

    assert faults(photo) == []
    call_command("reseal", verbosity=0)
    assert faults(photo) == []
