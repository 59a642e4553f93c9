"""What an import writes, by which mandates, and how it goes on after a stop."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from filings import fields, services
from filings.agreements import mandates
from filings.errors import MoveRefused
from filings.models import Event, Filing, Mandate, MandateState, MandateWay
from icp_portal.demo import invent, play
from icp_portal.tests.builders import host, provider, staff
from ministry.reference import code_tables
from providers.imports import files, writing
from providers.imports.columns import HOST_EMAIL
from providers.models import Import, ImportMode
from providers.tests.imports.imports_made import S, ask_all, checked, faults, letter, often_asked, written
from providers.tests.imports.sheets_to_import import row, workbook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]


def test_good_rows_become_drafts_for_hosts_who_are_asked_and_bad_ones_nothing():
    access_provider = provider(name="示例云")
    member = staff(access_provider)
    good, bad = row(), row(responsible__mobile="123")
    batch = checked(member, workbook([good, bad]))
    assert Filing.objects.count() == 0  # a dry run writes nothing
    assert Mandate.objects.count() == 0

    ask_all(batch, member)
    batch = written(batch)

    assert batch.state == S.DONE
    filing, mandate = Filing.objects.get(), Mandate.objects.get()
    assert (filing.subject_name, filing.host_id, filing.mandate) == (good["subject.name"], None, mandate)
    assert (mandate.host_email, mandate.state(), mandate.asked_days) == (good[HOST_EMAIL], MandateState.ASKED, 90)
    start = Event.objects.get()
    assert (start.name, start.user_id, start.on_behalf_of) == ("start", member.user_id, good["subject.name"])
    assert list(batch.rows.values_list("number", "filing")) == [(2, filing.pk), (3, None)]


def test_a_paper_stated_once_covers_every_host_of_the_file():
    member = staff(provider())
    batch = checked(member, workbook([row(), row()]))
    writing.decide(
        batch.pk,
        member,
        mode=ImportMode.ALL,
        way=MandateWay.PAPER,
        until=mandates.longest(),
        pages=[invent.card("MANDATE", 1)],
    )

    written(batch)

    assert {mandate.state() for mandate in Mandate.objects.all()} == {MandateState.IN_FORCE}
    assert Mandate.objects.values("paper").distinct().count() == 1
    assert Filing.objects.count() == 2


def test_a_host_with_a_mandate_in_force_is_not_asked_again():
    member, owner = staff(provider()), host()
    email = User.objects.get(pk=owner.user_id).email
    mandates.grant(mandates.ask(member, email, "示例公司", 90).pk, owner, 90)
    batch = checked(member, workbook([row(host_email=email)]))

    ask_all(batch, member)
    written(batch)

    assert Mandate.objects.count() == 1
    assert Filing.objects.get().host_id == owner.user_id


def test_all_or_none_is_refused_while_a_row_has_a_fault():
    member = staff(provider())
    batch = checked(member, workbook([row(), row(responsible__mobile="123")]))

    with pytest.raises(MoveRefused, match="Some rows have errors"):
        ask_all(batch, member, ImportMode.ALL)


def test_all_or_none_takes_everything_back_for_one_refused_row_and_says_why():
    member = staff(provider())
    rows = [row(), row(), row()]
    batch = checked(member, workbook(rows))
    often_asked(rows[2][HOST_EMAIL])
    ask_all(batch, member, ImportMode.ALL)

    batch = written(batch)

    assert (batch.state, Filing.objects.count()) == (S.CHECKED, 0)
    assert "several times today" in batch.refusal
    assert not Mandate.objects.filter(provider=member.provider_id).exists()


def test_row_by_row_passes_over_a_refused_row_and_says_why():
    member = staff(provider())
    rows = [row(), row(), row()]
    batch = checked(member, workbook(rows))
    often_asked(rows[1][HOST_EMAIL])
    ask_all(batch, member)

    batch = written(batch)

    assert (batch.state, Filing.objects.count()) == (S.DONE, 2)
    assert [(line[0], "several times today" in line[4]) for line in files.problem_lines(batch)] == [(3, True)]


def test_the_same_file_is_not_written_twice():
    member = staff(provider())
    content = workbook([row()])
    checked(member, content)
    batch = checked(member, content)  # nothing has been written of the first one
    ask_all(batch, member)
    for state in (S.WRITING, S.DONE):
        assert Import.objects.get(pk=batch.pk).state == state
        with pytest.raises(MoveRefused, match=rf"This file was already imported on .*; see import {batch.pk}\."):
            writing.begin(member, "again.xlsx", content)
        written(batch)

    assert writing.begin(staff(provider()), "again.xlsx", content)
    with pytest.raises(MoveRefused, match="completed"):
        ask_all(batch, member)


@pytest.mark.parametrize("service", [code_tables.APP, code_tables.MINI_PROGRAM])
def test_an_app_or_mini_program_is_imported_with_what_is_asked_of_it(service):
    member = staff(provider())
    sent = row(service)
    batch = checked(member, workbook([sent]))
    ask_all(batch, member)
    written(batch)

    website = Filing.objects.get().facts["websites"][0]
    own = {name for name in fields.names_of(service) if f"websites.0.{name}" in sent}
    assert {name for name in own if website.get(name)} == own
    assert (website["service"], "domain" in own) == (service, False)


def test_of_two_imports_each_is_written_by_its_own_run():
    member = staff(provider())
    first, second = (checked(member, workbook([row()])) for _n in range(2))
    for batch in (first, second):
        ask_all(batch, member)

    written(second)

    assert list(Import.objects.order_by("pk").values_list("state", flat=True)) == [S.WRITING, S.DONE]


def test_rows_that_were_written_before_are_known_in_a_corrected_file():
    member = staff(provider())
    good, bad = row(), row(responsible__mobile="123")
    batch = checked(member, workbook([good, bad]))
    ask_all(batch, member)
    written(batch)

    corrected = checked(member, workbook([good, bad | {"responsible.mobile": "13800001234"}]))

    assert faults(corrected) == [(2, letter("subject.cert_number"), "P110")]
    assert faults(checked(staff(provider()), workbook([good]))) == []  # what another provider has begun is not told


def test_going_on_after_each_single_row_writes_what_one_run_writes():
    """The worker is stopped after every piece here; it is killed in ``icp_portal/tests/kills/test_import_kills.py``."""
    member = staff(provider())
    batch = checked(member, workbook([row() for _n in range(5)]))
    ask_all(batch, member)
    original, writing.WRITTEN_A_RUN = writing.WRITTEN_A_RUN, 1
    try:
        runs = 0
        while writing.write_some(batch.pk):
            runs += 1
    finally:
        writing.WRITTEN_A_RUN = original

    assert runs == 5
    assert Filing.objects.count() == 5
    assert not writing.write_some(batch.pk)


def test_what_has_come_to_a_stop_is_found_and_what_goes_on_is_not():
    member = staff(provider())
    batch = writing.begin(member, "list.xlsx", workbook([row()]))
    assert writing.stalled() == []

    Import.objects.update(touched_at=timezone.now() - timedelta(minutes=2))

    assert writing.stalled() == [(batch.pk, S.CHECKING)]


def test_cells_nobody_has_written_are_erased():
    member = staff(provider())
    batch = checked(member, workbook([row()]))
    assert writing.erase_old() == 0

    Import.objects.update(made_at=timezone.now() - timedelta(days=31))

    assert writing.erase_old() == 1
    assert [one.cells for one in batch.rows.all()] == [[]]
    with pytest.raises(MoveRefused, match="too long ago"):
        ask_all(batch, member)


def test_what_was_imported_is_filled_up_and_submitted_after_the_consent():
    member, owner = staff(provider()), host()
    email = User.objects.get(pk=owner.user_id).email
    batch = checked(member, workbook([row(host_email=email)]))
    ask_all(batch, member)
    written(batch)
    mandate = Mandate.objects.get()

    mandates.grant(mandate.pk, owner, 90)

    filing = Filing.objects.visible_to(owner).get()
    for path, picture in invent.pictures_for(_papers(filing), 1).items():
        services.add_evidence(filing.pk, owner, path, picture)
    play.prove_addresses(filing, owner)
    services.submit(filing.pk, owner, version=None)


def _papers(filing: Filing) -> object:
    from filings.rules import checks

    return checks.papers_of(filing)
