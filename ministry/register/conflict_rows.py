"""Read the rows of the register and of the blacklist that a filing conflicts with, in one query.

The statement is written out: every saved page of a form sends it, and composing it from query sets took longer than
running it. ``conflicts`` says what each row means.
"""

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final, cast

from django.db import connection

from ministry.models import Access
from ministry.register import digests
from ministry.register.conflict_types import ConflictQuestion

if TYPE_CHECKING:
    from providers.models import Provider

Row = list[Any]

MOST_SUBJECTS: Final = 10
MOST_WEBSITES: Final = 100
MOST_CONTACTS: Final = 100

_CERTIFICATE: Final = (
    "(cert_type = %(cert_type)s AND digest = %(certificate)s OR unit_digest = %(unit)s AND unit_digest > '')"
)
_IN_FORCE: Final = "since <= %(day)s AND (until IS NULL OR until >= %(day)s)"

# ``own``: the filing's own subjects, by its certificate, which may be new, and by the record it is about. Websites are
# looked up by name one for each name: of many with a usual name, one is enough, and each look-up reads an index.
# Of many contacts of a subject, one for each person.
_STATEMENT: Final = f"""
WITH own AS MATERIALIZED (
    SELECT subject_id FROM ministry_subjectcertificate WHERE live AND ({_CERTIFICATE} OR subject_id = %(about)s)
), met AS MATERIALIZED (
    SELECT website_id AS id FROM ministry_livedomain WHERE domain = ANY(%(domains)s)
    UNION SELECT id FROM ministry_website WHERE live AND home_url = ANY(%(home_urls)s)
    UNION SELECT same.id FROM unnest(%(names)s::text[], %(services)s::int[]) AS asked (name, service), LATERAL (
        SELECT id FROM ministry_website w
        WHERE live AND w.name = asked.name AND w.service = asked.service AND subject_id NOT IN (TABLE own)
        LIMIT 1
    ) same
)
(SELECT 'subject', jsonb_build_array(
    s.id, c.id, c.cert_type, c.digest, s.province, <serving WHERE w.subject_id = s.id AND w.live>
 )::text
 FROM ministry_subjectcertificate c JOIN ministry_subject s ON s.id = c.subject_id
 WHERE c.live AND {_CERTIFICATE} ORDER BY s.id, c.id LIMIT {MOST_SUBJECTS})
UNION ALL
(SELECT 'website', jsonb_build_array(
    site.id, domain, further_domains, home_url, site.name, service, s.id, s.province, <serving WHERE w.id = site.id>
 )::text
 FROM ministry_website site JOIN ministry_subject s ON s.id = site.subject_id
 WHERE site.id IN (TABLE met) ORDER BY site.id LIMIT {MOST_WEBSITES})
UNION ALL
(SELECT DISTINCT ON (kind, digest, person_digest)
    'contact', jsonb_build_array(kind, digest, person_digest, s.id, s.province)::text
 FROM ministry_subjectcontact JOIN ministry_subject s ON s.id = subject_id
 WHERE digest = ANY(%(contacts)s) AND s.live AND s.id NOT IN (TABLE own)
 ORDER BY kind, digest, person_digest, s.id LIMIT {MOST_CONTACTS})
UNION ALL
(SELECT 'blacklist', jsonb_build_array('1065', '', reason, source, since, until)::text
 FROM ministry_blacklistedsubject WHERE {_CERTIFICATE} AND {_IN_FORCE})
UNION ALL
(SELECT 'blacklist', jsonb_build_array('1064', domain, reason, source, since, until)::text
 FROM ministry_blacklisteddomain WHERE domain = ANY(%(listed)s) AND {_IN_FORCE})
"""  # noqa: S608 — our own constants; what is asked are parameters
# The providers that serve websites, each once
_SERVING: Final = """(
    SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_object('id', p.id, 'name', p.name, 'slug', p.slug)), '[]')
    FROM ministry_access a JOIN ministry_website w ON w.id = a.website_id JOIN {providers} p ON p.id = a.provider_id
    WHERE a.live AND {websites}
)"""


def read(question: ConflictQuestion) -> dict[str, list[Row]]:
    """Return the rows as ``subject``, ``website``, ``contact`` and ``blacklist``. One query, none if nothing is asked.

    Empty values match nothing.
    """
    found: dict[str, list[Row]] = {"subject": [], "website": [], "contact": [], "blacklist": []}
    asked = _parameters(question)
    if not any(asked[name] for name in ("certificate", "domains", "home_urls", "names", "contacts", "listed")):
        return found
    with connection.cursor() as cursor:
        cursor.execute(_statement(), asked)
        for group, row in cursor.fetchall():
            found[group].append(json.loads(row))
    return found


def _parameters(question: ConflictQuestion) -> dict[str, Any]:
    cert_type, number = question.cert_type, question.cert_number
    has_certificate = bool(cert_type and number)
    named = sorted({(website.name, website.service) for website in question.websites if website.name})
    domains = sorted({website.domain for website in question.websites if website.domain})
    contacts = {digests.of_contact(contact.kind, contact.text) for contact in question.contacts}
    return {
        "cert_type": cert_type if has_certificate else None,
        "certificate": digests.of_certificate(number) if has_certificate else None,
        "unit": digests.of_unit(cert_type, number) if cert_type and has_certificate else None,
        "about": question.about,
        "domains": domains,
        "home_urls": sorted({website.home_url for website in question.websites if website.home_url}),
        "names": [name for name, _service in named],
        "services": [service for _name, service in named],
        "contacts": sorted(contacts - {""}),
        "listed": sorted({*domains, *filter(None, question.uses)}),
        "day": question.day,
    }


@cache
def _statement() -> str:
    """Return the statement. The providers' table is of an app above this one, reached by the foreign key."""
    providers = cast("type[Provider]", Access._meta.get_field("provider").related_model)
    table = connection.ops.quote_name(providers._meta.db_table)
    statement = _STATEMENT
    for websites in ("w.subject_id = s.id AND w.live", "w.id = site.id"):
        statement = statement.replace(
            f"<serving WHERE {websites}>", _SERVING.format(providers=table, websites=websites)
        )
    return statement
