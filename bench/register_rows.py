"""Insert a synthetic register directly into the tables of a throw-away database.

Rows are made by SQL: subject n has one certificate, one contact and one website. Sealed columns hold no
ciphers, so only pages that don't unseal them can be shown. The audit log has no entries of these rows.
"""

import pgtrigger
from django.db import connection, transaction

# One in a hundred websites has this name.
COMMON_NAME, COMMON = "我的主页", 100
TABLES = {
    "ministry_subject",
    "ministry_subjectcertificate",
    "ministry_subjectcontact",
    "ministry_website",
    "ministry_livedomain",
    "ministry_access",
    "ministry_blacklistedsubject",
    "ministry_blacklisteddomain",
}
# The triggers that enter changes in the audit log
AUDITED = [trigger.get_uri(model) for model, trigger in pgtrigger.registered() if trigger.name == "audited"]

_FILL = """
INSERT INTO providers_provider (id, name, slug, provinces, licence, about, contact_phone, contact_email, address,
                                accepts_new, is_active, logo, access_ways, access_places)
SELECT -n, 'costs ' || n, 'costs-' || n, '{{110000}}', 'B1', '', '400', 'a@b.cn', 'x', true, true, '', '{{}}', '{{}}'
FROM generate_series(1, 50) n;

INSERT INTO ministry_subject (id, province, year, serial, name, nature, division, address, responsible_name,
                              responsible_mobile, responsible_email, live, approved_on, last_sequence, password_hash)
SELECT -n, '110000', 2019 + n / 900000, n % 900000 + 1, '公司' || n, 4, '110105', 'x', 'x', 'x', 'x', true,
       '2026-01-01', 1, ''
FROM generate_series(1, {subjects}) n;

INSERT INTO ministry_subjectcertificate (subject_id, cert_type, number, digest, unit_digest, live)
SELECT -n, 1, 'x', lpad(n::text, 64, '0'), CASE n % 3 WHEN 0 THEN '' ELSE lpad(n::text, 64, '0') END, true
FROM generate_series(1, {subjects}) n;

INSERT INTO ministry_subjectcontact (subject_id, kind, digest, person_digest)
SELECT -n, CASE n % 2 WHEN 0 THEN 'mobile' ELSE 'email' END, lpad(n::text, 64, '0'), lpad(n::text, 64, '0')
FROM generate_series(1, {subjects}) n;

INSERT INTO ministry_website (id, subject_id, sequence, name, domain, home_url, services, languages,
                              responsible_name, responsible_mobile, responsible_email, live, approved_on)
SELECT -n, -n, 1, CASE n % {common} WHEN 0 THEN '{name}' ELSE '网站' || n END, 'd' || n || '.cn', 'www.d' || n || '.cn',
       '{{8}}', '{{1}}', 'x', 'x', 'x', true, '2026-01-01'
FROM generate_series(1, {subjects}) n;

INSERT INTO ministry_access (website_id, provider_id, ways, places, ip_ranges, live)
SELECT -n, -(n % 50) - 1, '{{5}}', '{{2}}', '{{192.31.196.7}}', true
FROM generate_series(1, {subjects}) n;

INSERT INTO ministry_blacklistedsubject (province, name, cert_type, number, digest, unit_digest, reason, source, since)
SELECT '', 'x', 1, 'x', lpad(n::text, 64, '0'), lpad(n::text, 64, '0'), 'x', 'x', '2026-01-01'
FROM generate_series(1, {listed}) n;

INSERT INTO ministry_blacklisteddomain (province, domain, reason, source, since)
SELECT '', 'd' || n || '.cn', 'x', 'x', '2026-01-01' FROM generate_series(1, {listed}) n;
"""


def fill(subjects: int) -> None:
    """Insert that many subjects with all that belongs to them, and a tenth as many entries of the blacklist."""
    text = _FILL.format(subjects=subjects, name=COMMON_NAME, common=COMMON, listed=subjects // 10)
    # Analysed before the commit, where the foreign keys are checked: with the plans made for empty tables each of the
    # checks would read all rows.
    with transaction.atomic(), pgtrigger.ignore(*AUDITED), connection.cursor() as cursor:
        cursor.execute(text.replace("%", "%%"), [])
        cursor.execute(f"ANALYZE {', '.join(sorted(TABLES))}")


def empty() -> None:
    """Remove the rows and everything that refers to them."""
    with pgtrigger.ignore(*AUDITED), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(sorted(TABLES))} CASCADE")
        cursor.execute("DELETE FROM providers_provider WHERE id < 0")


def domain_of(number: int) -> str:
    return f"d{number}.cn"
