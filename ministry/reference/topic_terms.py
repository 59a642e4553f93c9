"""Definitions of the topics of province rules: their columns, fields, precedence and form labels.

Rule validation, the operators' form and the host's form read them.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ministry.reference import code_tables
from ministry.reference.topics import WEBSITE, Audience, Demand, Precedence, Topic


class Lines(StrEnum):
    """Kind of the lines in a rule's list."""

    WORDS = "words"
    FORMS = "forms"
    ENDINGS = "endings"
    SERVICES = "services"
    CERTIFICATES = "certificates"
    APPROVALS = "approvals"
    DOCUMENTS = "documents"
    FIELDS = "fields"


@dataclass(frozen=True, slots=True)
class Amount:
    """Label, bounds and unit of a topic's number."""

    label: Promise | str
    help: Promise | str
    least: int = 1
    most: int = 100
    unit: Promise | str = ""


@dataclass(frozen=True, slots=True)
class List:
    """Kind and label of a topic's list; ``needed`` when a rule is meaningless without it."""

    lines: Lines
    label: Promise | str
    help: Promise | str = ""
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Terms:
    """The columns that a topic uses, and the fields it is about.

    ``several``: a province may have several rules of the topic at once if they name different lines. For papers and
    advice, the rule's own lines name the fields.
    """

    about: Promise | str
    paths: tuple[str, ...]
    precedence: Precedence = Precedence.REPLACES
    amount: Amount | None = None
    list: List | None = None
    demands: tuple[Demand, ...] = ()
    audiences: tuple[Audience, ...] = tuple(Audience)
    by_nature: bool = False
    several: bool = False
    of_individuals: tuple[str, ...] = ()  # the paths that concern individuals only


_SUBJECT, _RESPONSIBLE, _SITE, _MANAGER = "subject", "responsible", "websites.*", "websites.*.responsible"
_EVERY_PHONE = tuple(
    f"{person}.{phone}"
    for person in (_RESPONSIBLE, _MANAGER)
    for phone in ("mobile", "emergency_mobile", "office_phone")
)
_NAME = (f"{_SITE}.name",)
_WORDS_HELP = _("One a line.")
_WAITING = Terms(
    _(
        "After how many days without anybody's action the filing lapses. Host and provider are warned 30, 7 and 1 days "
        "before. Where there is no rule it waits for ever."
    ),
    (),
    amount=Amount(
        _("Number of days"), _("Counted from the last action of the host or the provider."), most=3650, unit=_("days")
    ),
    audiences=(Audience.EVERYBODY,),
)
TOPICS: Final[dict[Topic, Terms]] = {
    Topic.MINIMUM_AGE: Terms(
        _("From which age somebody may be host or responsible person. Known from the number of an identity card."),
        (f"{_SUBJECT}.cert_number", f"{_RESPONSIBLE}.cert_number", f"{_MANAGER}.cert_number"),
        of_individuals=(f"{_SUBJECT}.cert_number",),
        amount=Amount(
            _("Age"),
            _("Younger people are refused. 0 when a minor of any age may file with the papers named below."),
            least=0,
            unit=_("years"),
        ),
        list=List(
            Lines.DOCUMENTS,
            _("Papers of a minor"),
            _("What somebody of this age, but under 18, has to add."),
            needed=False,
        ),
    ),
    Topic.RESIDENCE: Terms(
        _(
            "Whether an individual whose identity card begins with another province may file. The digits stay when "
            "somebody moves, so this should warn and not block."
        ),
        (f"{_SUBJECT}.cert_number",),
        list=List(
            Lines.DOCUMENTS, _("Proof of residence"), _("Only where a proof of residence is asked for."), needed=False
        ),
        demands=(Demand.FREE, Demand.PERMIT, Demand.ONLY_LOCAL),
        audiences=(Audience.INDIVIDUALS,),
    ),
    Topic.LOCAL_PHONE: Terms(
        _(
            "Telephones must be of the province. Landlines are judged by their area code; where a mobile comes from "
            "can't be told, so the advice is shown there."
        ),
        _EVERY_PHONE,
        demands=(Demand.LANDLINE, Demand.MOBILE),
    ),
    Topic.ONE_PHONE: Terms(
        _("A mobile that another host has given is not accepted."),
        (f"{_RESPONSIBLE}.mobile", f"{_MANAGER}.mobile"),
    ),
    Topic.EMERGENCY_DIFFERS: Terms(
        _("The host's and the website's responsible person must give different emergency numbers."),
        (f"{_MANAGER}.emergency_mobile",),
    ),
    Topic.LEGAL_REPRESENTATIVE: Terms(
        _("Whether a unit's responsible person must be its legal representative."),
        (f"{_RESPONSIBLE}.legal_representative",),
        demands=(Demand.REQUIRED, Demand.AUTHORISATION, Demand.FREE),
        audiences=(Audience.UNITS,),
    ),
    Topic.MANAGER: Terms(
        _("Whether somebody else than the unit's responsible person may answer for the website."),
        (f"{_MANAGER}.same",),
        demands=(Demand.FREE, Demand.AUTHORISATION, Demand.SAME_PERSON),
        audiences=(Audience.UNITS,),
    ),
    Topic.CERTIFICATES_REFUSED: Terms(
        _("With which certificates a person can't be host or responsible person here."),
        (f"{_SUBJECT}.cert_type", f"{_RESPONSIBLE}.cert_type", f"{_MANAGER}.cert_type"),
        precedence=Precedence.ADDS,
        list=List(Lines.CERTIFICATES, _("Certificate types")),
        several=True,
    ),
    Topic.CERTIFICATE_MONTHS: Terms(
        _("How many months a responsible person's certificate must still be valid."),
        (f"{_RESPONSIBLE}.cert_until", f"{_MANAGER}.cert_until"),
        amount=Amount(_("Months"), _("Counted from the day on which the filing is submitted."), unit=_("months")),
    ),
    Topic.WEBSITES: Terms(
        _("How many websites one filing may hold."),
        (f"{_SITE}.domain",),
        amount=Amount(_("Websites"), _("The largest number allowed."), unit=pgettext_lazy("unit", "websites")),
    ),
    Topic.WEBSITE_NAMES_DIFFER: Terms(_("Two websites of one host must not have the same name."), _NAME),
    Topic.REMARK: Terms(
        _("With which service contents the website's remark must be filled in."),
        (f"{_SITE}.remark",),
        precedence=Precedence.ADDS,
        list=List(Lines.SERVICES, _("Service contents")),
        several=True,
    ),
    Topic.NAME_CHARACTERS: Terms(
        _("How many Chinese characters a website name must have."),
        _NAME,
        amount=Amount(_("Characters"), _("The smallest number allowed."), most=30, unit=_("characters")),
    ),
    Topic.NAME_BEGINNING: Terms(
        _("Words with which a website name must not begin. A unit that bears the word in its own name is only warned."),
        _NAME,
        precedence=Precedence.ADDS,
        list=List(Lines.WORDS, _("Words"), _WORDS_HELP),
        several=True,
    ),
    Topic.NAME_WORDS: Terms(
        _("Words that a website name must not hold. A unit that bears the word in its own name is only warned."),
        _NAME,
        precedence=Precedence.ADDS,
        list=List(Lines.WORDS, _("Words"), _WORDS_HELP),
        several=True,
    ),
    Topic.NAME_APPROVAL: Terms(
        _("Words that a website name may hold only with a prior approval."),
        _NAME,
        precedence=Precedence.ADDS,
        amount=Amount(_("Prior approval"), _("The official id of the approval that the words need."), most=999),
        list=List(Lines.WORDS, _("Words"), _WORDS_HELP),
        several=True,
    ),
    Topic.NAME_PLACEHOLDER: Terms(
        _("Names that say nothing, such as 测试 or 首页; also with 网站 or a number behind them."),
        _NAME,
        precedence=Precedence.ADDS,
        list=List(Lines.WORDS, _("Words"), _WORDS_HELP),
        several=True,
    ),
    Topic.NAME_FORM: Terms(
        _("The form that a website name should have."),
        _NAME,
        list=List(Lines.FORMS, _("Forms"), _("One a line; * stands for any text, as in *的个人主页. One must fit.")),
    ),
    Topic.SERVICES_FORBIDDEN: Terms(
        _("Service contents that can't be chosen here."),
        (f"{_SITE}.services",),
        precedence=Precedence.ADDS,
        list=List(Lines.SERVICES, _("Service contents")),
        several=True,
    ),
    Topic.SERVICES_REQUIRED: Terms(
        _("Service contents of which at least one must be chosen."),
        (f"{_SITE}.services",),
        list=List(Lines.SERVICES, _("Service contents")),
    ),
    Topic.DOMAIN_ENDINGS: Terms(
        _("Domain endings that are not accepted."),
        (f"{_SITE}.domain",),
        precedence=Precedence.ADDS,
        list=List(
            Lines.ENDINGS,
            _("Endings"),
            _("One a line, without the first dot. ?? means every ending of two letters; !cn means: but not cn."),
        ),
        several=True,
    ),
    Topic.APPROVAL: Terms(
        _("What a website with content that another authority approves has to show."),
        (f"{_SITE}.approvals",),
        precedence=Precedence.BY_LINE,
        list=List(Lines.APPROVALS, _("Prior approvals")),
        demands=(Demand.PAPER, Demand.PLEDGE, Demand.EITHER, Demand.ASK, Demand.NOTHING),
        several=True,
    ),
    Topic.PAPERS: Terms(
        _("Papers that every filing here has to show."),
        (),
        precedence=Precedence.ADDS,
        list=List(Lines.DOCUMENTS, _("Papers asked for")),
        by_nature=True,
        several=True,
    ),
    Topic.SUBJECT_CHANGE: Terms(
        _("To whom a filing on record may pass. Concerns changes, not a first filing."),
        (),
        demands=(Demand.OTHER_HOST, Demand.OWN_COMPANY, Demand.RENAME_ONLY),
    ),
    Topic.CHANGES: Terms(
        _(
            "How many changes of one host's record a provider may send to the bureau (code 1051). They are counted "
            "from the rule's first day to its last: write one rule for each span in which the count begins anew."
        ),
        (),
        amount=Amount(_("Number of changes"), _("The largest number allowed."), unit=_("changes of a record")),
    ),
    Topic.SHELLS: Terms(
        _("Whether a host on record whose websites have all been cancelled may have one added (code P111)."),
        (),
        demands=(Demand.MAY_ADD, Demand.CANCEL_FIRST),
    ),
    Topic.MIGRATION: Terms(
        _(
            "Whether a website on record may pass to another host without being cancelled first. Where there is no "
            "rule it may not (code P113)."
        ),
        (),
        demands=(Demand.MAY_MIGRATE, Demand.MAY_NOT_MIGRATE),
    ),
    Topic.YEARLY_CONFIRMATION: Terms(
        _(
            "In which days hosts have to confirm what is on record. Write one rule a year, as the bureau announces it: "
            "its first and last day are the time that the hosts have."
        ),
        (),
    ),
    Topic.CODES: Terms(
        _("Whether responsible persons prove a filing with a one-time code before the bureau receives it."),
        (),
        demands=(Demand.CODE, Demand.NO_CODE),
    ),
    Topic.DAYS_WITH_PROVIDER: _WAITING,
    Topic.DAYS_RETURNED_TO_HOST: _WAITING,
    Topic.DAYS_RETURNED_TO_PROVIDER: _WAITING,
    Topic.ADVICE: Terms(
        _("Something to know at a field that can't be judged by the portal."),
        (),
        precedence=Precedence.ADDS,
        list=List(Lines.FIELDS, _("Fields")),
        by_nature=True,
        several=True,
    ),
}
# Fields that advice may be about, with the labels of the form
FIELDS: Final[dict[str, Promise]] = {
    "subject.name": _("Name of the site host"),
    "subject.cert_type": _("Certificate type"),
    "subject.cert_number": _("Certificate number"),
    "subject.cert_address": _("Address on the certificate"),
    "subject.address": _("Postal address"),
    "subject.investor": _("Investor or superior unit"),
    "subject.remark": _("Remark of the host"),
    "responsible.legal_representative": _("Legal representative"),
    "responsible.cert_type": _("Responsible person: certificate type"),
    "responsible.cert_number": _("Responsible person: certificate number"),
    "responsible.mobile": _("Responsible person: mobile"),
    "responsible.emergency_mobile": _("Responsible person: emergency mobile"),
    "responsible.office_phone": _("Responsible person: office telephone"),
    "websites.*.name": _("Website name"),
    "websites.*.domain": _("Domain"),
    "websites.*.services": _("Service contents"),
    "websites.*.approvals": _("Prior approvals"),
    "websites.*.remark": _("Remark of the website"),
    "websites.*.responsible.same": _("Website's responsible person"),
}


def choices_of(lines: Lines) -> dict[str, Promise | str]:
    """Return the allowed lines of a list, line → name, in the official order; empty where any text is allowed."""
    if lines == Lines.SERVICES:
        return {str(code.id): code.name for code in code_tables.SERVICE_CONTENTS}
    if lines == Lines.CERTIFICATES:
        return {str(kind.id): kind.name for kind in code_tables.CERTIFICATE_TYPES if kind.nature == code_tables.PERSON}
    if lines == Lines.APPROVALS:
        return {str(code.id): code.name for code in code_tables.PRIOR_APPROVALS}
    if lines == Lines.DOCUMENTS:
        return {document.id: document.name for document in code_tables.DOCUMENTS}
    if lines == Lines.FIELDS:
        return {**FIELDS, **{document.path("*"): document.name for document in code_tables.DOCUMENTS}}
    return {}


def pattern_of(path: str) -> str:
    """Return a field's path as in ``Terms.paths``: ``websites.2.name`` → ``websites.*.name``."""
    return WEBSITE.sub("websites.*.", path)
