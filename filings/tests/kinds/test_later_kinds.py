"""Later kinds of filing: new accesses, changes, cancellations and moves, and what each does to the register."""

import pytest
from django.utils import timezone
from django.utils.translation import gettext as _

from filings import services
from filings.errors import MoveRefused
from filings.kinds import Kind
from filings.models import Entrance, Filing
from filings.rules import checks
from filings.services import starting
from filings.services.detection import RecordTarget
from filings.services.starting import PasswordProof
from filings.tests.kinds.kinds_drafted import FILING_PASSWORD, approved, drafted, found, knows_password
from icp_portal.demo import play, play_kinds
from icp_portal.tests.builders import Case, codes_asked, number, on_record, provider, sign_in, user_of
from ministry.models import Access, Subject, SubjectCertificate, Website
from ministry.reference import code_tables
from ministry.register import digests, ends, entry_types, history, writer

pytestmark = pytest.mark.django_db


def moved(case: Case) -> tuple[Case, Filing]:
    """Filed, and a draft of a new access at another provider, with that provider's people."""
    knows_password(case)
    there = Case(owner=case.host)
    filing = play_kinds.complete_draft(
        case.host,
        Kind.NEW_ACCESS,
        play_kinds.target_of(case.filing),
        there.provider.pk,
        number(),
        password=FILING_PASSWORD,
    )
    return there, filing


def test_a_new_access_leaves_the_number_as_it_is(filed):
    there, filing = moved(filed)

    approved(there, filing)

    website = Website.objects.get()
    assert [access.provider_id for access in website.accesses.order_by("pk")] == [filed.provider.pk, there.provider.pk]
    assert str(website.number).endswith("-1")


def test_a_new_access_at_another_provider_asks_for_the_filing_password(filed):
    knows_password(filed)

    with pytest.raises(MoveRefused, match="1018"):
        starting.begin(
            filed.host,
            Kind.NEW_ACCESS,
            play_kinds.target_of(filed.filing),
            provider_id=provider().pk,
            entrance=Entrance.PROVIDER,
            proof=PasswordProof("wrong", "127.0.0.1"),
        )


def test_a_changed_subject_keeps_number_and_certificate(filed):
    before = Subject.objects.get()
    name = f"{before.name}（改名）"

    approved(filed, drafted(filed, Kind.CHANGE_SUBJECT, **{"subject.name": name}))

    after = Subject.objects.get()
    assert (after.name, after.number) == (name, before.number)
    assert history.as_of(after.pk, timezone.localdate()).facts["subject"]["name"] == name


def test_a_change_that_changes_nothing_is_none(filed):
    filing = drafted(filed, Kind.CHANGE_SUBJECT)

    assert [finding.code for finding in checks.findings(filing)] == ["1999"]


def test_a_changed_website_keeps_number_and_domain(filed):
    before = Website.objects.get()
    filing = drafted(filed, Kind.CHANGE_WEBSITE, **{"websites.0.name": "改名后的示例网站"})
    with pytest.raises(MoveRefused, match="P402"):
        services.save_facts(filing.pk, filed.host, {"websites.0.domain": "other.cn"}, version=None)

    approved(filed, filing)

    after = Website.objects.get()
    assert (after.name, after.domain, after.number) == ("改名后的示例网站", before.domain, before.number)


def test_a_changed_access_has_the_new_addresses(filed):
    approved(filed, drafted(filed, Kind.CHANGE_ACCESS, **{"websites.0.access.ip_ranges": "192.31.196.9"}))

    assert Access.objects.get().ip_ranges == ["192.31.196.9"]


def test_the_only_access_is_not_cancelled_by_mistake(filed):
    filing = drafted(filed, Kind.CANCEL_ACCESS)
    assert [finding.code for finding in checks.findings(filing)] == ["1025"]

    services.save_facts(filing.pk, filed.host, {"cancellation.only_access": True}, version=None)
    approved(filed, filing)

    assert (Access.objects.get().live, Website.objects.get().live) == (False, True)


def test_a_cancelled_website_leaves_its_subject(filed):
    approved(filed, drafted(filed, Kind.CANCEL_WEBSITE))

    assert (Website.objects.get().live, Access.objects.get().live, Subject.objects.get().live) == (False, False, True)


def test_a_cancelled_subject_takes_everything_with_it(filed):
    knows_password(filed)
    filing = play_kinds.complete_draft(
        filed.host,
        Kind.CANCEL_SUBJECT,
        play_kinds.target_of(filed.filing),
        filed.provider.pk,
        number(),
        password=FILING_PASSWORD,
    )

    approved(filed, filing)

    assert (Website.objects.get().live, Access.objects.get().live, Subject.objects.get().live) == (False, False, False)
    assert history.as_of(Subject.objects.get().pk, timezone.localdate()) is None


def test_a_new_certificate_takes_over_and_the_old_one_stays_known(filed):
    """From the organisation code to the credit code: the same unit, which nobody can file a second time."""
    subject = Subject.objects.get()
    code = filed.filing.get("subject.cert_number")
    old = {"cert_type": 12, "cert_number": f"{code[8:16]}-{code[16]}"}
    kept = SubjectCertificate.objects.get()
    kept.cert_type, kept.number, kept.digest = 12, old["cert_number"], digests.of_certificate(old["cert_number"])
    kept.save()
    said = history.facts_now(subject)
    history.remember(subject, timezone.localdate(), said | {"subject": said["subject"] | old})

    approved(filed, drafted(filed, Kind.CHANGE_CERT, **{"subject.cert_type": 1, "subject.cert_number": code}))

    assert SubjectCertificate.objects.filter(subject=subject, live=True).count() == 2
    assert found(filed, filed.host, domain="another.cn").target == RecordTarget(subject.pk)


def test_a_move_leaves_no_gap(filed, client):
    knows_password(filed)
    there = Case(owner=filed.host)
    target = play_kinds.target_of(filed.filing)
    filing = starting.begin(
        filed.host,
        Kind.NEW_ACCESS,
        target,
        provider_id=there.provider.pk,
        entrance=Entrance.PROVIDER,
        proof=PasswordProof(FILING_PASSWORD, "127.0.0.1"),
        moves_from_id=target.access_id,
    )
    approved(there, play_kinds.fill(filing, filed.host, number(), {}))
    sign_in(client, user_of(filed.host))

    page = client.get(f"/filings/{filing.pk}/").content.decode()
    end = drafted(filed, Kind.CANCEL_ACCESS)
    approved(filed, end)

    assert f"kind=cancel_access&amp;subject={target.subject_id}&amp;website={target.website_id}" in page
    assert end.get("cancellation.reason") == code_tables.CHANGED_PROVIDER
    assert [access.live for access in Access.objects.order_by("pk")] == [False, True]
    assert Website.objects.get().live


def test_who_begins_a_move_again_leaves_whom_is_chosen_now(filed):
    knows_password(filed)
    there, target = Case(owner=filed.host), play_kinds.target_of(filed.filing)
    elsewhere = writer.enter_access(
        target.website_id, entry_types.AccessEntry(provider().pk, [1], [1], ["192.31.196.7"]), timezone.localdate()
    )

    def begun(leaves: int | None) -> Filing:
        return starting.begin(
            filed.host,
            Kind.NEW_ACCESS,
            target,
            provider_id=there.provider.pk,
            entrance=Entrance.PROVIDER,
            proof=PasswordProof(FILING_PASSWORD, "127.0.0.1"),
            moves_from_id=leaves,
        )

    first = begun(target.access_id)
    again = [begun(leaves) for leaves in (elsewhere.pk, None, target.access_id, target.access_id)]

    assert {filing.pk for filing in again} == {first.pk}
    assert [filing.moves_from_id for filing in again] == [elsewhere.pk, None, target.access_id, target.access_id]
    assert Filing.objects.get(pk=first.pk).moves_from_id == target.access_id
    foreign = on_record(provider()).accesses.get()
    ends.cancel_access(elsewhere.pk, timezone.localdate())
    for not_to_leave in (foreign, elsewhere):
        with pytest.raises(MoveRefused, match="1016"):
            begun(not_to_leave.pk)
    assert Filing.objects.get(pk=first.pk).moves_from_id == target.access_id


def test_only_the_pictures_of_the_hosts_own_papers_are_copied(filed):
    """Not the photo, nor the papers of the website's responsible person: the draft is about other websites."""
    knows_password(filed)
    pictured = set(filed.filing.evidence.values_list("path", flat=True))

    draft = starting.begin(
        filed.host,
        Kind.NEW_WEBSITE,
        play_kinds.target_of(filed.filing),
        provider_id=filed.provider.pk,
        entrance=Entrance.PROVIDER,
        proof=PasswordProof(FILING_PASSWORD, "127.0.0.1"),
    )

    assert "websites.0.papers.photo" in pictured
    copied = set(draft.evidence.values_list("path", flat=True))
    assert copied == {path for path in pictured if path.startswith("papers.")}


def test_where_one_time_codes_are_asked_for_the_password_is_not(filed, client):
    sign_in(client, user_of(filed.host))
    target = play_kinds.target_of(filed.filing)
    with codes_asked():
        page = client.get(f"/filings/begin/?kind=cancel_subject&subject={target.subject_id}").content.decode()
        filing = starting.begin(
            filed.host, Kind.CANCEL_SUBJECT, target, provider_id=filed.provider.pk, entrance=Entrance.PROVIDER
        )

    assert 'name="password"' not in page
    assert filing.proved_at is None


def test_a_returned_change_is_corrected_on_one_page_and_what_is_on_record_stays_closed(filed, client):
    filing = drafted(filed, Kind.CHANGE_SUBJECT, **{"subject.name": "改名后的示例有限公司"})
    play.submit(filing, filed.host)
    services.claim(filing.pk, filed.staff)
    remarks = [
        services.RemarkDraft(path=path, code="P101", seen="与营业执照不一致", expected="按营业执照填写")
        for path in ("subject.name", "subject.cert_number")
    ]
    services.send_back(filing.pk, filed.staff, version=None, remarks=remarks)
    sign_in(client, user_of(filed.host))

    page = client.get(f"/filings/{filing.pk}/correct/").content.decode()

    assert 'name="subject.name"' in page
    assert 'name="subject.cert_number"' not in page


def test_a_withdrawn_filing_about_a_record_is_begun_anew_not_copied(filed):
    filing = drafted(filed, Kind.NEW_WEBSITE)
    services.withdraw(filing.pk, filed.host, version=None)

    with pytest.raises(
        MoveRefused,
        match=_("Start this filing again from your record: the data on record may have changed."),
    ):
        services.copy(filing.pk, filed.host)


def test_a_cancellation_asks_for_no_papers(filed):
    assert checks.papers_of(drafted(filed, Kind.CANCEL_WEBSITE)) == ()


@pytest.mark.parametrize("by", ["another change", "the counter"])
def test_what_changed_meanwhile_is_not_taken_back_by_an_older_paper(filed, by):
    """A paper repeats the whole record; what was entered after it began would be lost."""
    subject = Subject.objects.get()
    older = drafted(filed, Kind.CHANGE_SUBJECT, **{"responsible.name": "王一新"})
    if by == "the counter":
        writer.change_email(subject.pk, "new@example.cn", timezone.localdate())
        subject.refresh_from_db()
    else:
        said = history.facts_now(subject)
        changed = said | {"responsible": said["responsible"] | {"office_phone": "010-66007777"}}
        history.remember(subject, timezone.localdate(), changed)

    words = _("The record has changed since this filing was started. Return the filing; its host must start it again.")
    with pytest.raises(MoveRefused, match=words):
        approved(filed, older)
    assert Subject.objects.get().responsible_email == subject.responsible_email


def test_nothing_is_added_to_a_suspended_record(filed):
    website = Website.objects.get()
    ends.suspend_website(website.pk, timezone.localdate())

    draft = drafted(filed, Kind.NEW_WEBSITE)
    assert "P112" not in [finding.code for finding in checks.findings(draft)]
    ends.suspend_subject(website.subject_id, timezone.localdate())
    assert "P112" in [finding.code for finding in checks.findings(draft)]
