"""The host's form at the provider's desk: only within a mandate in force, each act recorded as X for Y."""

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from desks.progress import timelines
from filings import actors, services
from filings.actors import Actor
from filings.agreements import mandates
from filings.errors import MoveRefused
from filings.evidence import documents
from filings.models import Event, Filing
from filings.states import Status
from icp_portal.demo import invent, play
from icp_portal.tests.builders import BEIJING, client_of, host, number, provider, reviewer, staff
from providers.tests.views.behalf import Behalf

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]


# --- Services: X for Y ----------------------------------------------------------------------------------


def test_every_act_stands_on_the_record_as_somebody_for_somebody_and_all_parties_read_it():
    behalf = Behalf().fill().submit()
    play.verify(behalf.filing, staff(behalf.access_provider))
    who = f"{behalf.member.name}（{behalf.access_provider.name}） for 示例公司"

    for reader in (behalf.owner, behalf.member, reviewer()):
        entries = [entry for entry in timelines.context(behalf.filing, reader)["events"] if "for 示例公司" in entry.who]
        assert {entry.who for entry in entries} == {who}
        assert {"Filing started", "Filled in for the host", "Submitted to the access provider"} == {
            str(entry.title) for entry in entries
        }
    acts = Event.objects.filter(filing=behalf.filing, name="fill")
    pictures = behalf.filing.evidence.filter(uploaded_by=behalf.member.user_id).count()
    assert pictures > 0
    assert acts.count() == pictures + 1  # the facts were saved in one go
    assert not acts.filter(on_behalf_of="").exists()


def test_each_change_leaves_an_event_of_its_own():
    behalf = Behalf().fill()

    def fills() -> list[str]:
        return list(Event.objects.filter(filing=behalf.filing, name="fill").values_list("note", flat=True))

    before = len(fills())
    services.save_facts(behalf.filing.pk, behalf.actor, {"subject.name": "另一公司"}, version=None)
    services.add_website(behalf.filing.pk, behalf.actor, version=None)
    services.remove_website(behalf.filing.pk, behalf.actor, 1, version=None)
    path = behalf.filing.evidence.filter(replaced_at=None).values_list("path", flat=True)[0]
    services.remove_evidence(behalf.filing.pk, behalf.actor, path, version=None)
    services.save_facts(behalf.filing.pk, behalf.actor, {"subject.name": "另一公司"}, version=None)  # changes nothing

    assert len(fills()) == before + 4


def test_the_host_sees_it_and_writes_in_the_same_filing():
    behalf = Behalf().fill()

    services.save_facts(behalf.filing.pk, behalf.owner, {"subject.remark": "我自己写的"}, version=None)
    services.submit(behalf.filing.pk, behalf.owner, version=None)

    last = Event.objects.filter(filing=behalf.filing).order_by("-pk")[0]
    assert (last.name, last.user_id, last.on_behalf_of) == ("submit", behalf.owner.user_id, "")


def test_a_returned_filing_is_corrected_and_answered_in_the_hosts_place():
    behalf = Behalf().fill().submit()
    play.send_back(behalf.filing, staff(behalf.access_provider))

    play.submit(behalf.filing, behalf.actor)

    behalf.filing.refresh_from_db()
    assert (behalf.filing.status, behalf.filing.round) == (Status.WITH_PROVIDER, 2)
    assert behalf.filing.remarks.get().answer.author_id == behalf.member.user_id


def test_a_mandate_covers_no_withdrawal_and_no_copy():
    behalf = Behalf().fill()

    with pytest.raises(MoveRefused, match="only the host"):
        services.withdraw(behalf.filing.pk, behalf.actor, version=None)
    services.withdraw(behalf.filing.pk, behalf.owner, version=None)
    with pytest.raises(MoveRefused, match=_("Only a withdrawn or lapsed filing can be filled in again.")):
        services.copy(behalf.filing.pk, behalf.actor)


def test_who_has_filled_in_and_verifies_too_is_marked_on_the_record():
    behalf, other = Behalf().fill().submit(), Behalf().fill().submit()
    play.verify(behalf.filing, behalf.member)
    play.verify(other.filing, staff(other.access_provider))

    notes = [Event.objects.get(filing=one.filing, name="verify").note for one in (behalf, other)]
    assert notes == ["The verifier also filled in this filing for the host.", ""]


def test_a_paper_mandate_carries_a_filing_of_a_host_without_an_account_to_its_number():
    access_provider = provider()
    member = staff(access_provider)
    paper = documents.accept([invent.card("MANDATE", 1)], member.person_id)
    mandate = mandates.bring_paper(member, "nobody@example.cn", "示例公司", mandates.longest(), paper)
    actor = actors.on_behalf(member, access_provider.name)
    filing = play.fill(services.start_on_behalf(mandate.pk, actor), actor, number(), province=BEIJING)
    services.submit(filing.pk, actor, version=None)
    play.verify(filing, member)
    play.approve(filing, reviewer())

    filing.refresh_from_db()
    assert (filing.status, filing.host_id) == (Status.FILED, None)


# --- Who may not ----------------------------------------------------------------------------------------


def strangers_of(behalf: Behalf) -> list[Actor]:
    own_filing_only = Behalf(access_provider=behalf.access_provider)
    return [actors.on_behalf(staff(provider()), "别的接入"), own_filing_only.owner, host()]


def test_strangers_have_no_such_filing():
    behalf = Behalf()

    for stranger in strangers_of(behalf):
        with pytest.raises(Filing.DoesNotExist):
            services.save_facts(behalf.filing.pk, stranger, {"subject.name": "x"}, version=None)


@pytest.mark.parametrize("how", ["expired", "ended_by_host", "ended_by_provider", "host_suspended"])
def test_without_a_mandate_in_force_nothing_can_be_done(how):
    behalf = Behalf().fill()
    match how:
        case "expired":
            behalf.expire()
        case "ended_by_host":
            mandates.end(behalf.mandate.pk, behalf.owner)
        case "ended_by_provider":
            mandates.end(behalf.mandate.pk, behalf.member)
        case "host_suspended":
            User.objects.filter(pk=behalf.owner.user_id).update(is_active=False)

    for act in (
        lambda: services.save_facts(behalf.filing.pk, behalf.actor, {"subject.name": "x"}, version=None),
        lambda: services.submit(behalf.filing.pk, behalf.actor, version=None),
        lambda: services.add_evidence(behalf.filing.pk, behalf.actor, "papers.responsible_front", invent.card("A", 1)),
    ):
        with pytest.raises(Filing.DoesNotExist):
            act()


def test_a_new_mandate_of_the_same_host_lets_the_provider_go_on():
    behalf = Behalf().fill()
    mandates.end(behalf.mandate.pk, behalf.owner)
    email = behalf.mandate.host_email
    mandates.grant(mandates.ask(behalf.member, email, "示例公司", 30).pk, behalf.owner, 30)

    behalf.submit()

    assert behalf.filing.status == Status.WITH_PROVIDER


def test_the_hosts_own_filings_stay_its_own():
    behalf = Behalf()
    own = services.start(behalf.owner, provider_id=behalf.access_provider.pk, entrance="provider")

    assert list(Filing.objects.visible_to(behalf.actor)) == [behalf.filing]
    assert client_of(behalf.member).get(reverse("on_behalf:status", args=[own.pk])).status_code == 404
