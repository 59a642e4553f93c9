"""A filing that ended without a number begins another one: its facts and pictures are copied into a new draft."""

import threading

import pytest
from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from filings import services, states
from filings.errors import MoveRefused
from filings.evidence import pictures
from filings.models import Filing
from filings.states import Status
from filings.tests.kept_files import kept_pictures, names_of_files
from icp_portal.demo import invent, play
from icp_portal.tests.builders import Case, case_at, host, sign_in

pytestmark = pytest.mark.django_db

ENDED = states.ENDED_EMPTY_HANDED


@pytest.mark.parametrize("status", ENDED)
def test_a_copy_holds_facts_and_pictures_and_can_be_submitted(status):
    case = case_at(status)

    copy = services.copy(case.filing.pk, case.host)

    assert (copy.status, copy.round, copy.version, copy.copied_from_id) == (Status.DRAFT, 0, 1, case.filing.pk)
    assert (copy.host_id, copy.provider_id, copy.entrance) == (
        case.host.user_id,
        case.provider.pk,
        case.filing.entrance,
    )
    assert copy.facts == case.filing.facts
    assert (copy.domain, copy.subject_name, copy.subject_digest) == (
        case.filing.domain,
        case.filing.subject_name,
        case.filing.subject_digest,
    )
    assert kept_pictures(copy) == kept_pictures(case.filing) != []
    assert not set(names_of_files(copy)) & set(names_of_files(case.filing))
    services.submit(copy.pk, case.host, version=copy.version)


def test_both_filings_say_what_was_taken_over():
    case = case_at(Status.LAPSED)
    copy = services.copy(case.filing.pk, case.host)

    note = f"备案单 {case.filing.pk} 的资料用于备案单 {copy.pk}"
    assert [(event.name, event.note) for event in copy.events.all()] == [("start", ""), ("copy", note)]
    last = case.filing.events.last()
    assert (last.name, last.note, last.user_id) == ("copy", note, case.host.user_id)
    assert case.refresh().filing.status == Status.LAPSED


def test_replaced_pictures_and_the_face_to_face_photo_stay_behind():
    case = case_at(Status.WITH_PROVIDER)
    services.claim(case.filing.pk, case.staff)
    play.photograph(case.filing, case.staff, "websites.0.papers.photo", 1)
    case.send_back()
    services.unlock(case.filing.pk, case.host, version=None)
    services.add_evidence(case.filing.pk, case.host, "papers.responsible_front", invent.portrait(2))
    case.withdraw()

    copy = services.copy(case.filing.pk, case.host)

    assert kept_pictures(copy) == kept_pictures(case.filing)
    assert copy.evidence.count() == case.filing.evidence.count() - 2
    assert not copy.evidence.filter(path__endswith=".photo").exists()


@pytest.mark.parametrize("status", [status for status in Status if status not in ENDED])
def test_what_is_under_way_or_filed_is_not_copied(status, client):
    case, words = case_at(status), _("Only a withdrawn or lapsed filing can be filled in again.")
    with pytest.raises(MoveRefused, match=words):
        services.copy(case.filing.pk, case.host)
    sign_in(client, User.objects.get(pk=case.host.user_id))
    answer = client.post(reverse("filings:copy", args=[case.filing.pk]), follow=True)
    assert [str(message) for message in answer.context["messages"]] == [words]
    assert Filing.objects.count() == 1


def test_nobody_else_copies_it(client):
    case = case_at(Status.WITHDRAWN)
    with pytest.raises(Filing.DoesNotExist):
        services.copy(case.filing.pk, host())
    with pytest.raises(MoveRefused, match=_("Only a withdrawn or lapsed filing can be filled in again.")):
        services.copy(case.filing.pk, case.staff)  # may know of it, and may not
    stranger = sign_in(client, User.objects.get(pk=host().user_id))
    assert stranger.post(reverse("filings:copy", args=[case.filing.pk])).status_code == 404
    assert Filing.objects.count() == 1


def test_the_button_leads_to_the_new_filing_and_a_second_click_to_the_same(client):
    case = case_at(Status.LAPSED)
    sign_in(client, User.objects.get(pk=case.host.user_id))
    assert "用这份资料重新填写" in client.get(reverse("filings:status", args=[case.filing.pk])).content.decode()

    answers = [client.post(reverse("filings:copy", args=[case.filing.pk])) for _n in range(2)]

    copy = Filing.objects.get(status=Status.DRAFT)
    assert [answer["Location"] for answer in answers] == [reverse("filings:overview", args=[copy.pk])] * 2
    assert copy.events.count() == 2


def test_after_the_copy_has_gone_on_another_one_may_be_made():
    case = case_at(Status.LAPSED)
    first = services.copy(case.filing.pk, case.host)
    services.withdraw(first.pk, case.host, version=None)
    assert services.copy(case.filing.pk, case.host).pk != first.pk


@pytest.mark.parametrize("change", [{"is_active": False}, {"accepts_new": False}])
def test_a_provider_that_takes_nothing_new_is_said_so_and_another_one_offered(client, change):
    case = case_at(Status.LAPSED)
    type(case.provider).objects.update(**change)
    sign_in(client, User.objects.get(pk=case.host.user_id))

    page = client.get(reverse("filings:status", args=[case.filing.pk])).content.decode()
    answer = client.post(reverse("filings:copy", args=[case.filing.pk]), follow=True)

    for shown in (page, answer.content.decode()):
        assert f"{case.provider.name}目前不受理新的备案" in shown
        assert reverse("directory:ministry") in shown
    assert "用这份资料重新填写</button>" not in page
    assert Filing.objects.count() == 1


def test_facts_of_another_day_are_copied_as_they_are_and_checked_anew():
    case = Case()
    services.save_facts(case.filing.pk, case.host, {"websites.0.domain": "www.x", "subject.name": ""}, version=None)
    case.lapse()
    copy = services.copy(case.filing.pk, case.host)
    assert copy.get("websites.0.domain") == "www.x"


@pytest.mark.usefixtures("transactional_db")
class TestTwoClicksAtOnce:
    def test_one_draft_is_made(self, monkeypatch):
        case = case_at(Status.LAPSED)
        made, inside, go_on, original = [], threading.Event(), threading.Event(), pictures.copied

        def slowly(evidence, filing):
            inside.set()
            assert go_on.wait(10)
            return original(evidence, filing)

        def click():
            try:
                made.append(services.copy(case.filing.pk, case.host).pk)
            finally:
                connection.close()

        monkeypatch.setattr(pictures, "copied", slowly)
        first, second = (threading.Thread(target=click, daemon=True) for _n in range(2))
        first.start()
        assert inside.wait(10)
        second.start()
        second.join(0.3)
        assert second.is_alive()  # at the lock
        go_on.set()
        first.join(10)
        second.join(10)

        assert made == [Filing.objects.get(status=Status.DRAFT).pk] * 2
