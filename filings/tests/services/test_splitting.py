"""A decision website by website: some approved, the others returned in a filing of their own."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import gettext as _

from bureaus import rechecks, rules
from bureaus.models import Draw, ReviewerRole
from filings import actors, clock, facts, services, states
from filings.agreements import mandates
from filings.errors import MoveRefused
from filings.fields import attachments
from filings.kinds import Kind
from filings.models import Filing, FilingMail, Opinion, Reservation, ReservationKind, SearchEntry, Trace, Verdict
from filings.review import opinions
from filings.rules import checks, corrections, ownership
from filings.services import splitting
from filings.states import Status
from filings.tests.services.split_filings import at_desk, domain, in_review, remark, split
from filings.verification import photo_seals, photographs
from icp_portal.demo import play
from icp_portal.tests.builders import BEIJING, GUANGDONG, Case, case_at, reviewer, staff, user_of
from ministry.models import Website

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


# --- What becomes of either half ------------------------------------------------------------------------


def test_the_websites_without_a_remark_are_on_record_and_the_others_are_not():
    case = in_review()
    rest = split(case)
    assert case.filing.status == Status.FILED
    assert case.filing.withheld == [1]
    on_record = Website.objects.filter(subject=case.filing.subject).order_by("sequence")
    assert [(one.sequence, one.domain) for one in on_record] == [(1, domain(case, 0)), (2, domain(case, 2))]
    assert [one.domain for one in ownership.websites_of(case.filing)] == [domain(case, 0), domain(case, 2)]
    assert (rest.status, rest.kind, rest.round) == (Status.RETURNED_TO_PROVIDER, Kind.NEW_WEBSITE, 1)
    assert facts.domains_of(rest.facts) == [domain(case, 1)]
    assert (rest.about_subject, rest.host_id, rest.provider) == (
        case.filing.subject,
        case.filing.host_id,
        case.provider,
    )


def test_the_mandate_it_was_filed_under_holds_for_the_rest():
    """The provider that has filed on behalf of the host goes on doing so with what was returned."""
    case = Case(websites=2)
    asked = mandates.ask(case.staff, case.filing.host.email, "示例公司", mandates.LENGTHS[0])
    mandate = mandates.grant(asked.pk, case.host, mandates.LENGTHS[0])
    stand_in = actors.on_behalf(case.staff, case.provider.name)
    case.filing = services.start_on_behalf(mandate.pk, stand_in)
    case.filing = play.fill(case.filing, stand_in, case.number, province=BEIJING, websites=2)
    services.submit(case.filing.pk, stand_in, version=None)
    case.refresh().verify()
    services.claim(case.filing.pk, case.reviewer)

    rest = split(case.refresh())

    assert rest.mandate == mandate
    services.claim(rest.pk, case.staff)
    services.send_back(rest.pk, case.staff, version=None, remarks=[remark("websites.0.name")])
    services.save_facts(rest.pk, stand_in, {"websites.0.name": "示例公司官网"}, version=None)
    rest.refresh_from_db()
    assert (rest.get("websites.0.name"), rest.events.latest("pk").on_behalf_of) == ("示例公司官网", "示例公司")


def test_the_paper_that_was_handed_in_stays_whole():
    case = in_review()
    before = case.filing.facts
    papers_before = dict(case.filing.evidence.filter(replaced_at=None).values_list("path", "sha256"))
    split(case)
    assert case.filing.facts == before
    assert dict(case.filing.evidence.filter(replaced_at=None).values_list("path", "sha256")) == papers_before
    assert case.filing.snapshots.get().facts == before


def test_remarks_go_with_their_website_and_stand_at_its_new_place():
    case = in_review()
    rest = split(case, remark("websites.2.name"), remark("websites.1.access.ip_ranges", "1006"))
    said = [(one.path, one.code, one.round) for one in rest.remarks.all()]
    assert said == [("websites.1.name", "1020", 1), ("websites.0.access.ip_ranges", "1006", 1)]
    assert not case.filing.remarks.exists()
    assert facts.domains_of(rest.facts) == [domain(case, 1), domain(case, 2)]


def test_each_half_has_its_opinion_and_its_event():
    case = in_review()
    rest = split(case, opinion="第2个网站名称不符")
    said = {(one.filing_id, one.verdict, one.text) for one in Opinion.objects.all()}
    assert said == {
        (case.filing.pk, Verdict.APPROVE, "第2个网站名称不符"),
        (rest.pk, Verdict.RETURN, "第2个网站名称不符"),
    }
    assert list(case.filing.events.values_list("name", flat=True))[-2:] == ["approve", "split"]
    assert [(one.name, one.round) for one in rest.events.exclude(name="photo")] == [("split", 1), ("return", 1)]
    assert case.filing.events.last().note.endswith(domain(case, 1))


def test_papers_and_photos_go_along_with_an_intact_seal():
    case = in_review(same=False)
    rest = split(case)
    kept = set(rest.evidence.filter(replaced_at=None).values_list("path", flat=True))
    assert {paper.path for paper in (*attachments.needed(rest.facts), *attachments.photos(rest.facts))} <= kept
    assert {"papers.subject_certificate", "websites.0.papers.manager_front", "websites.0.papers.photo"} <= kept
    photo = photographs.for_passing(rest)[0].photograph
    assert photo_seals.faults(photo) == []
    first = case.filing.evidence.get(path="websites.0.papers.photo")
    assert (photo.shot, photo.taken_at) == (first.photograph.shot, first.photograph.taken_at)
    assert photo.evidence.file.name != first.file.name


def test_the_verification_goes_along_as_it_was_signed():
    case = in_review()
    rest = split(case)
    was, now = case.filing.verifications.get(), rest.verifications.get()
    same = ("answers", "place", "verifier_id", "verified_at")
    assert [getattr(now, name) for name in same] == [getattr(was, name) for name in same]
    assert [photo.path for photo in now.photos.all()] == ["websites.0.papers.photo"]
    assert not now.sheets.exists()


def test_the_days_count_from_the_same_receipt():
    case = in_review()
    rest = split(case)
    assert (rest.received_at, rest.due_on) == (case.filing.received_at, case.filing.due_on)
    assert [(one.what, one.why) for one in rest.clock_entries.all()] == [("started", "split"), ("stopped", "return")]
    assert [one.why for one in case.filing.clock_entries.all()] == ["received", "approve"]
    assert clock.WORKING_DAYS == 20


def test_what_is_returned_keeps_its_place_and_what_is_approved_lets_go():
    case = in_review()
    rest = split(case)
    assert not case.filing.reservations.exists()
    held = Reservation.objects.filter(kind=ReservationKind.DOMAIN)
    assert set(held.values_list("filing", flat=True)) == {rest.pk}
    assert held.count() == 1
    assert SearchEntry.objects.filter(filing=rest).exists()
    assert Trace.objects.filter(filing=rest).exists()


def test_no_other_filing_takes_the_domain_or_the_subject_meanwhile():
    case = in_review()
    rest = split(case)
    other = Case()
    taken = {"websites.0.domain": domain(case, 1), "websites.0.home_url": domain(case, 1)}
    services.save_facts(other.filing.pk, other.host, taken, version=None)
    found = {one.code for one in checks.findings(other.refresh().filing) if one.blocks}
    assert "1039" in found
    assert Filing.objects.get(subject_digest=rest.subject_digest, status=Status.RETURNED_TO_PROVIDER) == rest


def test_the_first_website_may_be_the_one_that_is_returned():
    case = in_review()
    rest = split(case, remark("websites.0.name"))
    assert case.filing.domain == domain(case, 1)
    assert rest.domain == domain(case, 0)
    assert [website.number.sequence for website in ownership.websites_of(case.filing)] == [1, 2]


def test_the_mails_say_which_websites_have_numbers_and_which_were_returned():
    case = in_review()
    rest = split(case, remark("websites.0.name"))
    approved = [one.mail for one in FilingMail.objects.filter(filing=case.filing, name__startswith="approve")]
    returned = [one.mail for one in FilingMail.objects.filter(filing=rest)]
    both = {user_of(case.host).email, case.provider.contact_email}
    for mails, first in ((approved, 1), (returned, 0)):
        assert {mail.to[0] for mail in mails} == both
        assert all(domain(case, first) in mail.subject for mail in mails)
    numbers = [str(website.number) for website in ownership.websites_of(case.filing)]
    for mail in approved:
        with_number, _line, without = mail.message.partition("退回")
        assert all(number in with_number for number in numbers)
        assert domain(case, 0) in without
        assert domain(case, 0) not in with_number


def test_of_the_halves_the_returned_one_may_be_drawn_for_a_second_reading():
    case = in_review()
    rest = split(case)
    rechecks.draw(BEIJING, timezone.localdate())
    made = Draw.objects.get()
    assert (made.candidates, made.candidates_sha256) == (1, rechecks.digest([rest.pk]))


def test_an_earlier_draw_stays_as_it_was_drawn():
    """Returned as a whole on one day, split on a later one: the first decision was one on the whole."""
    yesterday = timezone.now() - timedelta(days=1)
    with time_machine.travel(yesterday):
        case = in_review()
        services.return_to_provider(case.filing.pk, case.reviewer, version=None, remarks=[remark()])
    rechecks.draw(BEIJING, timezone.localdate(yesterday))
    assert Draw.objects.get().candidates == 1
    corrected(case.refresh().filing, case)
    services.claim(case.filing.pk, case.reviewer)
    case.refresh()
    split(case, remark("websites.0.name"))
    assert rechecks.is_as_drawn(Draw.objects.get())


# --- The rest goes on -------------------------------------------------------------------------------------


def corrected(rest: Filing, case: Case) -> Filing:
    """The provider corrects the name and passes it on again, with the photo that has come along."""
    services.claim(rest.pk, case.staff)
    services.save_facts(rest.pk, case.staff, {"websites.0.name": "示例公司官网"}, version=None)
    rest.refresh_from_db()
    services.verify(rest.pk, case.staff, version=None, answers=play.answers(rest), place="营业厅")
    rest.refresh_from_db()
    return rest


def test_the_rest_is_corrected_passed_on_and_gets_the_next_number():
    case = in_review()
    rest = corrected(split(case), case)
    assert (rest.status, rest.round) == (Status.WITH_BUREAU, 2)
    services.claim(rest.pk, case.reviewer)
    services.approve(rest.pk, case.reviewer, version=None)
    on_record = Website.objects.filter(subject=case.filing.subject).order_by("sequence")
    assert [one.domain for one in on_record] == [domain(case, number) for number in (0, 2, 1)]
    # the first filing still answers for its own alone
    assert [one.sequence for one in ownership.websites_of(case.filing)] == [1, 2]
    rest.refresh_from_db()
    assert [one.sequence for one in ownership.websites_of(rest)] == [3]
    client, url = at_desk(case)
    page = client.get(url.replace(str(case.filing.pk), str(rest.pk))).content.decode()
    assert f"{case.filing.subject.number}-3" in page
    assert f"{case.filing.subject.number}-1" not in page


def test_a_rest_of_several_splits_again():
    case = in_review()
    rest = split(case, remark("websites.1.name"), remark("websites.2.name"))
    corrected(rest, case)
    services.claim(rest.pk, case.reviewer)
    rest.refresh_from_db()
    splitting.approve_in_part(rest.pk, case.reviewer, version=rest.version, remarks=[remark()])
    rest.refresh_from_db()
    last = splitting.continuation_of(rest)
    assert facts.domains_of(last.facts) == [domain(case, 2)]
    assert last.about_subject == rest.subject == case.filing.subject


def test_a_host_corrects_the_rest_where_the_provider_returns_it():
    case = in_review()
    rest = split(case)
    services.claim(rest.pk, case.staff)
    services.send_back(rest.pk, case.staff, version=None, remarks=[remark("websites.0.name")])
    rest.refresh_from_db()
    assert rest.status == Status.RETURNED_TO_HOST
    services.save_facts(rest.pk, case.host, {"websites.0.name": "示例公司官网"}, version=None)
    with pytest.raises(MoveRefused, match=corrections.closed_words(["subject.name"])):
        services.save_facts(rest.pk, case.host, {"subject.name": "另一公司"}, version=None)


# --- Refused ----------------------------------------------------------------------------------------------


def test_a_photo_is_that_of_every_website_its_person_answers_for():
    case = in_review(same=False)
    with pytest.raises(MoveRefused, match="每个网站"):
        split(case, remark("websites.0.papers.photo", "P103"))
    with pytest.raises(MoveRefused, match="每个网站"):
        split(case, remark("websites.0.papers.manager_front", "P103"))
    assert case.refresh().filing.status == Status.WITH_BUREAU


def test_a_remark_about_the_hosts_own_person_is_about_every_website():
    case = in_review(same=True)
    with pytest.raises(MoveRefused, match="网站主办者"):
        split(case, remark("websites.1.responsible.mobile", "1011"))
    assert case.refresh().filing.status == Status.WITH_BUREAU


ABOUT_HOST = "%(fields)s concerns the host and so every website. Return the whole filing."


@pytest.mark.parametrize(
    ("remarks", "words"),
    [
        ((), "Write a remark for each website you return."),
        ((remark("subject.name"),), ABOUT_HOST),
        ((remark(), remark("papers.subject_certificate")), ABOUT_HOST),
        ([remark(f"websites.{n}.name") for n in range(3)], "Every website has a remark. Return the whole filing."),
    ],
    ids=["no remark", "concerns the host", "also about the host", "all of them"],
)
def test_only_a_part_can_be_returned(remarks, words):
    case = in_review()
    about_host = corrections.named(one.path for one in remarks if not one.path.startswith("websites."))
    with pytest.raises(MoveRefused, match=_(words) % {"fields": about_host}):
        splitting.approve_in_part(case.filing.pk, case.reviewer, version=case.filing.version, remarks=remarks)
    assert case.refresh().filing.status == Status.WITH_BUREAU
    assert Filing.objects.count() == 1


def test_a_refused_approval_leaves_nothing_of_the_split():
    """Somebody else has come onto record with the third website's domain meanwhile."""
    case = in_review()
    Website.objects.filter(pk=case_at(Status.FILED).filing.subject.websites.get().pk).update(domain=domain(case, 2))
    before = Filing.objects.count()
    with pytest.raises(MoveRefused, match="1005"):
        split(case)
    assert case.refresh().filing.status == Status.WITH_BUREAU
    assert Filing.objects.count() == before
    assert not Opinion.objects.filter(filing=case.filing).exists()


def test_who_has_not_taken_it_or_is_elsewhere_decides_nothing():
    case = in_review()
    said = {"version": case.filing.version, "remarks": [remark()]}
    with pytest.raises(MoveRefused, match=_("%(name)s is working on this filing.") % {"name": case.reviewer.name}):
        splitting.approve_in_part(case.filing.pk, reviewer(BEIJING), **said)
    for stranger in (reviewer(GUANGDONG), staff(Case().provider)):
        with pytest.raises(Filing.DoesNotExist):
            splitting.approve_in_part(case.filing.pk, stranger, **said)
    with pytest.raises(
        MoveRefused,
        match=_("%(name)s has already acted: %(event)s. What you typed has been kept.")
        % {"name": case.staff.name, "event": states.EVENT_LABELS["verify"]},
    ):
        splitting.approve_in_part(case.filing.pk, case.reviewer, **(said | {"version": case.filing.version - 1}))


def test_where_two_reviewers_approve_one_alone_does_not_split():
    rules.change(reviewer(BEIJING, ReviewerRole.CHIEF), {"two_reviewers": True, "proof_minutes": 0})
    case = in_review()
    values = case.filing.facts
    values["websites"][0]["approvals"] = [1]
    Filing(pk=case.filing.pk, facts=values).save(force_update=True, update_fields=["facts"])
    with pytest.raises(
        MoveRefused, match=_("This filing needs two reviewers. Propose the approval; a colleague confirms it.")
    ):
        split(case)
    opinions.propose(case.filing.pk, case.reviewer, version=case.refresh().filing.version, text="")
    case.refresh()
    with pytest.raises(
        MoveRefused,
        match=_("You have not claimed this filing, or your claim has expired. Claim it; what you typed has been kept."),
    ):
        split(case)
    case.reviewer = reviewer(BEIJING)
    services.claim(case.filing.pk, case.reviewer)
    rest = split(case.refresh())
    assert rest.status == Status.RETURNED_TO_PROVIDER
