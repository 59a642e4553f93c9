"""Frequently asked questions: the ten of the official guide and those its readers asked in comments.

Each has a permanent URL. The text is in ``templates/guide/questions/``, its figures come from
``icp_portal.guide.figures``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from icp_portal.guide import figures, links, sources
from icp_portal.guide.links import Link


@dataclass(frozen=True, slots=True)
class GuideTopic:
    """A question with its sources, related links, and ``facts`` that its page shows besides the common ones.

    ``about`` names the modules whose rules the answer tells: when they change, the page has to be checked again.
    """

    slug: str
    title: Promise
    sources: tuple[Promise, ...]
    related: tuple[str, ...]
    pages: tuple[Link, ...] = ()
    facts: Callable[[], dict[str, Any]] = dict
    about: tuple[str, ...] = ()

    @property
    def template(self) -> str:
        """Return the template with the answer."""
        return f"guide/questions/{self.slug.replace('-', '_')}.html"

    @property
    def link(self) -> Link:
        """Return the link to its page."""
        return Link(self.title, "guide:topic", (self.slug,))

    @property
    def further(self) -> list[Link]:
        """Return links to related questions, then to pages of the portal."""
        return [*(BY_SLUG[slug].link for slug in self.related), *self.pages]


OFFICIAL = (
    GuideTopic(
        "commercial-or-not",
        _("What is the difference between a commercial and a non-commercial service?"),
        (sources.ORDER_292_LICENCE,),
        ("online-payment", "prior-approval"),
        (links.GUIDE,),
    ),
    GuideTopic(
        "change-a-filing",
        _("How do I change a filing?"),
        (sources.OFFICIAL_GUIDE, sources.ORDER_33_ARTICLE_14),
        ("how-long", "lost-password"),
        (links.MY_FILINGS, links.FIND),
        figures.changes,
        about=(
            "filings.states",
            "filings.kinds.change_subject",
            "filings.kinds.change_cert",
            "filings.kinds.change_website",
            "filings.kinds.change_record",
        ),
    ),
    GuideTopic(
        "subject-conflict",
        _("What do I do about a conflict of subjects?"),
        (sources.OFFICIAL_GUIDE, sources.INTERFACE),
        ("two-websites", "which-bureau", "domain-conflict"),
        (links.QUERY, links.FIND),
        figures.numbers,
        about=("ministry.register.conflicts", "filings.kinds.change_cert"),
    ),
    GuideTopic(
        "domain-conflict",
        _("What do I do about a conflict of domains?"),
        (sources.OFFICIAL_GUIDE, sources.ONE_DOMAIN),
        ("which-bureau", "subject-conflict"),
        (links.QUERY,),
        figures.numbers,
        about=("ministry.register.conflicts", "filings.kinds.migrate_website"),
    ),
    GuideTopic(
        "lost-password",
        _("What do I do if I have lost the filing password?"),
        (sources.OFFICIAL_GUIDE,),
        ("code-or-password", "which-bureau", "change-a-filing"),
        (links.RECOVER, links.FIND),
        figures.recovery,
        about=("ministry.passwords.recoveries", "ministry.passwords.tries"),
    ),
    GuideTopic(
        "how-a-filing-travels",
        _("What has changed in the filing process since the old system?"),
        (sources.OFFICIAL_GUIDE, sources.ORDER_33_ARTICLE_3),
        ("how-long", "access-provider"),
        (links.GUIDE, links.DIRECTORY),
        figures.travel,
        about=("filings.states",),
    ),
    GuideTopic(
        "prior-approval",
        _("Which contents need a prior approval?"),
        (sources.ORDER_292_ARTICLE_5, sources.ORDER_33_ARTICLE_11),
        ("commercial-or-not", "online-payment"),
        (links.GUIDE,),
        figures.approvals,
        about=("ministry.reference.code_tables",),
    ),
    GuideTopic(
        "how-long",
        _("How long does the review take?"),
        (sources.ORDER_33_ARTICLE_12, sources.OFFICIAL_GUIDE),
        ("how-a-filing-travels", "change-a-filing"),
        (links.GUIDE, links.MY_FILINGS),
        figures.deadline,
        about=("filings.clock", "ministry.calendar.workdays"),
    ),
    GuideTopic(
        "ip-only",
        _("My website has an IP address and no domain. Do I need a filing?"),
        (sources.ORDER_33_ARTICLE_5,),
        ("on-a-platform", "access-provider"),
        (links.GUIDE, links.FIND),
        about=("ministry.reference.addresses",),
    ),
    GuideTopic(
        "two-websites",
        _("Can one host file two websites under two identical subjects?"),
        (sources.OFFICIAL_GUIDE,),
        ("subject-conflict", "mini-program-and-domain"),
        (links.QUERY,),
        figures.numbers,
        about=("ministry.reference.numbers",),
    ),
)

ALSO_ASKED = (
    GuideTopic(
        "access-provider",
        _("What is an access provider, and where do I find one?"),
        (sources.OFFICIAL_GUIDE,),
        ("how-a-filing-travels", "ip-only"),
        (links.FIND, links.DIRECTORY, links.GUIDE),
    ),
    GuideTopic(
        "on-a-platform",
        _("I use a platform and have no domain of my own. How do I file?"),
        (sources.ORDER_33_ARTICLE_5,),
        ("ip-only", "online-payment", "mini-program-and-domain"),
        (links.GUIDE, links.QUERY),
    ),
    GuideTopic(
        "online-payment",
        _("My page takes online payments. Do I need a filing or a licence?"),
        (sources.ORDER_292_ARTICLE_3, sources.ORDER_33_ARTICLE_5),
        ("commercial-or-not", "on-a-platform", "which-bureau"),
        (links.GUIDE,),
        figures.payments,
        about=("ministry.reference.code_tables",),
    ),
    GuideTopic(
        "mini-program-and-domain",
        _("The domain and the mini-program belong to different subjects. What do I do?"),
        (sources.DOMAIN_HOLDER, sources.ONE_DOMAIN),
        ("domain-conflict", "two-websites", "show-the-number"),
        (links.QUERY,),
        about=("filings.kinds.migrate_website",),
    ),
    GuideTopic(
        "show-the-number",
        _("Where must the filing number be shown?"),
        (sources.ORDER_33_ARTICLE_13, sources.ORDER_292_ARTICLE_12),
        ("mini-program-and-domain", "how-long"),
        (links.MY_FILINGS, links.QUERY),
        figures.numbers,
        about=("records.footers",),
    ),
    GuideTopic(
        "code-or-password",
        _("Filing password or verification code: what proves that a filing is mine?"),
        (sources.OFFICIAL_GUIDE, sources.CODES),
        ("lost-password", "change-a-filing"),
        (links.CODE, links.RECOVER),
        figures.codes,
        about=("filings.rules.required_codes", "ministry.passwords.passwords"),
    ),
    GuideTopic(
        "which-bureau",
        _("Which bureau decides, and how do I contact it?"),
        (sources.ORDER_33_ARTICLE_3,),
        ("how-a-filing-travels", "domain-conflict"),
        (links.DIRECTORY, links.GUIDE),
        figures.bureaus,
        about=("ministry.reference.provinces",),
    ),
)

BY_SLUG = {topic.slug: topic for topic in (*OFFICIAL, *ALSO_ASKED)}


def link(slug: str) -> Link:
    """Return the link to a question's page; raise KeyError for an unknown question."""
    return BY_SLUG[slug].link


def facts_of(topic: GuideTopic) -> dict[str, Any]:
    """Return the figures for the topic's page. Three queries at most."""
    return {"working_days": figures.WORKING_DAYS, **topic.facts()}
