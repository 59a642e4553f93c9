"""Results of the guide's questions. All except the first filing are a few sentences with links."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from icp_portal.guide import links, sources, topics
from icp_portal.guide.links import Link


class EndingKind(StrEnum):
    """What the visitor has to do."""

    FIRST_FILING = "first_filing"
    ADD_TO_NUMBER = "add_to_number"
    LICENCE = "licence"
    MINI_PROGRAM = "mini_program"
    APP = "app"
    COVERED = "covered"


@dataclass(frozen=True, slots=True)
class Ending:
    """A result other than a first filing: what it is, why and what to do; its source; links."""

    title: Promise
    paragraphs: tuple[Promise, ...]
    source: Promise
    links: tuple[Link, ...]


ENDINGS: dict[EndingKind, Ending] = {
    EndingKind.LICENCE: Ending(
        _("You need a licence, not a filing"),
        (
            _(
                "A service for which visitors pay, such as information or the making of web pages, is commercial. "
                "It needs a licence before it opens; a filing does not replace the licence."
            ),
            _(
                "The licence is applied for at the bureau of the province or at the ministry. "
                "This portal takes filings only, so nothing can be started here."
            ),
            _(
                "Is everything on the website free for visitors after all? Then change your answer below. "
                "If you are not sure, ask the bureau before you open the website."
            ),
        ),
        sources.ORDER_292_LICENCE,
        (topics.link("commercial-or-not"), topics.link("online-payment"), topics.link("which-bureau")),
    ),
    EndingKind.ADD_TO_NUMBER: Ending(
        _("You add the website under the number you have"),
        (
            _(
                "One certificate has one filing number. A further website goes under that number and gets the next "
                "figure at its end; a second first filing would be refused as a conflict of subjects."
            ),
            _(
                "Turn to the access provider through which the number was filed and ask for a new website. "
                "If the domain itself is filed already and only the hosting company is new, ask the new company for a "
                "new access; the number stays."
            ),
            _("You do not know the number? Look it up under your full name."),
        ),
        sources.OFFICIAL_GUIDE,
        (links.QUERY, links.FIND, topics.link("two-websites"), topics.link("subject-conflict")),
    ),
    EndingKind.MINI_PROGRAM: Ending(
        _("A mini-program is filed through its platform"),
        (
            _(
                "Start the filing in the platform's own console. "
                "The platform checks it and passes it on to the bureau; nothing is filed here."
            ),
            _(
                "The number comes with the letter X. The platform shows it to visitors by itself; "
                "you need not change the program."
            ),
            _(
                "Does the mini-program open pages under a domain or an IP address of your own? "
                "Then that website is filed as well: change your answer below."
            ),
        ),
        sources.OFFICIAL_GUIDE,
        (topics.link("mini-program-and-domain"), topics.link("show-the-number"), topics.link("on-a-platform")),
    ),
    EndingKind.APP: Ending(
        _("An app is filed before it is listed in a store"),
        (
            _(
                "An app is filed through the access provider that hosts its servers, before it is listed. "
                "Ask your provider for the filing of an app; this portal takes websites only."
            ),
            _("The number comes with the letter A and is shown in the app's settings, with a link to the ministry."),
            _("Has the app a website of its own? Then that website is filed as well: change your answer below."),
        ),
        sources.APPS,
        (links.FIND, links.DIRECTORY, topics.link("show-the-number")),
    ),
    EndingKind.COVERED: Ending(
        _("As a rule you need not file: the platform has"),
        (
            _(
                "A page or a shop on a platform is reached under the platform's domain. "
                "The platform is the host of that website and has it filed under its own number."
            ),
            _("Look the platform's domain up to be sure. If it is not on record, ask the platform before you publish."),
            _(
                "As soon as visitors reach you under a domain or an IP address of your own, you file that website: "
                "change your answer below."
            ),
        ),
        sources.ORDER_33_ARTICLE_5,
        (links.QUERY, topics.link("on-a-platform"), topics.link("online-payment")),
    ),
}
