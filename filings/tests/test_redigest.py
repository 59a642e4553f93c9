"""DIGEST_KEY can be changed: afterwards certificates are found and kept unique as before."""

import pytest
from django.core.management import call_command
from django.utils import timezone
from post_office.models import Email

from accounts import api_keys
from accounts.models import ApiKey
from filings import services
from filings.agreements import migration_offers
from filings.kinds import Kind
from filings.models import Filing, Mailbox, PersonCheck
from filings.rules import reservations
from filings.states import Status
from filings.verification import one_time_codes
from icp_portal.demo import play, play_kinds
from icp_portal.tests.builders import GUANGDONG, Case, blacklisted_subject, code_for, host, host_user, number
from ministry import audit
from ministry.models import ContactKind, SubjectCertificate
from ministry.register import conflicts
from ministry.register.conflict_types import AskedContact, ConflictQuestion

pytestmark = pytest.mark.django_db


def test_responsible_persons_get_new_codes_and_are_found_by_them(settings, mailbox):
    case = Case(same=False).submit().ask_persons()
    checks = PersonCheck.objects.all()
    for check in checks:
        code_for(check, mailbox)
    settings.DIGEST_KEY = "another-digest-key-of-32-characters"

    call_command("redigest", verbosity=0)

    for check in checks.all():
        last = case.filing.get(f"{check.paths[0]}.cert_number")[-6:]
        one_time_codes.prove(check.mobile, last, code_for(check, mailbox), address="192.0.2.1")
    assert case.refresh().filing.status == Status.WITH_BUREAU


def test_a_new_digest_key_finds_units_contacts_and_the_blacklist_as_before(settings):
    filed, listed = Case(same=False).submit().verify().approve().filing, blacklisted_subject()
    number, today = filed.get("subject.cert_number"), timezone.localdate()
    mobiles = [
        AskedContact(ContactKind.MOBILE, filed.get(f"{path}.mobile"), filed.get(f"{path}.name"))
        for path in ("responsible", "websites.0.responsible")
    ]

    def found() -> list[list[object]]:
        return [
            [met.code for met in conflicts.conflicts(ConflictQuestion(today, 13, number)).subjects],
            [met.same_person for met in conflicts.conflicts(ConflictQuestion(today, contacts=mobiles)).contacts],
            [met.code for met in conflicts.conflicts(ConflictQuestion(today, 1, listed.number)).blacklist],
            [met.code for met in conflicts.conflicts(ConflictQuestion(today, 13, listed.number)).blacklist],
        ]

    before = found()
    assert before == [["P109"], [True, True], ["1065"], ["1065"]]
    settings.DIGEST_KEY = "another-digest-key-of-32-characters"
    assert found() == [[], [], [], []]

    call_command("redigest", verbosity=0)

    assert found() == before


def test_a_new_digest_key_finds_what_the_old_one_found(settings):
    filed, open_one = Case().submit().verify().approve(), Case().submit()
    corrected = Case().submit().send_back()
    services.unlock(corrected.filing.pk, corrected.host, version=None)
    facts = {"subject.cert_number": "91110105MA0000000X"}
    services.save_facts(corrected.filing.pk, corrected.host, facts, version=None)
    number = SubjectCertificate.objects.get().number

    def met() -> list[int]:
        question = ConflictQuestion(timezone.localdate(), 1, number)
        return [match.holder.subject_id for match in conflicts.conflicts(question).subjects]

    settings.DIGEST_KEY = "another-digest-key-of-32-characters"
    assert met() == []

    call_command("redigest", verbosity=0)

    assert met() == [filed.filing.subject_id]
    corrected_key = reservations.subject_key(corrected.filing.snapshots.get(round=1).facts)
    assert Filing.objects.get(pk=corrected.filing.pk).subject_digest == corrected_key
    kept = Filing.objects.get(pk=open_one.filing.pk)
    assert kept.subject_digest == reservations.subject_key(open_one.filing.facts)
    assert set(kept.reservations.values_list("key", flat=True)) == {
        claim.key for claim in reservations.claims(kept.facts)
    }


def test_a_filing_that_holds_nothing_any_more_gets_nothing_back(settings):
    """A migration whose offer was taken back lies about, while the host of the website files something else."""
    giver, taker = Case(province=GUANGDONG).to(Status.FILED), host()
    target = play_kinds.target_of(giver.filing)
    made = play_kinds.offer(giver.host, target.website_id, taker, number())
    migration = play_kinds.taken_over(taker, made, giver.provider.pk, number())
    play.submit(migration, taker)
    migration_offers.take_back(target.website_id, giver.host)
    other = play_kinds.complete_draft(giver.host, Kind.NEW_WEBSITE, target, giver.provider.pk, number())
    play.submit(other, giver.host)
    settings.DIGEST_KEY = "another-digest-key-of-32-characters"

    call_command("redigest", verbosity=0)

    assert list(reservations.about_records([giver.filing.subject_id])) == [other]
    assert not migration.reservations.exists()


def test_the_audit_log_is_sound_after_a_new_digest_key(settings):
    case = Case(same=False).submit().verify().approve()
    assert case.filing.photographs.exists()
    assert Mailbox.objects.exists()
    audit.seal()
    settings.DIGEST_KEY = "another-digest-key-of-32-characters"

    call_command("redigest", verbosity=0)
    audit.seal()

    assert list(audit.faults()) == []


def test_api_keys_are_ended_and_their_owners_told(settings):
    """Else they would stand on the owner's page as if they worked."""
    owner = host_user()
    _row, key = api_keys.make(owner, "nightly check")
    settings.DIGEST_KEY = "another-digest-key-of-32-characters"
    assert api_keys.owner_of(key) is None

    call_command("redigest", verbosity=0)

    assert not ApiKey.objects.filter(ended_at=None).exists()
    assert Email.objects.filter(to=owner.email).count() == 2
    assert api_keys.owner_of(api_keys.make(owner, "nightly check")[1]) == owner
