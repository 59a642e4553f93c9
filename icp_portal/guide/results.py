"""Results of the guide's questions. All except the first filing are a few sentences with links."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from icp_portal.guide import links, sources, topics
from icp_portal.guide.links import Link


class ResultKind(StrEnum):
    """What the visitor has to do."""

    FIRST_FILING = "first_filing"
    ADD_TO_NUMBER = "add_to_number"
    LICENCE = "licence"
    MINI_PROGRAM = "mini_program"
    APP = "app"
    COVERED = "covered"


@dataclass(frozen=True, slots=True)
class GuideResult:
    """A result other than a first filing: what it is, why and what to do; its sources; links.

    ``about`` is that of ``topics.GuideTopic``.
    """

    title: Promise
    paragraphs: tuple[Promise, ...]
    sources: tuple[Promise, ...]
    links: tuple[Link, ...]
    about: tuple[str, ...] = ()


RESULTS: dict[ResultKind, GuideResult] = {
    ResultKind.LICENCE: GuideResult(
        _("You need a licence: file first, then apply for it"),
        (
            _(
                "A service visitors pay for, such as information or web page production, is commercial. It "
                "needs a licence before it goes live; a filing does not replace the licence."
            ),
            _(
                "File the website here first: the application for the licence asks for its filing number. Then "
                "apply at the bureau of the province or at the ministry. This portal handles filings only."
            ),
            _(
                "If everything on the website is free for visitors after all, change your answer below. If you "
                "are not sure, ask the bureau before the website goes live."
            ),
        ),
        (sources.ORDER_292_LICENCE,),
        (
            links.BEGIN,
            topics.link("commercial-or-not"),
            topics.link("online-payment"),
            topics.link("which-bureau"),
        ),
    ),
    ResultKind.ADD_TO_NUMBER: GuideResult(
        _("Add the website under your existing number"),
        (
            _(
                "Each certificate has one filing number. A further website goes under that number and gets the "
                "next suffix; another first-time filing would be returned as a conflict of subjects."
            ),
            _(
                "If the number is in your account, open it under “My records” and add the website there. If it is "
                "not, start a filing and enter certificate and domain: the portal finds the record and asks for "
                "what it needs."
            ),
            _(
                "If the domain itself is already on record and only the provider is new, it is a new access; the "
                "number stays the same."
            ),
            _("If you do not know the number, search for your full name."),
        ),
        (sources.OFFICIAL_GUIDE,),
        (
            links.MY_RECORDS,
            links.BEGIN,
            links.QUERY,
            topics.link("two-websites"),
            topics.link("subject-conflict"),
        ),
        ("filings.kinds.new_website", "filings.kinds.new_access", "filings.services.starting"),
    ),
    ResultKind.MINI_PROGRAM: GuideResult(
        _("A mini-program is filed through its platform"),
        (
            _(
                "The platform is its access provider: it verifies the filing and sends it to the bureau. If the "
                "platform is in the directory, start the filing here and choose it; otherwise start in the "
                "platform's own console."
            ),
            _("The number contains the letter X. The platform shows it to visitors; you need not change the program."),
            _(
                "If the mini-program opens pages on your own domain or IP address, that website needs a filing "
                "too: change your answer below."
            ),
        ),
        (sources.OFFICIAL_GUIDE,),
        (
            links.BEGIN,
            links.FIND,
            topics.link("mini-program-and-domain"),
            topics.link("show-the-number"),
            topics.link("on-a-platform"),
        ),
        ("ministry.reference.code_tables",),
    ),
    ResultKind.APP: GuideResult(
        _("An app must be filed before it is listed in a store"),
        (
            _(
                "An app is filed like a website, through the access provider of its servers. Start the filing here "
                "and choose APP as the type of service; if you have a number already, add the app under it."
            ),
            _("The number contains the letter A and must be shown in the app's settings, with a link to the ministry."),
            _("If the app also has a website, that website needs a filing too: change your answer below."),
        ),
        (sources.APPS,),
        (links.BEGIN, links.MY_RECORDS, links.FIND, topics.link("show-the-number")),
        ("ministry.reference.code_tables",),
    ),
    ResultKind.COVERED: GuideResult(
        _("You usually need no filing: the platform has one"),
        (
            _(
                "A page or shop on a platform is reached on the platform's domain. The platform is the host of "
                "that website and has filed it under its own number."
            ),
            _(
                "Check the platform's domain with the public query. If it is not on record, ask the platform "
                "before you publish."
            ),
            _(
                "Once visitors reach you on your own domain or IP address, that website needs your own filing: "
                "change your answer below."
            ),
        ),
        (sources.ORDER_33_ARTICLE_5,),
        (links.QUERY, topics.link("on-a-platform"), topics.link("online-payment")),
    ),
}

# The answers that lead to each ending.
WAYS = {
    ResultKind.LICENCE: "?charge=yes",
    ResultKind.ADD_TO_NUMBER: "?charge=no&reach=domain&number=yes",
    ResultKind.MINI_PROGRAM: "?charge=no&reach=mini_program",
    ResultKind.APP: "?charge=no&reach=app",
    ResultKind.COVERED: "?charge=no&reach=page",
}
