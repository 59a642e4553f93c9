"""The moves: what each does, and that the table is the law."""

from datetime import date

import pytest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from filings import services, states
from filings.errors import FactsRefused, MoveRefused
from filings.models import Event, Filing, Remark, Snapshot
from filings.moves import assignment
from filings.services import transfers
from filings.states import MOVES, Role, Status
from icp_portal.demo import play
from icp_portal.tests.builders import GUANGDONG, Case, case_at, codes_asked, host, provider, reviewer, staff
from ministry.models import Access, Subject, Website
from providers.models import Provider

pytestmark = pytest.mark.django_db

MAKERS = {
    "submit": lambda case, actor: play.submit(case.filing, actor),
    "withdraw": lambda case, actor: services.withdraw(case.filing.pk, actor, version=None),
    "verify": lambda case, actor: services.verify(
        case.filing.pk, actor, version=None, answers=play.answers(case.filing), place="营业厅"
    ),
    "send_back": lambda case, actor: services.send_back(
        case.filing.pk, actor, version=None, remarks=[play.GOOD_REMARK]
    ),
    "close": lambda case, actor: services.close(
        case.filing.pk, actor, version=None, reason="asked", words="已电话确认"
    ),
    "return": lambda case, actor: services.return_to_provider(
        case.filing.pk, actor, version=None, remarks=[play.GOOD_REMARK]
    ),
    "approve": lambda case, actor: services.approve(case.filing.pk, actor, version=None),
}
# ``test_reporting`` has those of providers' own systems.
MADE_BY_PEOPLE = [move for move in MOVES if move.role != Role.SYSTEM and not move.by_system]


def ask_persons(case: Case, actor) -> None:
    with codes_asked():
        MAKERS["verify"](case, actor)


MAKERS["ask_persons"] = ask_persons


def transfer(case: Case, actor) -> None:
    Provider.objects.filter(pk=case.provider.pk).update(is_active=False)
    transfers.transfer(case.filing.pk, actor, provider().pk, version=None)


MAKERS["transfer"] = transfer


def actor_of(case: Case, role: Role):
    return {Role.HOST: case.host, Role.PROVIDER: case.staff, Role.BUREAU: case.reviewer}[role]


def test_every_status_has_one_holder_or_is_an_end():
    assert set(states.HOLDERS) == set(Status)
    for status, holder in states.HOLDERS.items():
        leaving = [move for move in MOVES if status in move.sources and move != states.LAPSE]
        assert bool(leaving) == (holder is not None)


# What lies with its host changes its provider and stays where it is (``test_transfers``): no move of the table.
TRIED = [
    pytest.param(move, status, id=f"{move.name} by {move.role} at {status}")
    for move in MADE_BY_PEOPLE
    for status in Status
    if move.name != "transfer" or status not in states.WITH_HOST
]


@pytest.mark.parametrize(("move", "status"), TRIED)
def test_a_move_is_refused_exactly_where_the_table_says(move, status):
    case = case_at(status)
    actor = actor_of(case, move.role)
    # A bureau moves what it has seen: none of these, before the first round has reached it.
    is_there = move != states.TRANSFER_BY_BUREAU or Filing.objects.visible_to(actor).exists()
    if case.filing.holder == move.role and move.needs_claim:
        services.claim(case.filing.pk, actor)
        if move.target in (Status.WITH_BUREAU, Status.WITH_PERSONS) and status == Status.WITH_PROVIDER:
            play.photograph(case.filing, actor, "websites.0.papers.photo", 1)

    try:
        MAKERS[move.name](case, actor)
        made = True
    except (MoveRefused, Filing.DoesNotExist):
        made = False

    assert made == (status in move.sources and is_there)
    assert case.refresh().filing.status == (move.target if made else status)


# (move, status) → the refusal of a check that comes before that of the role
REFUSED_BEFORE = {
    ("submit", Status.RETURNED_TO_HOST): "now and can't be edited",
    ("transfer", Status.WITH_BUREAU): "so this can't be done",
}


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("move", "status"), [(move, source) for move in MADE_BY_PEOPLE for source in sorted(move.sources)]
)
def test_nobody_but_the_tables_role_makes_a_move(move, status):
    """Not even somebody the filing has been given to by hand."""
    case = case_at(status)
    its_own = {one.role for one in MOVES if one.name == move.name and status in one.sources}
    for role in {Role.HOST, Role.PROVIDER, Role.BUREAU} - its_own:
        actor = actor_of(case, role)
        Filing.objects.update(claimed_by=actor.user_id, claimed_until=timezone.now() + assignment.LEASE)
        refusal = REFUSED_BEFORE.get((move.name, status), "This filing is not with you at the moment")
        is_seen = Filing.objects.visible_to(actor).exists()
        with pytest.raises(MoveRefused, match=refusal) if is_seen else pytest.raises(Filing.DoesNotExist):
            MAKERS[move.name](case, actor)
    assert case.refresh().filing.status == status


@pytest.mark.parametrize("move", MADE_BY_PEOPLE, ids=lambda move: move.name)
def test_a_stranger_of_the_right_role_does_not_even_find_the_filing(move):
    case = case_at(next(iter(move.sources)))
    stranger = {
        Role.HOST: host,
        Role.PROVIDER: lambda: staff(provider()),
        Role.BUREAU: lambda: reviewer(GUANGDONG),
    }

    with pytest.raises(Filing.DoesNotExist):
        MAKERS[move.name](case, stranger[move.role]())


def test_submit_keeps_the_round_as_a_snapshot_and_records_it():
    case = Case().submit()

    assert case.filing.round == 1
    snapshot = Snapshot.objects.get(filing=case.filing, round=1)
    assert snapshot.facts == case.filing.facts
    assert snapshot.papers == dict(case.filing.evidence.values_list("path", "sha256"))
    event = Event.objects.get(filing=case.filing, name="submit")
    assert (event.source, event.target, event.round, event.user_id) == (
        "draft",
        "with_provider",
        1,
        case.host.user_id,
    )


def test_submit_refuses_a_filing_with_findings_and_names_them():
    case = Case()
    services.save_facts(case.filing.pk, case.host, {"websites.0.home_url": "www.other.cn"}, version=None)

    with pytest.raises(FactsRefused) as refused:
        services.submit(case.filing.pk, case.host, version=None)

    assert [(finding.code, finding.path) for finding in refused.value.findings] == [("1041", "websites.0.home_url")]
    assert case.refresh().filing.status == Status.DRAFT


def test_a_stale_version_is_refused_and_changes_nothing(time_machine):
    time_machine.move_to("2026-07-06 10:00 +0800", tick=False)  # the draft was touched when it was begun
    case = Case()
    stale = case.filing.version
    services.save_facts(case.filing.pk, case.host, {"websites.0.name": "示例新名称"}, version=stale)

    with pytest.raises(
        MoveRefused,
        match=_("You have already done this in another window: %(event)s. What you typed has been kept.")
        % {"event": states.EVENT_LABELS["start"]},
    ):
        services.save_facts(case.filing.pk, case.host, {"websites.0.name": "另一个名称"}, version=stale)

    assert case.refresh().filing.get("websites.0.name") == "示例新名称"


def test_verify_starts_the_clock_and_keeps_sheet_and_photo(time_machine):
    time_machine.move_to("2026-07-06 10:00 +0800")
    case = Case().submit().verify()

    assert case.filing.due_on == date(2026, 8, 3)
    assert case.filing.due_is_provisional is False
    verification = case.filing.verifications.get()
    assert (verification.round, verification.answers) == (1, play.answers(case.filing))
    assert [photo.path for photo in verification.photos.all()] == ["websites.0.papers.photo"]


def test_verify_without_a_photo_is_refused():
    case = Case().submit()
    services.claim(case.filing.pk, case.staff)

    with pytest.raises(
        MoveRefused,
        match=ngettext(
            "Take the photo of the website's responsible person first.",
            "Take the photos of all responsible persons of the websites first.",
            1,
        ),
    ):
        MAKERS["verify"](case, case.staff)

    assert case.refresh().filing.status == Status.WITH_PROVIDER


@pytest.mark.parametrize("said", ["no", "", "na"])
def test_verify_with_an_incomplete_or_negative_sheet_is_refused(said):
    case = Case().submit()
    services.claim(case.filing.pk, case.staff)
    play.photograph(case.filing, case.staff, "websites.0.papers.photo", 1)

    words = ngettext("One item of the sheet is unanswered.", "%(count)d items of the sheet are unanswered.", 1)
    if said == "no":
        words = _("An item is answered with “No”, so the filing can't pass. Return it to the host.")
    with pytest.raises(MoveRefused, match=words % {"count": 1}):
        services.verify(
            case.filing.pk,
            case.staff,
            version=None,
            answers=play.answers(case.filing) | {"domain_correct": said},
            place="营业厅",
        )

    assert case.refresh().filing.status == Status.WITH_PROVIDER


def test_send_back_needs_a_whole_remark():
    case = Case().submit()
    services.claim(case.filing.pk, case.staff)
    blank = services.RemarkDraft(path="websites.0.name", code="P301", seen=" ", expected="x")
    unknown = services.RemarkDraft(path="websites.0.name", code="X999", seen="y", expected="x")

    none = _("A return needs at least one remark with a field, a code, what was found and what is expected.")
    not_whole = _("Each remark needs a field, a code, what was found and what is expected.")
    vague = services.RemarkDraft(path="websites.0.name", code="P301", seen="信息有误", expected="请修改")
    no_help = _("Say in each remark what you found and what is expected, so that the host can act on it.")
    for remarks, words in (([], none), ([blank], not_whole), ([unknown], not_whole), ([vague], no_help)):
        with pytest.raises(MoveRefused, match=words):
            services.send_back(case.filing.pk, case.staff, version=None, remarks=remarks)

    assert not Remark.objects.exists()
    assert case.refresh().filing.status == Status.WITH_PROVIDER


def test_resubmission_after_the_bureaus_return_is_a_new_round_and_restarts_the_clock(time_machine):
    time_machine.move_to("2026-07-06 10:00 +0800")
    case = Case().submit().verify()
    time_machine.move_to("2026-07-09 10:00 +0800")
    case.return_to_provider()
    services.claim(case.filing.pk, case.staff)
    time_machine.move_to("2026-07-10 10:00 +0800")
    services.claim(case.filing.pk, case.staff)
    services.save_facts(case.filing.pk, case.staff, {"websites.0.name": "示例科技官方网站"}, version=None)
    MAKERS["verify"](case, case.staff)

    case.refresh()
    assert (case.filing.round, case.filing.due_on) == (2, date(2026, 8, 7))
    assert list(case.filing.verifications.values_list("round", flat=True)) == [1, 2]
    assert "amend" in case.filing.events.values_list("name", flat=True)


def test_approve_writes_register_number_and_record(time_machine):
    time_machine.move_to("2026-11-25 10:00 +0800")
    case = Case().submit().verify().approve()

    subject = Subject.objects.get()
    website = Website.objects.get()
    assert str(subject.number) == "京ICP备2026000001号"
    assert str(website.number) == "京ICP备2026000001号-1"
    assert (website.domain, subject.name) == (case.filing.domain, case.filing.subject_name)
    assert Access.objects.get().provider_id == case.provider.pk
    assert case.filing.subject == subject
    assert case.filing.events.last().name == "approve"


def test_numbers_are_consecutive_in_each_province_and_a_refused_approval_takes_none():
    first, second = Case().submit().verify(), Case().submit().verify()
    other = Case(province=GUANGDONG).submit().verify()
    twin = Case().submit().verify()
    first.approve()
    Website.objects.filter(domain=first.filing.domain).update(domain=twin.filing.domain)  # somebody else was first

    services.claim(twin.filing.pk, twin.reviewer)
    with pytest.raises(MoveRefused, match="1005"):
        services.approve(twin.filing.pk, twin.reviewer, version=None)
    second.approve()
    other.approve()

    assert twin.refresh().filing.status == Status.WITH_BUREAU
    assert sorted(Subject.objects.values_list("province", "serial")) == [
        ("110000", 1),
        ("110000", 2),
        ("440000", 1),
    ]


def test_a_lease_keeps_others_out_and_ends_by_itself(time_machine):
    time_machine.move_to("2026-11-25 10:00 +0800")
    case = Case().submit()
    colleague = staff(case.provider)
    services.claim(case.filing.pk, case.staff)

    with pytest.raises(MoveRefused, match=_("%(name)s is working on this filing.") % {"name": case.staff.name}):
        services.claim(case.filing.pk, colleague)
    with pytest.raises(MoveRefused, match=_("%(name)s is working on this filing.") % {"name": case.staff.name}):
        services.send_back(case.filing.pk, colleague, version=None, remarks=[play.GOOD_REMARK])

    time_machine.move_to("2026-11-25 10:31 +0800")
    with pytest.raises(
        MoveRefused,
        match=_("You have not claimed this filing, or your claim has expired. Claim it; what you typed has been kept."),
    ):  # the first one's time has run out
        services.send_back(case.filing.pk, case.staff, version=None, remarks=[play.GOOD_REMARK])
    services.claim(case.filing.pk, colleague)
    assert case.refresh().filing.claimant_id() == colleague.user_id


def test_release_puts_the_filing_back():
    case = Case().submit()
    services.claim(case.filing.pk, case.staff)
    services.release(case.filing.pk, case.staff)
    assert case.refresh().filing.claimed_by is None


def test_facts_are_closed_once_handed_on():
    case = Case().submit()
    for actor in (case.host, case.staff):
        with pytest.raises(
            MoveRefused,
            match=_("This filing is “%(status)s” now and can't be edited.") % {"status": Status.WITH_PROVIDER.label},
        ):
            services.save_facts(case.filing.pk, actor, {"websites.0.name": "改名之后"}, version=None)
