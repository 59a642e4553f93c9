"""A desk sees the round it was handed, not what is being written now; a corrected filing keeps its place."""

import pytest
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from filings import services, states
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.models import Filing, Remark
from filings.states import Role, Status
from icp_portal.demo import invent, play
from icp_portal.tests.builders import Case, blocked_by, case_at, sign_in, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]

SECRET = "尚未提交的新名称公司"


def page(client, case: Case, role: str) -> str:
    member, desk = {"provider": (case.staff, "provider"), "bureau": (case.reviewer, "bureau")}[role]
    sign_in(client, User.objects.get(pk=member.user_id))
    return client.get(f"/{desk}/filings/{case.filing.pk}/").content.decode()


def rename(case: Case) -> None:
    services.unlock(case.filing.pk, case.host, version=None)
    services.save_facts(case.filing.pk, case.host, {"subject.name": SECRET}, version=None)


@pytest.mark.parametrize("then", ["nothing", "withdraw"])
@pytest.mark.parametrize("role", ["provider", "bureau"])
def test_what_the_host_is_still_writing_is_nobodys_business(client, role, then):
    case = Case().submit().verify().return_to_provider().send_back()
    rename(case)
    if then == "withdraw":
        case.withdraw()

    seen = page(client, case, role)

    assert SECRET not in seen
    assert case.refresh().filing.subject_name != SECRET
    assert case.filing.snapshots.get(round=1).facts["subject"]["name"] in seen


def test_a_round_that_is_with_the_provider_is_not_the_bureaus_yet(client):
    case = Case().submit().verify().return_to_provider().send_back()
    rename(case)
    case.submit()

    assert SECRET in page(client, case, "provider")
    assert SECRET not in page(client, case, "bureau")


def test_a_picture_is_the_desks_only_when_it_was_handed_on(client):
    case = case_at(Status.RETURNED_TO_HOST)
    older = case.filing.evidence.get(path="papers.subject_certificate")
    services.unlock(case.filing.pk, case.host, version=None)
    newer = services.add_evidence(case.filing.pk, case.host, "papers.subject_certificate", invent.card("NEW", 9))
    page(client, case, "provider")

    answers = {
        picture.pk: client.get(f"/provider/filings/{case.filing.pk}/evidence/{picture.pk}/").status_code
        for picture in (older, newer)
    }

    assert answers == {older.pk: 200, newer.pk: 404}


def test_editing_onto_a_taken_domain_is_kept_as_typed_and_told_at_submission():
    taken, case = Case().submit(), case_at(Status.RETURNED_TO_HOST)
    domain = taken.filing.domain
    services.unlock(case.filing.pk, case.host, version=None)

    filing = services.save_facts(
        case.filing.pk, case.host, {"websites.0.domain": domain, "websites.0.home_url": domain}, version=None
    )

    assert (filing.get("websites.0.domain"), filing.domain == domain) == (domain, False)
    with blocked_by("1039"):
        services.submit(case.filing.pk, case.host, version=None)


def test_a_provider_corrects_only_what_it_has_taken_and_its_look_is_on_record(client):
    case = case_at(Status.RETURNED_TO_PROVIDER)
    with pytest.raises(
        MoveRefused,
        match=_("You have not claimed this filing, or your claim has expired. Claim it; what you typed has been kept."),
    ):
        services.save_facts(case.filing.pk, case.staff, {"websites.0.name": "示例新名称"}, version=None)
    services.claim(case.filing.pk, case.staff)
    with pytest.raises(MoveRefused, match=_("%(name)s is working on this filing.") % {"name": case.staff.name}):
        services.save_facts(case.filing.pk, staff(case.provider), {"websites.0.name": "示例新名称"}, version=None)

    sign_in(client, User.objects.get(pk=case.staff.user_id))
    client.get(f"/provider/filings/{case.filing.pk}/amend/responsible/")

    assert case.filing.looks.get(what="responsible").user_id == case.staff.user_id


def test_a_photo_of_somebody_else_does_not_count():
    case = Case().submit().verify().return_to_provider()
    play.send_back(case.filing, case.staff)
    services.unlock(case.filing.pk, case.host, version=None)
    services.save_facts(case.filing.pk, case.host, {"responsible.name": "赵另人"}, version=None)
    for side in ("front", "back"):
        services.add_evidence(case.filing.pk, case.host, f"papers.responsible_{side}", invent.card("NEW", 9))
    case.submit()
    services.claim(case.filing.pk, case.staff)

    with pytest.raises(
        MoveRefused,
        match=ngettext(
            "Take the photo of the website's responsible person first.",
            "Take the photos of all responsible persons of the websites first.",
            1,
        ),
    ):
        services.verify(case.filing.pk, case.staff, version=None, answers=play.answers(case.filing), place="营业厅")


def test_a_host_learns_which_party_was_faster_not_which_person():
    case = case_at(Status.WITH_PROVIDER)
    stale = case.filing.version
    case.send_back()

    with pytest.raises(
        MoveRefused,
        match=_("%(name)s has already acted: %(event)s. What you typed has been kept.")
        % {"name": Role.PROVIDER.label, "event": states.EVENT_LABELS["send_back"]},
    ) as refused:
        services.withdraw(case.filing.pk, case.host, version=stale)

    assert case.staff.name not in str(refused.value)


def test_remarks_are_sealed():
    case_at(Status.RETURNED_TO_HOST)
    with connection.cursor() as cursor:
        cursor.execute("SELECT seen, expected FROM filings_remark")
        stored = cursor.fetchone()
    assert play.GOOD_REMARK.seen not in stored
    assert Remark.objects.get().seen == play.GOOD_REMARK.seen


def test_an_unknown_role_sees_nothing():
    case_at(Status.WITH_BUREAU)
    assert list(Filing.objects.visible_to(Actor(role="visitor", user_id=None, name=""))) == []
