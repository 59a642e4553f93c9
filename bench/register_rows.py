"""Insert a synthetic register directly into the tables of a throw-away database.

Rows are made by SQL: subject n has one certificate, one contact and one website. One in five is an individual with one
of 800 names; the others are companies with usual names: city, brand, industry, 有限公司. Sealed columns hold no
ciphers, so only pages that don't unseal them can be shown. The audit log has no entries of these rows.
"""

import pgtrigger
from django.db import connection, transaction
from django.utils import timezone

# One in a hundred websites has this name.
COMMON_NAME, COMMON = "我的主页", 100
CITIES = "北京 上海 天津 重庆 广州 深圳 杭州 南京 武汉 成都 西安 沈阳 长沙 郑州 济南 青岛 厦门 福州 昆明 贵阳"
INDUSTRIES = "网络科技 信息技术 文化传媒 电子商务 教育咨询 医疗器械 物业管理 建筑工程 食品 机械设备 贸易 软件"
SURNAMES = "王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗"
GIVEN_NAMES = (
    "伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 霞 平 刚 秀英 桂英 建国 建华 志强 海燕 文 斌 宇 浩 凯 欣 颖 琳"
    " 玲 辉 鹏 飞 红 波"
)
BRANDS = 430  # characters that brands are made of, each with each
# The name of one subject in 4,000, the brand of few, and what one name in fifteen contains.
PERSON, BRAND, INDUSTRY = "王伟", "丈一", "网络科技"
PROVIDERS = 3_000  # a directory of many pages; the websites are at the first 50
TABLES = {
    "ministry_subject",
    "ministry_subjectcertificate",
    "ministry_subjectcontact",
    "ministry_website",
    "ministry_livedomain",
    "ministry_releaseddomain",
    "ministry_access",
    "ministry_registerchange",
    "ministry_blacklistedsubject",
    "ministry_blacklisteddomain",
}
# The triggers that enter changes in the audit log
AUDITED = [trigger.get_uri(model) for model, trigger in pgtrigger.registered() if trigger.name == "audited"]

_FILL = """
INSERT INTO providers_provider (id, name, slug, provinces, licence, about, contact_phone, contact_email, address,
                                accepts_new, is_active, logo, access_ways, access_places)
SELECT -n, 'costs ' || n, 'costs-' || n, '{{110000}}', 'B1', '', '400', 'a@b.cn', 'x', true, true, '', '{{}}', '{{}}'
FROM generate_series(1, {providers}) n;

INSERT INTO providers_measuredwork (provider_id, half, nine_tenths, decided, returned, counted_on)
SELECT -n, 2, 4, 100, 7, '{today}' FROM generate_series(1, {providers}) n;

INSERT INTO ministry_subject (id, province, year, serial, name, nature, division, address, responsible_name,
                              responsible_mobile, responsible_email, live, approved_on, last_sequence, password_hash)
SELECT -n, '110000', 2019 + n / 900000, n % 900000 + 1, CASE n % 5
         WHEN 0 THEN surnames[1 + n / 5 % cardinality(surnames)]
                     || given[1 + n / (5 * cardinality(surnames)) % cardinality(given)]
         ELSE cities[1 + n % cardinality(cities)] || chr(19968 + n % {brands}) || chr(19968 + n / {brands} % {brands})
              || industries[1 + n / 7 % cardinality(industries)] || '有限公司'
       END, CASE n % 5 WHEN 0 THEN 5 ELSE 4 END, '110105', 'x', 'x', 'x', 'x', true, '2026-01-01', 1, ''
FROM generate_series(1, {subjects}) n, (
    SELECT string_to_array('{cities}', ' ') AS cities, string_to_array('{industries}', ' ') AS industries,
           string_to_array('{surnames}', ' ') AS surnames, string_to_array('{given}', ' ') AS given
) AS words;

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

INSERT INTO ministry_livedomain (domain, website_id) SELECT 'd' || n || '.cn', -n FROM generate_series(1, {subjects}) n
ON CONFLICT DO NOTHING;

INSERT INTO ministry_access (website_id, provider_id, ways, places, ip_ranges, live)
SELECT -n, -(n % 50) - 1, '{{5}}', '{{2}}', '{{192.31.196.7}}', true
FROM generate_series(1, {subjects}) n;

INSERT INTO ministry_registerchange (what, subject_id, website_id, domains, day, at)
SELECT 'entered', -n, -n, ARRAY['d' || n || '.cn'], '2026-01-01', '{today}'::timestamptz + n * interval '1 microsecond'
FROM generate_series(1, {subjects}) n;

INSERT INTO ministry_blacklistedsubject (province, name, cert_type, number, digest, unit_digest, reason, source, since)
SELECT '', 'x', 1, 'x', lpad(n::text, 64, '0'), lpad(n::text, 64, '0'), 'x', 'x', '2026-01-01'
FROM generate_series(1, {listed}) n;

INSERT INTO ministry_blacklisteddomain (province, domain, reason, source, since)
SELECT '', 'd' || n || '.cn', 'x', 'x', '2026-01-01' FROM generate_series(1, {listed}) n;
"""

_WITHOUT_TRIGGERS = """
SELECT set_config('session_replication_role', 'replica', true) WHERE current_setting('is_superuser') = 'on'
"""


def fill(subjects: int) -> None:
    """Insert that many subjects with all that belongs to them, and a tenth as many entries of the blacklist."""
    words = {"cities": CITIES, "industries": INDUSTRIES, "surnames": SURNAMES, "given": GIVEN_NAMES, "brands": BRANDS}
    counts = {"providers": PROVIDERS, "subjects": subjects, "common": COMMON, "listed": subjects // 10}
    text = _FILL.format(name=COMMON_NAME, today=timezone.localdate(), **counts, **words)
    # Where we may, without triggers: those of foreign keys take ten times as long as the rows. Analysed before the
    # commit, where they run: with the plans made for empty tables each would read all rows.
    with transaction.atomic(), pgtrigger.ignore(*AUDITED), connection.cursor() as cursor:
        cursor.execute(_WITHOUT_TRIGGERS)
        cursor.execute(text.replace("%", "%%"), [])
        cursor.execute(f"ANALYZE {', '.join(sorted(TABLES))}")


def empty() -> None:
    """Remove the rows and everything that refers to them."""
    with pgtrigger.ignore(*AUDITED), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(sorted(TABLES))} CASCADE")
        cursor.execute("DELETE FROM providers_measuredwork WHERE provider_id < 0")
        cursor.execute("DELETE FROM providers_provider WHERE id < 0")


def domain_of(number: int) -> str:
    return f"d{number}.cn"
