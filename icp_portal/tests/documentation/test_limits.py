"""Limits that a law, the official interface or a sentence of the portal names: each is what it is said to be.

Other tests take them from the code, so that they stay right when a limit of our own is changed on purpose.
"""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.module_loading import import_string

from filings.evidence import pictures, quality
from filings.evidence.files import read_upload
from providers.imports import reading
from providers.organisation import pool
from providers.organisation.forms import PoolForm
from providers.views.imports import FileForm

# A law, an official guide, or the interface table that provinces exchange data by.
OFFICIAL = {
    "filings.clock.WORKING_DAYS": 20,
    "filings.verification.photographs.VALID_MONTHS": 24,
    "filings.rules.provincial.people.ADULT": 18,
    "filings.rules.validity.LONG_TERM_AGE": 46,
    "filings.rules.required_codes.LAST": 6,
    "filings.rules.completeness.MOST_CONTENTS": 2,
    "filings.fields.attachments.MOST_PAGES": 10,
    "filings.review.opinions.LONGEST": 1024,
    "ministry.reference.domains.LONGEST_DOMAIN": 128,
    "ministry.reference.domains.LONGEST_URL": 255,
    "ministry.reference.lookups.LONGEST": 255,
    "ministry.reference.naming.LONGEST": 512,
    "ministry.reference.phones.LONGEST": 128,
    "ministry.reference.phones.SHORTEST": 11,
    "providers.models.provider.LONGEST_PROMISE": 20,
}
# Against guessing, and against mails that nobody has asked for.
PROTECTING = {
    "filings.agreements.mandates.MOST_A_DAY": 200,
    "filings.agreements.mandates.MOST_TO_AN_ADDRESS": 5,
    "filings.rules.mailboxes.MOST_A_DAY": 10,
    "filings.rules.mailboxes.MOST_OF_HOST": 20,
    "filings.rules.mailboxes.TRIES": 5,
    "filings.verification.one_time_codes.MOST_CODES": 10,
    "filings.verification.one_time_codes.TRIES": 5,
    "filings.verification.one_time_codes.TRIES_OF_ADDRESS": 30,
    "ministry.passwords.passwords.DIFFERENT": 5,
    "ministry.passwords.passwords.LENGTH": 10,
    "ministry.passwords.recoveries.RECOVERIES_A_DAY": 3,
    "ministry.public.queries.QUERIES_A_MINUTE": 60,
    "ministry.public.views.RECOVERIES_AN_HOUR": 10,
    "providers.directory.SEARCHES_A_MINUTE": 60,
    "providers.organisation.invitations.MOST_A_DAY": 50,
    "providers.organisation.invitations.MOST_TO_AN_ADDRESS": 5,
    "providers.views.imports.FILES_AN_HOUR": 30,
}
# Said beside a field, in a message or in the handbook.
PROMISED = {
    "bureaus.forms.LONGEST_PROOF": 480,
    "bureaus.models.announcement.LONGEST_REASON": 300,
    "bureaus.models.announcement.LONGEST_TEXT": 5000,
    "bureaus.models.announcement.LONGEST_TITLE": 120,
    "bureaus.order_forms.LONGEST_REASON": 500,
    "bureaus.rechecks.DEFAULT_PERCENT": 5,
    "bureaus.morning_mail.SOON": 3,
    "bureaus.board.AHEAD": 20,
    "filings.agreements.mandates.ANSWER_DAYS": 14,
    "filings.appointments.booking.LONGEST_REASON": 300,
    "filings.appointments.slots.DAYS_AHEAD": 28,
    "filings.evidence.scans.MOST_PAGES": 5,
    "filings.facts.MOST_WEBSITES": 10,
    "filings.figures.provider_work.MONTHS": 12,
    "filings.figures.provider_work.LATEST_DECISIONS": 500,
    "filings.lookup.search.MOST_FOUND": 25,
    "filings.lookup.search.SHORTEST_NAME": 2,
    "filings.mail.notices.NAMED_IN_SUBJECT": 5,
    "filings.models.appointment.MOST_AT_ONCE": 50,
    "filings.models.review.LONGEST_TEXT": 1000,
    "filings.moves.endings.LONGEST_WORDS": 500,
    "filings.review.questions.LONGEST": 1000,
    "filings.review.questions.USUAL_DAYS": 3,
    "filings.verification.worksheets.LONGEST_NOTE": 500,
    "ministry.calendar.work_calendar.LONGEST_SPAN": 31,
    "ministry.models.rules.LONGEST_LINE": 64,
    "ministry.models.rules.MOST_LINES": 300,
    "ministry.reference.addresses.MOST_RANGES": 100,
    "ministry.register.public_search.MOST": 50,
    "ministry.register.query.SUBJECTS_LIMIT": 20,
    "providers.export.MOST_ROWS": 5000,
    "providers.finding.MOST_FOUND": 20,
    "providers.organisation.announcements.MOST_AT_ONCE": 10,
    "providers.organisation.pool.LONGEST_LINE": 200,
    "providers.organisation.pool.MOST_LINES": 5000,
    "providers.imports.reading.MOST_ROWS": 2000,
    "providers.views.spot_checks.LONGEST_WORDS": 500,
}


@pytest.mark.parametrize("limits", [OFFICIAL, PROTECTING, PROMISED], ids=["official", "protecting", "promised"])
def test_each_limit_is_what_it_is_said_to_be(limits):
    assert {name: import_string(name) for name in limits} == limits


def refused(form_class, content: bytes) -> bool:
    form = form_class({"text": ""}, {"file": SimpleUploadedFile("a.csv", content)})
    form.is_valid()
    return "file" in form.errors


@pytest.mark.parametrize(("form_class", "most"), [(FileForm, reading.MOST_BYTES), (PoolForm, pool.LONGEST)])
def test_a_list_as_large_as_allowed_is_taken_and_one_byte_more_is_not(form_class, most):
    assert [refused(form_class, b"8" * size) for size in (most, most + 1)] == [False, True]


def test_a_file_as_large_as_allowed_is_read_and_one_byte_more_is_not(settings):
    most = settings.EVIDENCE_MAX_BYTES = 10 * 1024**2
    assert len(read_upload(SimpleUploadedFile("a.jpg", b"8" * most))) == most
    with pytest.raises(ValidationError, match=r"(larger than|超过|大于) *10 MB"):
        read_upload(SimpleUploadedFile("a.jpg", b"8" * (most + 1)))


@pytest.mark.django_db
def test_an_icon_as_large_as_allowed_is_looked_at_and_one_byte_more_is_not():
    codes = []
    for size in (100 * 1024, 100 * 1024 + 1):
        with pytest.raises(ValidationError) as error:
            pictures.accept(SimpleUploadedFile("a.jpg", b"8" * size), quality.ICON)
        codes.append(error.value.code)
    assert codes[0] != codes[1] == "too_big"
