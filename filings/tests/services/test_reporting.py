"""A filing that a provider's own system has verified and reported: from its arrival to the number."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from post_office.models import Email

from accounts.links import link_to
from filings import clock, facts, services, states
from filings.actors import portal
from filings.errors import MoveRefused
from filings.models import Entrance, Filing, Remark, ReservationKind, SheetScan, Way
from filings.moves import assignment, moving
from filings.rules import ownership
from filings.services import transfers
from filings.states import Role, Status
from filings.verification import one_time_codes, photo_seals
from icp_portal.demo import play
from icp_portal.tests.builders import BEIJING, FILING_PASSWORD, case_at, chief, codes_asked, host, provider, staff
from icp_portal.tests.reports import Reported, papers, system_of
from ministry.models import Subject, Website
from ministry.passwords import passwords, recoveries
from providers.models import Provider, StaffRole
from records import adoptions

pytestmark = pytest.mark.django_db

NOT_OF_DESK = "本备案单由本单位企业系统报送"


# --- Its arrival ------------------------------------------------------------------------------------------


def test_a_report_is_with_the_bureau_at_once_and_its_days_count():
    case = Reported().report()

    filing = case.filing
    assert (filing.status, filing.entrance, filing.round) == (Status.WITH_BUREAU, Entrance.SYSTEM, 1)
    assert (filing.host, filing.mandate, filing.provider) == (None, None, case.provider)
    assert (filing.bureau_id, filing.received_round) == (BEIJING, 1)
    assert filing.due_on == clock.due(timezone.localdate()).on
    (site,) = case.values["websites"]
    assert (filing.get("subject.name"), filing.domain) == (case.values["subject"]["name"], site["domain"])
    (snapshot,) = filing.snapshots.all()
    assert (snapshot.facts, set(snapshot.papers)) == (filing.facts, set(case.papers.pictures))
    kinds = set(filing.reservations.values_list("kind", flat=True))
    assert {ReservationKind.DOMAIN, ReservationKind.HOME_URL, ReservationKind.NAME} <= kinds
    assert [(event.name, event.role, event.target) for event in filing.events.all()] == [
        ("photo_report", Role.PROVIDER, ""),
        ("report", Role.PROVIDER, Status.WITH_BUREAU),
    ]


def test_the_signed_sheet_stands_in_place_of_the_checklist_and_no_answer_is_invented():
    case = Reported().report()

    verification = case.filing.verifications.get()
    assert (verification.answers, verification.notes, verification.place) == ({}, {}, "")
    assert verification.verifier_id == case.system.user_id
    sheet = verification.sheets.get()
    assert (sheet.content["reported"], sheet.content["blocks"], sheet.content["pledges"]) == (True, [], [])
    assert [row["label"] for row in sheet.content["verified"]] == ["接入服务商", "报送时间"]
    assert [(scan.version, scan.page) for scan in SheetScan.objects.filter(sheet=sheet)] == [(1, 1)]
    seal = verification.photos.get().photograph
    assert (seal.content["way"], seal.content["word"], photo_seals.faults(seal)) == (Way.REPORTED, "", [])


def test_the_person_on_record_is_told_of_the_report_without_a_link_to_a_page_that_nobody_can_open():
    case = Reported().report()

    (told,) = Email.objects.all()
    assert told.to == [case.values["responsible"]["email"]]
    assert case.provider.name in told.message
    assert "/filings/" not in told.message


def test_several_websites_have_a_sheet_each_and_one_photo_a_person():
    case = Reported(websites=3).report()

    verification = case.filing.verifications.get()
    assert [(sheet.website, sheet.scans.count()) for sheet in verification.sheets.all()] == [(0, 1), (1, 1), (2, 1)]
    assert verification.photos.count() == 1
    play.approve(case.filing, case.reviewer)
    assert Website.objects.count() == 3


def test_an_individual_reports_no_more_than_the_interface_asks_of_one():
    case = Reported(individual=True).report()

    assert set(case.papers.pictures) == {"papers.responsible_front"}
    assert case.filing.get("responsible.name") == case.values["subject"]["name"]


def test_where_the_province_asks_for_codes_the_responsible_persons_confirm_first():
    case = Reported()
    with codes_asked():
        case.report()
    assert (case.filing.status, case.filing.received_at) == (Status.WITH_PERSONS, None)
    check = case.filing.person_checks.get()
    assert check.email == case.values["responsible"]["email"]

    check.expires_at = timezone.now() - timedelta(seconds=1)
    check.save()
    returned: list[tuple[int, int, str]] = []
    moving.AFTER_RETURN.append(lambda filing, remarks, opinion: returned.append((filing.pk, len(remarks), opinion)))
    one_time_codes.end_expired()
    moving.AFTER_RETURN.pop()

    assert (case.refresh().filing.status, returned) == (Status.RETURNED_TO_PROVIDER, [(case.filing.pk, 0, "")])
    assert case.again().filing.status == Status.WITH_BUREAU  # the rule has ended meanwhile


# --- The decision -----------------------------------------------------------------------------------------


def test_approval_mails_the_number_and_where_the_owner_of_the_address_gets_the_password(mailbox):
    case = Reported().report()
    Email.objects.all().delete()

    play.approve(case.filing, case.reviewer)

    subject = Subject.objects.get()
    assert (case.refresh().filing.status, case.filing.subject) == (Status.FILED, subject)
    assert Website.objects.get().domain == case.values["websites"][0]["domain"]
    person = case.values["responsible"]["email"]
    told = Email.objects.get(to=[person])
    assert told.subject.startswith(str(Website.objects.get().number))
    assert "/filings/" not in told.message
    assert link_to("ministry:recover_password") in told.message
    passwords.send(subject.pk)
    assert (mailbox.messages(), subject.password_wanted_at) == ([], None)


def test_no_password_goes_to_a_reported_address_before_its_owner_has_opened_the_link(mailbox):
    case = Reported().report()
    play.approve(case.filing, case.reviewer)
    subject = Subject.objects.get()
    url = link_to("ministry:recover_password")
    with pytest.raises(MoveRefused, match=re.escape(url)):
        services.order_password(case.filing.pk, staff(case.provider))
    Email.objects.all().delete()

    unit = case.values["subject"]
    recoveries.look_up(recoveries.ask(str(subject.number), unit["cert_type"], unit["cert_number"]).pk)
    (told,) = Email.objects.filter(to=[case.values["responsible"]["email"]])
    token = re.search(r"/answer/([^/\s]+)", told.message)[1]
    assert recoveries.confirm(recoveries.of_token(token))

    passwords.send(subject.pk)
    assert mailbox.messages()[-1]["To"] == case.values["responsible"]["email"]
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=True):
        services.order_password(case.filing.pk, staff(case.provider))
    subject.refresh_from_db()
    assert subject.password_wanted_at is not None


def test_the_host_takes_the_record_over_with_its_filing_password():
    case, owner = Reported().report(), host()
    play.approve(case.filing, case.reviewer)
    Subject.objects.update(password_hash=make_password(FILING_PASSWORD))

    adoptions.adopt(owner, str(Subject.objects.get().number), FILING_PASSWORD, address="127.0.0.1")

    assert ownership.is_own(owner.person_id, Subject.objects.get().pk)
    assert case.refresh().filing.host is None


def test_a_return_and_the_remarks_are_handed_to_whoever_asks_for_them_in_the_same_transaction():
    case = Reported().report()
    seen: list[tuple[int, list[Remark], str]] = []
    services.AFTER_RETURN.append(lambda filing, remarks, opinion: seen.append((filing.pk, list(remarks), opinion)))

    play.return_to_provider(case.filing, case.reviewer)
    services.AFTER_RETURN.pop()

    assert seen == [(case.filing.pk, list(case.filing.remarks.all()), "")]


def test_the_end_of_a_filing_is_handed_on_too():
    case = Reported().report()
    play.return_to_provider(case.filing, case.reviewer)
    seen: list[tuple[int, str]] = []
    services.AFTER_END.append(lambda filing, event: seen.append((filing.pk, event.name)))
    with moving.making(states.LAPSE, case.filing.pk, portal(), None):
        pass
    services.AFTER_END.pop()

    assert (seen, case.refresh().filing.status) == ([(case.filing.pk, "lapse")], Status.LAPSED)
    assert not case.filing.reservations.exists()


# --- Reported again ---------------------------------------------------------------------------------------


def test_a_returned_report_is_corrected_by_the_system_in_a_new_round_and_the_clock_starts_anew():
    with time_machine.travel(timezone.now() - timedelta(days=14), tick=True):
        case = Reported().report()
        play.return_to_provider(case.filing, case.reviewer)
    first = case.refresh().filing
    assert first.status == Status.RETURNED_TO_PROVIDER
    case.values["websites"][0]["name"] = name = f"{case.values['subject']['name']}的网站"

    case.again()

    filing = case.filing
    assert (filing.status, filing.round, filing.received_round) == (Status.WITH_BUREAU, 2, 2)
    assert (filing.received_on, filing.due_on) == (timezone.localdate(), clock.due(timezone.localdate()).on)
    assert filing.due_on > first.due_on
    assert filing.snapshots.get(round=2).facts["websites"][0]["name"] == name
    one, two = filing.verifications.order_by("round")
    assert [verification.sheets.get().scans.count() for verification in (one, two)] == [1, 1]
    assert one.photos.get() == two.photos.get()  # the same file is the same photo
    assert not filing.evidence.exclude(replaced_at=None).exists()
    play.approve(filing, case.reviewer)
    assert case.refresh().filing.status == Status.FILED


def test_another_photo_replaces_the_first_and_a_picture_that_is_left_out_is_retired():
    case = Reported().report()
    play.return_to_provider(case.filing, case.reviewer)
    back = papers(case.values, 7).pictures["papers.responsible_front"]
    other = papers(case.values, case.number + 1).photos
    case.papers = papers(case.values, case.number, photos=other)
    case.papers.pictures["papers.responsible_back"] = back  # type: ignore[index]
    case.again()
    play.return_to_provider(case.filing, case.reviewer)
    case.papers = papers(case.values, case.number, photos=other)

    case.again()

    assert case.filing.evidence.get(path="papers.responsible_back").replaced_at is not None
    photos = list(case.filing.evidence.filter(path="websites.0.papers.photo").order_by("pk"))
    assert [row.replaced_at is None for row in photos] == [False, True]
    assert case.filing.verifications.get(round=3).photos.get() == photos[-1]


def test_a_photo_of_another_person_is_sealed_anew_even_if_the_file_is_the_same():
    case = Reported(same=False).report()
    play.return_to_provider(case.filing, case.reviewer)
    case.values["websites"][0]["responsible"]["cert_number"] = Reported().values["responsible"]["cert_number"]

    case.again()

    assert len({photo.person for photo in case.filing.photographs.all()}) == 2


def test_only_its_own_providers_system_reports_it_again_and_only_once_it_was_returned():
    case = Reported().report()
    with pytest.raises(MoveRefused, match="审核"):
        case.again()
    play.return_to_provider(case.filing, case.reviewer)

    with pytest.raises(Filing.DoesNotExist):
        services.report_again(case.filing.pk, system_of(provider()), case.values, case.papers)
    assert case.again().filing.round == 2


# --- The provider's desk ------------------------------------------------------------------------------------


def test_the_providers_staff_see_a_returned_report_and_have_no_tool_for_it():
    case = Reported().report()
    play.return_to_provider(case.filing, case.reviewer)
    clerk, head = staff(case.provider), staff(case.provider, StaffRole.ADMINISTRATOR)
    assert Filing.objects.visible_to(clerk).get() == case.filing

    with pytest.raises(MoveRefused, match=NOT_OF_DESK):
        services.claim(case.filing.pk, clerk)
    (outcome,) = assignment.assign([case.filing.pk], head, to=clerk)
    assert outcome.refusal.startswith(NOT_OF_DESK)
    with pytest.raises(MoveRefused, match=NOT_OF_DESK):
        services.verify(case.filing.pk, clerk, version=None, answers={}, place="营业厅")
    sheet = case.filing.verifications.get().sheets.get()
    with pytest.raises(MoveRefused, match=NOT_OF_DESK):
        services.add_scan(case.filing.pk, clerk, sheet.pk, [SimpleUploadedFile("sheet.jpg", case.papers.sheets[0][0])])

    assert case.refresh().filing.status == Status.RETURNED_TO_PROVIDER


def test_a_filing_of_the_desk_is_not_reported():
    case = case_at(Status.RETURNED_TO_PROVIDER)

    with pytest.raises(MoveRefused, match="由接入服务商在本系统核验"):
        services.report_again(case.filing.pk, system_of(case.provider), case.filing.facts, Reported().papers)


def test_a_reported_filing_moves_to_no_other_provider():
    case = Reported().report()
    Provider.objects.filter(pk=case.provider.pk).update(is_active=False)
    head = chief()

    assert not transfers.may(case.refresh().filing, head)
    with pytest.raises(MoveRefused, match="不能转交其他接入服务商"):
        transfers.transfer(case.filing.pk, head, provider().pk, version=None)


# --- What the interface can't say -----------------------------------------------------------------------------


def test_what_the_interface_has_no_element_for_may_be_empty_and_is_checked_where_it_is_there():
    case = Reported()
    assert not facts.has(case.values, "responsible.emergency_mobile")
    case.values["responsible"]["emergency_mobile"] = "12"
    with pytest.raises(MoveRefused) as refused:
        case.report()
    assert [(one.code, one.path) for one in refused.value.findings] == [("1011", "responsible.emergency_mobile")]

    del case.values["responsible"]["emergency_mobile"]
    assert case.report().filing.status == Status.WITH_BUREAU


def test_what_the_dictionary_does_not_have_is_left_out():
    case = Reported()
    case.values |= {"kind": "cancel_subject", "record": {"subject": {}}, "other": {"x": "y"}}
    case.values["subject"]["rank"] = "first"
    case.values["websites"][0]["service"] = 6

    filing = case.report().filing

    assert set(filing.facts) == {"subject", "responsible", "websites"}
    assert "rank" not in filing.facts["subject"]
    assert "service" not in filing.facts["websites"][0]
