"""Access to the case file: each party gets only its own, and a refused request leaves no trace."""

import pytest
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from desks.tests.casefile.casefiles_fetched import fetched, text, unblanked
from filings import services
from filings.mail import notices, queueing
from filings.models import Export, FilingMail, Look
from filings.states import Status
from icp_portal.demo import play
from icp_portal.tests.builders import GUANGDONG, Case, case_at, client_of, provider, reviewer, staff
from ministry import audit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


@pytest.mark.parametrize("form", ["pdf", "zip"])
def test_another_party_or_province_finds_nothing_and_leaves_no_trace(travelled, form):
    case = travelled
    before = Look.objects.count()
    bureau = reverse("bureau_desk:case_file", args=[case.filing.pk, form])
    provider_desk = reverse("provider_desk:case_file", args=[case.filing.pk, form])

    answers = [
        client_of(reviewer(GUANGDONG)).get(bureau),
        client_of(staff(provider())).get(provider_desk),
        client_of(case.staff).get(bureau),
        client_of(case.host).get(bureau),
        client_of(case.host).get(provider_desk),
    ]

    assert [answer.status_code for answer in answers] == [404] * 5
    assert (Look.objects.count(), Export.objects.count()) == (before, 0)


@pytest.mark.parametrize("form", ["exe", "pdf-x", "index"])
def test_other_forms_are_not_there(travelled, form):
    page = client_of(travelled.reviewer).get(reverse("bureau_desk:case_file", args=[travelled.filing.pk, form]))
    assert page.status_code == 404


def test_a_draft_has_no_case_file_at_a_desk():
    case = case_at(Status.WITH_PROVIDER)
    assert (
        client_of(case.reviewer).get(reverse("bureau_desk:case_file", args=[case.filing.pk, "pdf"])).status_code == 404
    )


def test_the_bureaus_file_ends_with_the_last_round_it_was_handed(travelled):
    """While the filing is with its host, nobody else sees what is typed."""
    case = case_at(Status.RETURNED_TO_PROVIDER)
    case.send_back()
    services.save_facts(case.filing.pk, case.host, {"websites.0.name": "尚未递交的新名称"}, version=None)

    read = text(fetched(case.reviewer, case))

    assert "尚未递交的新名称" not in read
    assert unblanked(case.filing.snapshots.get(round=1).facts["websites"][0]["name"]) in read


def test_a_desk_learns_nothing_of_the_others_inside(travelled):
    """The provider does not see who claimed a filing, who of the bureau looked, or what the chief is told."""
    case = travelled
    providers = text(fetched(case.staff, case, desk="provider_desk"))
    bureaus = text(fetched(case.reviewer, case))

    looked = Look.objects.filter(filing=case.filing, role="bureau").select_related("user")
    assert looked
    assert unblanked(f"通信管理局·{looked[0].user}") not in providers
    claims = case.filing.events.filter(name="claim")
    assert {event.role for event in claims} == {"provider", "bureau"}
    assert unblanked(queueing.digest_of(Email.objects.filter(to=case.filing.host.email)[0])) not in providers
    assert f"{case.staff.name}〔" not in bureaus.split("全部经过")[-1].split("查看")[0]


def test_a_mail_that_names_other_filings_is_named_but_not_printed():
    case = case_at(Status.WITH_BUREAU)
    stranger = case_at(Status.WITH_BUREAU, of=case.provider, province=GUANGDONG)
    today = timezone.localdate()
    notices.tell_moved([(case.filing, today), (stranger.filing, today)])

    read = text(fetched(case.reviewer, case))

    shared = FilingMail.objects.filter(filing=case.filing, is_shared=True).get()
    assert shared.name == "moved_provider"
    assert shared.sha256 in read
    assert unblanked(stranger.filing.subject_name) not in read
    assert stranger.filing.shown_domain not in read


def test_the_bureau_reads_no_mail_about_what_does_not_concern_it():
    """Appointments, and what provider and host have to answer among themselves."""
    case = case_at(Status.WITH_BUREAU)
    mail, digests = Email.objects.filter(to=case.filing.host.email)[0], {}
    for number, name in enumerate(
        ["book_host", "book_reminder_host", "pass_on_host", "booklet_host", "pass_only_host"]
    ):
        digests[name] = str(number) * 64
        FilingMail.objects.create(filing=case.filing, mail=mail, name=name, sha256=digests[name])

    read = text(fetched(case.reviewer, case))

    assert [name for name, digest in digests.items() if digest in read] == ["booklet_host", "pass_only_host"]


def test_it_costs_the_same_with_many_rounds(django_assert_max_num_queries):
    def cost(case: Case) -> int:
        client = client_of(case.reviewer)
        client.get(reverse("desk"))
        services.record_look(case.filing, case.reviewer, "facts")
        url = reverse("bureau_desk:case_file", args=[case.filing.pk, "zip"])
        client.get(url)  # the first one draws the sheets
        audit.seal()
        with django_assert_max_num_queries(1000) as captured:
            client.get(url)
        return len(captured)

    one = case_at(Status.RETURNED_TO_PROVIDER).send_back().submit().verify().approve()
    many = case_at(Status.RETURNED_TO_PROVIDER)
    for _round in range(3):
        many.send_back().submit().verify()
        play.return_to_provider(many.filing, many.reviewer)
    many.send_back().submit().verify().approve()

    assert (cost(one), cost(many)) == (58, 58)
