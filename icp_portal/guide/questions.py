"""The guide's questions in their order, and the walk through them.

The answers are in the query string (``?charge=no&reach=domain…``): pages can be shared, the back button works, and
invalid values count as not answered.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from icp_portal.guide.links import Link
from icp_portal.guide.results import ResultKind
from icp_portal.guide.topics import link
from ministry.reference import code_tables, english, provinces

Choices = tuple[tuple[str, Promise | str], ...]
Answers = dict[str, str]

UNKNOWN = "none"  # value of the provider when it is not known yet
_SLUG = re.compile(r"[-a-zA-Z0-9_]{1,50}")


@dataclass(frozen=True, slots=True)
class GuideQuestion:
    """A question, its answers, and those that end the walk. ``choices`` is empty for providers of the directory."""

    id: str
    title: Promise
    hint: Promise
    more: Link
    choices: Choices = ()
    ends: Mapping[str, ResultKind] | None = None

    def takes(self, value: str) -> bool:
        """Return whether ``value`` is valid as an answer."""
        if self.choices:
            return value in dict(self.choices)
        return _SLUG.fullmatch(value) is not None


def _natures() -> Choices:
    """Return the natures as choices, enterprises and individuals first, because most hosts are one of them."""
    order = (code_tables.ENTERPRISE, code_tables.PERSON)
    rows = sorted(code_tables.NATURES, key=lambda code: order.index(code.id) if code.id in order else len(order))
    return tuple((str(code.id), english.label(code.name)) for code in rows)


CHARGE = GuideQuestion(
    "charge",
    _("Do visitors pay you for information or for services such as web page production?"),
    _("What is free for everybody needs a filing. What visitors pay for needs a licence instead."),
    link("commercial-or-not"),
    (("no", _("No, what the website offers is free")), ("yes", _("Yes, visitors pay for it"))),
    {"yes": ResultKind.LICENCE},
)
REACH = GuideQuestion(
    "reach",
    _("How do visitors reach what you publish?"),
    _("If there are several ways, choose the first one that applies."),
    link("on-a-platform"),
    (
        ("domain", _("On my own domain, such as example.cn")),
        ("ip", _("By an IP address, without a domain")),
        ("mini_program", _("Only in a mini-program on a platform")),
        ("page", _("Only on a page or shop on somebody else's platform")),
        ("app", _("Only in an app from a store")),
    ),
    {"mini_program": ResultKind.MINI_PROGRAM, "page": ResultKind.COVERED, "app": ResultKind.APP},
)
NUMBER = GuideQuestion(
    "number",
    _("Do you already have a filing number?"),
    _("The certificate decides: the same certificate has the same number, whatever the name of the website."),
    link("two-websites"),
    (("no", _("No, not yet")), ("yes", _("Yes, I have one")), ("unsure", _("I do not know"))),
    {"yes": ResultKind.ADD_TO_NUMBER},
)
NATURE = GuideQuestion(
    "nature",
    _("Who will be the host of the website?"),
    _("Choose according to the certificate you file with."),
    link("access-provider"),
    _natures(),
)
PROVINCE = GuideQuestion(
    "province",
    _("In which province is the address on the certificate?"),
    _("Use the address on the certificate. The location of the server does not matter."),
    link("which-bureau"),
    provinces.CHOICES,
)
HOST = GuideQuestion(
    "host",
    _("Which company hosts the website?"),
    _(
        "This is your access provider: the company that provides the server or line of the website. You "
        "file through it."
    ),
    link("access-provider"),
)

QUESTIONS = (CHARGE, REACH, NUMBER, NATURE, PROVINCE, HOST)


@dataclass(frozen=True, slots=True)
class GuideWalk:
    """The answers followed so far, and the next open question or the end reached.

    ``known`` are all valid answers given, including those after the open question.
    """

    known: Answers
    answers: Answers
    question: GuideQuestion | None
    end: ResultKind | None

    @property
    def step(self) -> int:
        """Return the number of the current question, from 1."""
        return len(self.answers) + 1


def walk(given: Mapping[str, str]) -> GuideWalk:
    """Follow the answers to the first open question or an end. Every combination of valid answers has an end."""
    known = {question.id: given[question.id] for question in QUESTIONS if question.takes(given.get(question.id, ""))}
    answers: Answers = {}
    for question in QUESTIONS:
        if question.id not in known:
            return GuideWalk(known, answers, question, None)
        answers[question.id] = known[question.id]
        if end := (question.ends or {}).get(known[question.id]):
            return GuideWalk(known, answers, None, end)
    return GuideWalk(known, answers, None, ResultKind.FIRST_FILING)


def address(answers: Mapping[str, str]) -> str:
    """Return the guide's URL with these answers."""
    return f"{reverse('guide:ask')}?{urlencode(answers)}" if answers else reverse("guide:ask")


def without(answers: Mapping[str, str], question: GuideQuestion) -> Answers:
    """Return the answers without that of ``question``, which is asked again."""
    return {name: value for name, value in answers.items() if name != question.id}
