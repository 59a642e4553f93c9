"""The blacklist at the bureau's desk: entered, ended with a reason, and read by no other bureau."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from bureaus.tests.queue_pages import text
from icp_portal.demo import invent
from icp_portal.tests.builders import BEIJING, GUANGDONG, blacklisted_domain, blacklisted_subject, client_of, reviewer
from ministry.models import BlacklistedDomain, BlacklistedSubject

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]

SUBJECTS, DOMAINS = "/bureau/orders/blacklist/subjects/", "/bureau/orders/blacklist/domains/"
LISTED = {"reason": "提供虚假材料", "source": "京通管罚〔2026〕7号", "since": "2026-03-01", "until": ""}


@pytest.fixture(autouse=True)
def _wednesday(time_machine):
    time_machine.move_to("2026-11-25 10:00+08:00", tick=False)


def test_a_bureau_enters_hosts_and_domains_and_reads_them_with_the_number_masked():
    client, number = client_of(reviewer()), invent.credit_code(5)
    assert client.get(f"{SUBJECTS}new/").context["form"].initial["since"] == timezone.localdate()

    company = {"name": "示例公司", "cert_type": 1, "number": number}
    subject = client.post(f"{SUBJECTS}new/", LISTED | company, follow=True)
    domain = client.post(f"{DOMAINS}new/", LISTED | {"domain": "Listed.CN"}, follow=True)

    entries = BlacklistedSubject.objects.get(), BlacklistedDomain.objects.get()
    assert [(entry.province, entry.since, entry.until) for entry in entries] == [(BEIJING, date(2026, 3, 1), None)] * 2
    assert entries[1].domain == "listed.cn"
    assert [page.redirect_chain[0][0] for page in (subject, domain)] == [
        f"{SUBJECTS}{entries[0].pk}/",
        f"{DOMAINS}{entries[1].pk}/",
    ]
    assert "Added to the blacklist; it applies from its first day." in text(domain)
    listed = {url: [row["what"] for row in client.get(url).context["rows"]] for url in (SUBJECTS, DOMAINS)}
    assert listed == {SUBJECTS: ["示例公司"], DOMAINS: ["listed.cn"]}
    assert "提供虚假材料" in text(subject)
    assert number not in text(subject)
    assert text(subject).count(number[-4:]) > 0


@pytest.mark.parametrize(
    ("wrong", "field"), [({"domain": "x"}, "domain"), ({"until": "2026-02-28"}, "until"), ({"reason": ""}, "reason")]
)
def test_a_wrong_entry_is_named_at_its_field_and_kept(wrong, field):
    page = client_of(reviewer()).post(f"{DOMAINS}new/", LISTED | {"domain": "listed.cn"} | wrong)

    assert list(page.context["form"].errors) == [field]
    assert "京通管罚〔2026〕7号" in text(page)
    assert not BlacklistedDomain.objects.exists()


def test_an_entry_ends_with_a_reason_and_the_slower_of_two_keeps_what_was_typed():
    entry = blacklisted_domain(province=BEIJING)
    slow, fast = client_of(reviewer()), client_of(reviewer())
    url = f"{DOMAINS}{entry.pk}/"
    seen = fast.get(url).context["form"]["seen"].value()
    sent = {"until": "2026-12-31", "why": "已整改", "seen": seen}

    done = fast.post(url, sent, follow=True)
    lost = slow.post(url, sent | {"until": "2027-01-31", "why": "另一原因"})

    entry.refresh_from_db()
    assert entry.until == date(2026, 12, 31)
    assert "The last day has been recorded." in text(done)
    assert ("已整改" in text(done), "另一原因" in text(lost)) == (True, True)
    assert lost.context["form"].non_field_errors()
    assert lost.context["entry"].until == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("since", "until", "label", "tone"),
    [
        (-9, None, "in force", "wrong"),
        (0, 0, "in force", "wrong"),
        (1, None, "not yet in force", "neutral"),
        (-9, -1, "ended", "neutral"),
    ],
)
def test_an_entry_is_in_force_from_its_first_to_its_last_day(since, until, label, tone):
    today = timezone.localdate()
    last = None if until is None else today + timedelta(days=until)
    blacklisted_domain(province=BEIJING, since=today + timedelta(days=since), until=last)

    (row,) = client_of(reviewer()).get(DOMAINS).context["rows"]

    assert (str(row["pill"].label), row["pill"].tone) == (label, tone)


def test_a_bureau_reads_and_ends_its_own_entries_only():
    entries = {SUBJECTS: blacklisted_subject(province=GUANGDONG), DOMAINS: blacklisted_domain(province=GUANGDONG)}
    client = client_of(reviewer())

    for url, entry in entries.items():
        assert client.get(url).context["rows"] == []
        assert [client.get(f"{url}{entry.pk}/").status_code, client.post(f"{url}{entry.pk}/").status_code] == [404] * 2
    assert client.get("/bureau/orders/blacklist/people/").status_code == 404
