"""The pages on which a filing goes to another provider, for host, bureau and new provider."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from desks.casefile import contents
from desks.pictures import within_reach
from desks.progress import timelines
from filings import actors, services
from filings.agreements import mandates
from filings.fields import attachments
from filings.moves import assignment
from filings.services import transfers
from filings.states import Status
from filings.tests.services.closed_providers import close, closed_at
from icp_portal.tests.builders import GUANGDONG, case_at, host, provider, reviewer, sign_in, staff, user_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]


def test_the_host_finds_the_way_on_the_status_page():
    case, new = closed_at(Status.WITH_PROVIDER)
    client = sign_in(Client(), user_of(case.host))
    url = reverse("filings:transfer", args=[case.filing.pk])
    assert url in client.get(reverse("filings:status", args=[case.filing.pk])).content.decode()
    assert new.name in client.get(url).content.decode()
    said = {"provider": new.pk, "version": case.filing.version}
    done = client.post(url, said, follow=True)
    assert f"The filing is now with {new}." in done.content.decode()
    again = client.post(url, said, follow=True)
    assert (again.status_code, again.request["PATH_INFO"]) == (200, reverse("filings:status", args=[case.filing.pk]))


def test_the_bureau_finds_the_way_on_its_page_and_a_stranger_none():
    case, new = closed_at(Status.WITH_BUREAU)
    client = sign_in(Client(), user_of(case.reviewer))
    url = reverse("bureau_desk:transfer", args=[case.filing.pk])
    assert url in client.get(reverse("bureau_desk:review", args=[case.filing.pk])).content.decode()
    done = client.post(url, {"provider": new.pk, "version": case.filing.version}, follow=True)
    assert f"The filing is now with {new}." in done.content.decode()
    stranger = sign_in(Client(), user_of(reviewer(GUANGDONG)))
    assert stranger.get(url).status_code == 404


@pytest.mark.parametrize("version", ["", "x", "9" * 40])
def test_a_wrong_version_moves_nothing_and_is_answered_with_words(version):
    case, new = closed_at(Status.WITH_PROVIDER)
    client = sign_in(Client(), user_of(case.host))
    url = reverse("filings:transfer", args=[case.filing.pk])
    assert client.post(url, {"provider": new.pk, "version": version}).status_code == 200
    assert case.refresh().filing.provider_id == case.provider.pk


def test_a_phone_s_code_of_the_former_staff_is_over():
    owner, access_provider = host(), provider()
    member = staff(access_provider)
    asked = mandates.ask(member, user_of(owner).email, "示例公司", 30)
    mandates.grant(asked.pk, owner, 30)
    begun = services.start_on_behalf(asked.pk, actors.on_behalf(member, access_provider.name))
    begun.handovers.create(
        path="papers.cert", digest="d" * 64, expires_at=timezone.now() + timedelta(hours=1), staff_id=member.user_id
    )
    close(access_provider)
    transfers.transfer(begun.pk, owner, provider().pk, version=None)
    assert not begun.handovers.usable().exists()


def test_the_new_provider_learns_nothing_of_the_former_one_s_desk():
    case = case_at(Status.RETURNED_TO_PROVIDER)
    services.claim(case.filing.pk, case.staff)
    assignment.pause(case.filing.pk, case.staff, until=timezone.localdate() + timedelta(days=2), reason="客户未到")
    services.record_look(case.filing, case.staff, "facts")
    close(case.provider)
    new = provider()
    transfers.transfer(case.filing.pk, case.host, new.pk, version=None)
    member, filing = staff(new), case.refresh().filing

    told = timelines.context(filing, member)["events"]
    assert not [entry for entry in told if "客户未到" in entry.note or case.staff.name in entry.who]
    file = contents.gather(filing, member, within_reach(filing, member))
    assert (file.looks, file.sheets, [one.verification for one in file.rounds]) == ([], [], [None])
    assert [row.name for row, _mail in file.mails] == ["transfer_provider"]
    assert not [picture for picture in file.pictures if attachments.is_photo(picture.path)]
    of_bureau = contents.gather(filing, case.reviewer, within_reach(filing, case.reviewer))
    assert (len(of_bureau.sheets), of_bureau.rounds[0].verification is not None) == (1, True)
