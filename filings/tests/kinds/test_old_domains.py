"""Websites of before each had one domain: they keep theirs, give some up with a change, and never get one more."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from filings import facts, services
from filings.errors import FactsRefused, MoveRefused
from filings.kinds import Kind
from filings.models import Entrance, Filing
from filings.rules import checks, corrections, ownership
from filings.services import detection, starting
from filings.states import Status
from icp_portal.demo import old_records, play, play_kinds
from icp_portal.tests.builders import (
    Case,
    blacklisted_domain,
    case_at,
    host,
    number,
    on_record,
    provider,
    sign_in,
    user_of,
)
from ministry.models import LiveDomain, Website
from ministry.reference.lookups import understand
from ministry.register import conflict_types, conflicts, ends, entry_types, history, public_search, query, writer
from ministry.register.entry_types import RegisterConflict
from providers.views import after_bureau
from records import after_approval, proof_rows, proofs

pytestmark = pytest.mark.django_db

KEPT = "websites.0.kept_domains"


def names() -> list[str]:
    return [f"old-{number()}.cn", f"old-{number()}.com", f"old-{number()}.net"]


class Old:
    """A host whose record of this portal has been given a website of 2016 with three domains."""

    def __init__(self) -> None:
        self.case = case_at(Status.FILED)
        self.names = names()
        entry = old_records.website(self.case.filing, self.names)
        access = entry_types.AccessEntry(self.case.provider.pk, [1], [1], ["192.31.196.9"])
        self.website = writer.enter_website(self.case.filing.subject_id or 0, entry, access, old_records.APPROVED_ON)
        after_approval.take_up(self.website.subject)

    def begin(self, kind: Kind, **at: object) -> Filing:
        access = self.website.accesses.get()
        target = detection.RecordTarget(self.website.subject_id, self.website.pk, access.pk)
        where = {"provider_id": self.case.provider.pk} | at
        return starting.begin(self.case.host, kind, target, entrance=Entrance.PROVIDER, **where)

    def changed(self, **written: object) -> Filing:
        filing = self.begin(Kind.CHANGE_WEBSITE)
        return play_kinds.fill(filing, self.case.host, number(), {**written})

    def save(self, filing: Filing, **written: object) -> list[str]:
        """The codes of the findings after these facts have been written."""
        filing = services.save_facts(filing.pk, self.case.host, {**written}, version=None)
        return [finding.code for finding in checks.findings(filing)]


@pytest.fixture
def old() -> Old:
    return Old()


# --- The register --------------------------------------------------------------------------------------


def test_several_domains_come_only_with_what_is_older_than_the_rule(old):
    entry = old_records.website(old.case.filing, names())
    access = entry_types.AccessEntry(old.case.provider.pk, [1], [1], ["192.31.196.9"])

    with pytest.raises(ValueError, match="one domain"):
        writer.enter_website(old.website.subject_id, entry, access, date(2019, 4, 22))
    writer.enter_website(old.website.subject_id, entry, access, date(2019, 4, 21))


@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_live_domain_is_one_websites_whichever_of_its_domains_it_is(old, position):
    with pytest.raises(RegisterConflict, match="1005"):
        on_record(provider(), domain=old.names[position])
    taken = on_record(provider()).domain
    entry = old_records.website(old.case.filing, [*names()[:2], taken])
    access = entry_types.AccessEntry(old.case.provider.pk, [1], [1], ["192.31.196.9"])
    with pytest.raises(RegisterConflict, match="1005"):
        writer.enter_website(old.website.subject_id, entry, access, old_records.APPROVED_ON)


def test_the_database_itself_refuses_a_second_website_for_a_further_domain(old):
    other = on_record(provider())

    for columns in ({"domain": old.names[2]}, {"further_domains": [old.names[1]]}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Website.objects.filter(pk=other.pk).update(**columns)


def test_the_domains_of_a_cancelled_website_are_free(old):
    ends.cancel_website(old.website.pk, timezone.localdate())

    assert on_record(provider(), domain=old.names[2]).live
    assert not LiveDomain.objects.filter(website=old.website).exists()


def test_a_further_domain_is_met_by_conflicts_and_found_by_the_public(old, client):
    asked = [conflict_types.AskedWebsite(domain=old.names[1])]
    (met,) = conflicts.conflicts(conflict_types.ConflictQuestion(timezone.localdate(), websites=asked)).websites

    assert (met.code, met.website_id) == ("1005", old.website.pk)
    assert [one.website for one in public_search.found(understand(old.names[2]))] == [old.website]
    assert query.on_record("110000", old.names[2]) == [old.website.subject]
    page = client.get(reverse("query"), {"q": old.names[1]}).content.decode()
    assert all(name in page for name in old.names)


# --- The change ------------------------------------------------------------------------------------------


def test_a_change_gives_domains_up_and_the_number_stays(old):
    first, second, third = old.names
    filing = old.changed(**{KEPT: f"{third}\n{second}", "websites.0.home_url": f"www.{second}"})
    before = str(old.website.number)
    assert [finding.code for finding in checks.findings(filing) if finding.blocks] == []
    assert Website.objects.get(pk=old.website.pk).all_domains == old.names, "nothing before the approval"

    play_kinds.approved(filing, old.case.host, old.case.staff, old.case.reviewer)

    now = Website.objects.get(pk=old.website.pk)
    assert now.all_domains == [second, third], "in the order of the record"
    assert str(now.number) == before
    assert set(LiveDomain.objects.filter(website=now).values_list("domain", flat=True)) == {second, third}
    assert on_record(provider(), domain=first).live, "what was given up is free"
    (said,) = [site for site in ownership.now(now.subject_id).websites if site.website_id == now.pk]
    assert (said.facts["domain"], said.facts["kept_domains"]) == (second, f"{second}\n{third}")


def test_of_one_domain_left_the_website_is_as_any_other(old):
    filing = old.changed(**{KEPT: old.names[0]})
    play_kinds.approved(filing, old.case.host, old.case.staff, old.case.reviewer)

    assert Website.objects.get(pk=old.website.pk).all_domains == old.names[:1]
    after = old.begin(Kind.CHANGE_WEBSITE)
    assert facts.kept_domains(after.facts) == []
    with pytest.raises(MoveRefused, match="P402"):
        services.save_facts(after.pk, old.case.host, {"websites.0.domain": old.names[1]}, version=None)


def test_no_domain_is_added_and_one_stays(old):
    filing = old.begin(Kind.CHANGE_WEBSITE)

    assert "1004" in old.save(filing, **{KEPT: "\n".join([*old.names, "added.cn"])})
    assert "1004" in old.save(filing, **{KEPT: ""})
    assert "1004" in old.save(filing, **{KEPT: "no domain"})
    assert "1004" not in old.save(filing, **{KEPT: old.names[1].upper()})


def test_the_home_page_lies_in_a_domain_that_stays(old):
    filing = old.begin(Kind.CHANGE_WEBSITE)
    home = "websites.0.home_url"

    assert "1041" not in old.save(filing, **{home: f"www.{old.names[2]}"})
    assert "1041" in old.save(filing, **{KEPT: "\n".join(old.names[:2])})
    assert "1041" not in old.save(filing, **{home: old.names[1]})


def test_of_a_suspended_website_no_domain_is_given_up(old):
    """Filed anew it would be free of the closure."""
    filing = old.changed(**{KEPT: "\n".join(old.names[:1])})
    ends.suspend_website(old.website.pk, timezone.localdate())

    codes = {finding.code: finding.path for finding in checks.findings(filing) if finding.blocks}
    assert codes == {"P112": KEPT}
    assert "P112" not in old.save(filing, **{KEPT: "\n".join(old.names), "websites.0.name": "改名后的示例网站"})


@pytest.mark.parametrize("kind", [Kind.CHANGE_ACCESS, Kind.CANCEL_WEBSITE, Kind.CANCEL_ACCESS])
def test_other_kinds_show_the_domains_and_change_none(old, kind):
    filing = old.begin(kind)

    assert filing.get(KEPT).split() == old.names
    with pytest.raises(MoveRefused, match=corrections.closed_words([KEPT])):
        services.save_facts(filing.pk, old.case.host, {KEPT: old.names[0]}, version=None)


def test_what_nobody_asks_of_a_new_website_gives_it_no_domain():
    case = Case()
    case.filing.facts = facts.written(case.filing.facts, {KEPT: f"{case.filing.domain}\nsmuggled.cn"})
    case.filing.save()
    case.to(Status.FILED)

    assert Website.objects.get().all_domains == [case.filing.domain]


def test_a_first_filing_of_a_further_domain_is_refused(old):
    case = Case()
    values = {"websites.0.domain": old.names[2], "websites.0.home_url": old.names[2]}
    services.save_facts(case.filing.pk, case.host, values, version=None)

    with pytest.raises(FactsRefused) as refused:
        case.submit()
    assert "1005" in [finding.code for finding in refused.value.findings]


def test_two_changes_of_what_the_record_says_do_not_pass_unseen(old):
    """What was given up by one paper does not come back by an older one."""
    filing = old.changed(**{KEPT: "\n".join(old.names[:2])})
    play.submit(filing, old.case.host)
    play.verify(filing, old.case.staff)
    writer.change_website(old.website.pk, old_records.website(old.case.filing, old.names[:1]), timezone.localdate())

    with pytest.raises(
        MoveRefused,
        match=_(
            "The record has changed since this filing was started. Return the filing; its host must start it again."
        ),
    ):
        play.approve(filing, old.case.reviewer)


# --- Where they are shown -----------------------------------------------------------------------------------


def test_overview_and_form_show_all_domains_to_their_host_alone(old, client):
    sign_in(client, user_of(old.case.host))
    page = client.get(reverse("records:website", args=[old.website.pk])).content.decode()
    assert all(name in page for name in old.names)
    past = client.get(reverse("records:as_of", args=[old.website.subject_id])).content.decode()
    assert all(name in past for name in old.names)
    filing = old.begin(Kind.CHANGE_WEBSITE)
    form = client.get(reverse("filings:section", args=[filing.pk, "website"])).content.decode()
    assert 'name="kept_domains"' in form

    sign_in(client, user_of(host()))
    assert client.get(reverse("records:website", args=[old.website.pk])).status_code == 404


def test_a_website_with_one_domain_is_asked_for_no_more(client):
    case = case_at(Status.FILED)
    sign_in(client, user_of(case.host))
    target = play_kinds.target_of(case.filing)
    filing = starting.begin(
        case.host, Kind.CHANGE_WEBSITE, target, provider_id=case.provider.pk, entrance=Entrance.PROVIDER
    )

    form = client.get(reverse("filings:section", args=[filing.pk, "website"])).content.decode()
    assert "kept_domains" not in form


def test_a_proof_names_all_domains(old):
    proof = proofs.of_website(old.website.pk, old.case.host)

    assert [proof.content["domain"], *proof.content["further_domains"]] == old.names


def test_the_memory_says_which_domains_it_had_on_any_day():
    website = old_records.enter(number(), provider().pk, (old := names()), province="110000")
    entry = old_records.website(case_at(Status.DRAFT).filing, old[1:])
    writer.change_website(website.pk, entry, timezone.localdate())

    yesterday, today = timezone.localdate() - timedelta(days=1), timezone.localdate()
    said = [
        history.as_of(website.subject_id, day).websites[0].facts["kept_domains"].split() for day in (yesterday, today)
    ]
    assert said == [old, old[1:]]


# --- From the earlier system ----------------------------------------------------------------------------------


def load(tmp_path, *lines: str) -> str:
    """What the command says of a file with these lines."""
    file, said = tmp_path / "domains.csv", StringIO()
    file.write_text("\n".join(lines), encoding="utf-8")
    call_command("enter_old_domains", str(file), stdout=said)
    return said.getvalue()


def test_further_domains_are_taken_over_from_a_file(old, tmp_path):
    new, again = f"taken-{number()}.cn", old.names[1]

    assert "1 domains" in load(tmp_path, f"{old.website.number},{new.upper()}", "", f"{old.website.number},{again}")
    assert Website.objects.get(pk=old.website.pk).all_domains == [*old.names, new]
    assert old.begin(Kind.CHANGE_WEBSITE).get(KEPT).split() == [*old.names, new]


def test_a_file_with_a_fault_enters_nothing(old, tmp_path):
    good, other = f"{old.website.number},good-{number()}.cn", on_record(provider())
    faults = {
        f"{old.website.number},{other.domain}": "1005",
        f"{other.number},late-{number()}.cn": "one domain",
        "京ICP备2016999999号-1,a.cn": "no website",
        f"{old.website.number},no domain": "Line 2",
        "only one column": "wanted",
    }

    for line, said in faults.items():
        with pytest.raises(CommandError, match=said):
            load(tmp_path, good, line)
    assert Website.objects.get(pk=old.website.pk).all_domains == old.names


def test_a_kept_domain_on_the_blacklist_is_met(old):
    blacklisted_domain(old.names[2])
    filing = old.begin(Kind.CHANGE_WEBSITE)

    found = {finding.code: finding.path for finding in checks.findings(filing)}
    assert found["1064"] == KEPT
    assert "1064" not in old.save(filing, **{KEPT: "\n".join(old.names[:2])})


def test_a_provider_finds_its_filing_by_any_domain_and_then_the_website(old, client):
    filing = old.changed(**{KEPT: old.names[1], "websites.0.home_url": old.names[1]})
    play_kinds.approved(filing, old.case.host, old.case.staff, old.case.reviewer)

    assert facts.domains_of(filing.facts) == old.names[:2]
    assert [website.domain for website in after_bureau.filed(filing)["websites"]] == [old.names[1]]


def test_a_proof_of_the_subject_names_all_domains_of_its_websites(old):
    proof = proofs.of_subject(old.website.subject_id, old.case.host)

    assert [str(old.website.number), *old.names] in proof.content["websites"]
    said = dict(proof_rows.rows(proof.content))
    assert any("、".join(old.names) in words for words in said.values())


def test_what_is_refused_as_a_domain_is_no_advice_for_the_home_page(old):
    filing = old.begin(Kind.CHANGE_WEBSITE)
    written = {KEPT: f"{old.names[1]}\nadded.cn", "websites.0.home_url": "www.added.cn"}
    filing = services.save_facts(filing.pk, old.case.host, written, version=None)

    (advice,) = [finding.fix for finding in checks.findings(filing) if finding.code == "1041"]
    assert old.names[1] in advice
    assert "added" not in advice


def test_the_overview_names_every_domain_of_an_old_website(client, old):
    sign_in(client, user_of(old.case.host))
    pages = [reverse("records:home"), reverse("records:subject", args=[old.website.subject_id])]

    for live in (True, False):
        Website.objects.filter(pk=old.website.pk).update(live=live)
        for page in pages:
            assert f">{'、'.join(old.names)}</a>" in client.get(page).content.decode()


@pytest.mark.parametrize("ended", [False, True])
def test_the_bureau_finds_the_host_by_any_domain_in_one_row(old, ended, django_assert_num_queries):
    subject = old.website.subject
    for _n in range(3):
        on_record_of(subject.pk, old.case.provider.pk)
    if ended:
        ends.cancel_website(old.website.pk, timezone.localdate())

    for name in old.names:
        with django_assert_num_queries(1):
            assert query.on_record(subject.province, f"  {name.upper()}") == [subject]
        assert query.on_record("440000", name) == []
    assert query.on_record(subject.province, f"x{old.names[1]}") == []


def on_record_of(subject_id: int, provider_id: int) -> Website:
    """One more website of the host's."""
    name, person = f"more-{number()}.cn", ("示例人", "13800000001", "more@example.cn")
    entry = entry_types.WebsiteEntry("又一网站", name, f"www.{name}", [8], [1], *person)
    access = entry_types.AccessEntry(provider_id, [1], [1], ["192.31.196.10"])
    return writer.enter_website(subject_id, entry, access, timezone.localdate())


def test_a_domain_that_has_moved_leads_to_both_hosts(old):
    ends.cancel_website(old.website.pk, timezone.localdate())
    now = on_record(old.case.provider, domain=old.names[2], home_url=f"www.{old.names[2]}")

    assert query.on_record(now.subject.province, old.names[2]) == [old.website.subject, now.subject]
