"""Definitions of the topics of province rules: their columns, fields, precedence and form labels.

Rule validation, the operators' form and the host's form read them.
"""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ministry.reference.rule_lines import Lines
from ministry.reference.topics import WARNED_BEFORE, WEBSITE, Audience, Demand, Precedence, Topic


@dataclass(frozen=True, slots=True)
class Amount:
    """Label, bounds and unit of a topic's number."""

    label: Promise | str
    help: Promise | str
    least: int = 1
    most: int = 100
    unit: Promise | str = ""
    is_approval: bool = False  # the id of a prior approval, to be chosen by name


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
    told_ahead: bool = True  # False: a province's rule, too, is told at the field only when it is not met
    replaces_advice: bool = False  # a province's rule says what to choose, so nationwide advice there may contradict it


_SUBJECT, _RESPONSIBLE, _SITE, _MANAGER = "subject", "responsible", "websites.*", "websites.*.responsible"
_EVERY_PHONE = tuple(
    f"{person}.{phone}"
    for person in (_RESPONSIBLE, _MANAGER)
    for phone in ("mobile", "emergency_mobile", "office_phone")
)
_NAME = (f"{_SITE}.name",)
_ENDINGS_HELP = _("One per line, without the first dot. ?? means every ending of two letters; !cn means: except cn.")
_WAITING = Terms(
    format_lazy(
        _(
            "Days without action after which the filing lapses. Host and provider are warned {days} days before. "
            "Without a rule there is no limit."
        ),
        days="/".join(map(str, WARNED_BEFORE)),
    ),
    (),
    amount=Amount(
        _("Number of days"), _("Counted from the last action of the host or the provider."), most=3650, unit=_("days")
    ),
    audiences=(Audience.EVERYBODY,),
)


def _words_of_name(about: Promise | str, amount: Amount | None = None) -> Terms:
    """Return the terms of a topic with a list of words in website names."""
    words = List(Lines.WORDS, _("Words"), _("One per line."))
    return Terms(about, _NAME, precedence=Precedence.ADDS, amount=amount, list=words, several=True)


TOPICS: Final[dict[Topic, Terms]] = {
    Topic.MINIMUM_AGE: Terms(
        _("Minimum age of hosts and responsible persons, judged by the number of the identity card."),
        (f"{_SUBJECT}.cert_number", f"{_RESPONSIBLE}.cert_number", f"{_MANAGER}.cert_number"),
        of_individuals=(f"{_SUBJECT}.cert_number",),
        amount=Amount(
            _("Age"),
            _("Younger people are refused. Enter 0 if minors of any age may file with the documents named below."),
            least=0,
            unit=_("years"),
        ),
        list=List(
            Lines.DOCUMENTS,
            _("Documents of a minor"),
            _("What a person of this age, but under 18, must add."),
            needed=False,
        ),
    ),
    Topic.RESIDENCE: Terms(
        _(
            "Whether an individual whose identity card number begins with another province may file. The "
            "digits stay the same after a move, so this should warn and not block."
        ),
        (f"{_SUBJECT}.cert_number",),
        list=List(
            Lines.DOCUMENTS, _("Proof of residence"), _("Only where proof of residence is required."), needed=False
        ),
        demands=(Demand.FREE, Demand.PERMIT, Demand.ONLY_LOCAL),
        audiences=(Audience.INDIVIDUALS,),
    ),
    Topic.LOCAL_PHONE: Terms(
        _(
            "Telephone numbers must be of the province. Landlines are judged by their area code; the origin "
            "of a mobile number can't be determined, so only the advice is shown."
        ),
        _EVERY_PHONE,
        demands=(Demand.LANDLINE, Demand.MOBILE),
    ),
    Topic.ONE_PHONE: Terms(
        _("A mobile number used by another host is not accepted."),
        (f"{_RESPONSIBLE}.mobile", f"{_MANAGER}.mobile"),
    ),
    Topic.EMERGENCY_DIFFERS: Terms(
        _("The two responsible persons must have different emergency numbers."),
        (f"{_MANAGER}.emergency_mobile",),
    ),
    Topic.LEGAL_REPRESENTATIVE: Terms(
        _("Whether an organisation's responsible person must be its legal representative."),
        (f"{_RESPONSIBLE}.legal_representative",),
        demands=(Demand.REQUIRED, Demand.AUTHORISATION, Demand.FREE),
        audiences=(Audience.UNITS,),
    ),
    Topic.MANAGER: Terms(
        _("Whether somebody other than the organisation's responsible person can be responsible for the website."),
        (f"{_MANAGER}.same",),
        demands=(Demand.FREE, Demand.AUTHORISATION, Demand.SAME_PERSON),
        audiences=(Audience.UNITS,),
    ),
    Topic.CERTIFICATES_REFUSED: Terms(
        _("Certificates with which a person can't be host or responsible person."),
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
        _("Maximum number of websites in one filing."),
        (f"{_SITE}.domain",),
        amount=Amount(_("Websites"), _("The largest number allowed."), unit=pgettext_lazy("unit", "websites")),
    ),
    Topic.WEBSITE_NAMES_DIFFER: Terms(_("Two websites of one host must not have the same name."), _NAME),
    Topic.REMARK: Terms(
        _("Service contents for which the website's remark is required."),
        (f"{_SITE}.remark",),
        precedence=Precedence.ADDS,
        list=List(Lines.SERVICES, _("Service contents")),
        several=True,
    ),
    Topic.NAME_CHARACTERS: Terms(
        _("Minimum number of Chinese characters in a website name."),
        _NAME,
        amount=Amount(_("Characters"), _("The smallest number allowed."), most=30, unit=_("characters")),
    ),
    Topic.NAME_BEGINNING: _words_of_name(
        _(
            "Words a website name must not begin with. If an organisation's own name contains the word, "
            "this is only a warning."
        ),
    ),
    Topic.NAME_WORDS: _words_of_name(
        _(
            "Words a website name must not contain. If an organisation's own name contains the word, this "
            "is only a warning."
        ),
    ),
    Topic.NAME_APPROVAL: _words_of_name(
        _("Words allowed in a website name only with a prior approval."),
        amount=Amount(_("Prior approval"), _("What the words need."), most=999, is_approval=True),
    ),
    Topic.NAME_PLACEHOLDER: _words_of_name(
        _("Names without meaning, such as 测试 or 首页; also followed by 网站 or a number."),
    ),
    Topic.NAME_FORM: Terms(
        _("The form a website name should have."),
        _NAME,
        list=List(
            Lines.FORMS,
            _("Forms"),
            _("One per line; * stands for any text, as in *的个人主页. One of them must match."),
        ),
    ),
    Topic.SERVICES_FORBIDDEN: Terms(
        _("Service contents that can't be chosen here."),
        (f"{_SITE}.services",),
        precedence=Precedence.ADDS,
        list=List(Lines.SERVICES, _("Service contents")),
        several=True,
        replaces_advice=True,
    ),
    Topic.SERVICES_REQUIRED: Terms(
        _("Service contents of which at least one must be chosen."),
        (f"{_SITE}.services",),
        list=List(Lines.SERVICES, _("Service contents")),
        replaces_advice=True,
    ),
    Topic.DOMAIN_ENDINGS: Terms(
        _("Domain endings that are not accepted."),
        (f"{_SITE}.domain",),
        precedence=Precedence.ADDS,
        list=List(
            Lines.ENDINGS,
            _("Endings"),
            _ENDINGS_HELP,
        ),
        by_nature=True,
        told_ahead=False,
        several=True,
    ),
    Topic.DOMAIN_ENDINGS_REQUIRED: Terms(
        _("Domain endings of which one must be used."),
        (f"{_SITE}.domain",),
        list=List(Lines.ENDINGS, _("Endings"), _ENDINGS_HELP),
        by_nature=True,
        told_ahead=False,
    ),
    Topic.DOMAIN_WORDS: Terms(
        _(
            "Words that a domain must not contain before its ending. In a domain with Chinese characters, these are "
            "what is judged."
        ),
        (f"{_SITE}.domain",),
        precedence=Precedence.ADDS,
        list=List(Lines.WORDS, _("Words"), _("One per line.")),
        told_ahead=False,
        several=True,
    ),
    Topic.SERVICE_APPROVAL: Terms(
        _("Service contents that may be offered only with a prior approval."),
        (f"{_SITE}.services", f"{_SITE}.approvals"),
        precedence=Precedence.ADDS,
        amount=Amount(_("Prior approval"), _("What the contents need."), most=999, is_approval=True),
        list=List(Lines.SERVICES, _("Service contents")),
        several=True,
    ),
    Topic.APPROVAL: Terms(
        _("Documents required for contents that need prior approval."),
        (f"{_SITE}.approvals",),
        precedence=Precedence.BY_LINE,
        list=List(Lines.APPROVALS, _("Prior approvals")),
        demands=(Demand.PAPER, Demand.PLEDGE, Demand.EITHER, Demand.ASK, Demand.NOTHING),
        several=True,
    ),
    Topic.PAPERS: Terms(
        _("Documents required for every filing here."),
        (),
        precedence=Precedence.ADDS,
        list=List(Lines.DOCUMENTS, _("Required documents")),
        by_nature=True,
        several=True,
    ),
    Topic.SUBJECT_CHANGE: Terms(
        _("To whom a filing on record may be changed. Applies to changes, not to a first-time filing."),
        (),
        demands=(Demand.OTHER_HOST, Demand.OWN_COMPANY, Demand.RENAME_ONLY),
    ),
    Topic.CHANGES: Terms(
        _(
            "Maximum number of changes of one host's record that a provider may send to the bureau (code "
            "1051). They are counted from the rule's first day to its last: add one rule for each period."
        ),
        (),
        amount=Amount(_("Number of changes"), _("The largest number allowed."), unit=_("changes of a record")),
    ),
    Topic.ONE_CHANGE: Terms(
        _(
            "Which changes the province asks for as one filing about the site host and a website (code P402). The page "
            "on which such a change is started points there."
        ),
        (),
        demands=(Demand.EVERY_CHANGE, Demand.HOST_CHANGES, Demand.NEW_RESPONSIBLE),
    ),
    Topic.SHELLS: Terms(
        _("Whether a website may be added to a record whose websites have all been cancelled (code P111)."),
        (),
        demands=(Demand.MAY_ADD, Demand.CANCEL_FIRST),
    ),
    Topic.MIGRATION: Terms(
        _(
            "Whether a website on record may be migrated to another host without being cancelled first. "
            "Without a rule it may not (code P113)."
        ),
        (),
        demands=(Demand.MAY_MIGRATE, Demand.MAY_NOT_MIGRATE),
    ),
    Topic.YEARLY_CONFIRMATION: Terms(
        _(
            "Period in which hosts must confirm the data on record. Add one rule a year, as announced by "
            "the bureau; its first and last day are the period."
        ),
        (),
    ),
    Topic.CODES: Terms(
        _("Whether responsible persons must enter a verification code before the bureau receives a filing."),
        (),
        demands=(Demand.CODE, Demand.NO_CODE),
    ),
    Topic.DAYS_WITH_PROVIDER: _WAITING,
    Topic.DAYS_RETURNED_TO_HOST: _WAITING,
    Topic.DAYS_RETURNED_TO_PROVIDER: _WAITING,
    Topic.ADVICE: Terms(
        _("Information at a field that the portal can't judge."),
        (),
        precedence=Precedence.ADDS,
        list=List(Lines.FIELDS, _("Fields")),
        by_nature=True,
        several=True,
    ),
}


def pattern_of(path: str) -> str:
    """Return a field's path as in ``Terms.paths``: ``websites.2.name`` → ``websites.*.name``."""
    return WEBSITE.sub("websites.*.", path)
