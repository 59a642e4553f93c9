"""Topics, audiences, severities, demands and precedence of province rules; ``topic_terms`` defines each topic.

Website paths are written ``websites.*``: a rule applies to every website of a filing.
"""

import re
from enum import StrEnum
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

WEBSITE: Final = re.compile(r"^websites\.[0-9]+\.")


class Topic(TextChoices):
    """What a rule is about."""

    MINIMUM_AGE = "minimum_age", _("Minimum age")
    RESIDENCE = "residence", _("Individuals from other provinces")
    LOCAL_PHONE = "local_phone", _("Local telephone")
    ONE_PHONE = "one_phone", _("One telephone for one host")
    EMERGENCY_DIFFERS = "emergency_differs", _("Emergency numbers of both responsible persons differ")
    LEGAL_REPRESENTATIVE = "legal_representative", _("Who may be the host's responsible person")
    MANAGER = "manager", _("Who may be the website's responsible person")
    CERTIFICATES_REFUSED = "certificates_refused", _("Certificate types not accepted")
    CERTIFICATE_MONTHS = "certificate_months", _("How long a certificate must still be valid")
    WEBSITES = "websites", _("Websites in one filing")
    WEBSITE_NAMES_DIFFER = "website_names_differ", _("Website names of a host differ")
    REMARK = "remark", _("Remark required")
    NAME_CHARACTERS = "name_characters", _("Website name: fewest Chinese characters")
    NAME_BEGINNING = "name_beginning", _("Website name: beginnings not allowed")
    NAME_WORDS = "name_words", _("Website name: words not allowed")
    NAME_APPROVAL = "name_approval", _("Website name: words that need a prior approval")
    NAME_PLACEHOLDER = "name_placeholder", _("Website name: placeholders not allowed")
    NAME_FORM = "name_form", _("Website name: wanted form")
    SERVICES_FORBIDDEN = "services_forbidden", _("Service contents not allowed")
    SERVICES_REQUIRED = "services_required", _("Service contents required")
    DOMAIN_ENDINGS = "domain_endings", _("Domain endings not accepted")
    APPROVAL = "approval", _("Prior approvals")
    PAPERS = "papers", _("Papers asked for")
    SUBJECT_CHANGE = "subject_change", _("Change to another host")
    CHANGES = "changes", _("Most changes of a record through one provider")
    SHELLS = "shells", _("New website for a host without any")
    MIGRATION = "migration", _("Migration of a website to another host")
    YEARLY_CONFIRMATION = "yearly_confirmation", _("Yearly confirmation")
    CODES = "codes", _("One-time codes of the responsible persons")
    DAYS_WITH_PROVIDER = "days_with_provider", _("How long a filing may wait for its access provider")
    DAYS_RETURNED_TO_HOST = "days_returned_to_host", _("How long a returned filing may wait for its host")
    DAYS_RETURNED_TO_PROVIDER = (
        "days_returned_to_provider",
        _("How long a filing that the bureau returned may wait for its access provider"),
    )
    ADVICE = "advice", _("Advice at a field")


class Audience(TextChoices):
    """Whom a rule concerns."""

    EVERYBODY = "everybody", _("everybody")
    UNITS = "units", _("units")
    INDIVIDUALS = "individuals", _("individuals")


class RuleSeverity(TextChoices):
    """What a breach does to a filing."""

    BLOCKS = "blocks", _("blocks")
    WARNS = "warns", _("warns")


class Demand(TextChoices):
    """What a rule requires, where its topic offers a choice."""

    FREE = "free", _("no restriction")
    REQUIRED = "required", _("must be the legal representative")
    AUTHORISATION = "authorisation", _("somebody else with an authorisation")
    SAME_PERSON = "same_person", _("an authorised person answers for the website too")
    PERMIT = "permit", _("with a proof of residence")
    ONLY_LOCAL = "only_local", _("only residents of the province")
    LANDLINE = "landline", _("landline and mobile")
    MOBILE = "mobile", _("mobile only")
    PAPER = "paper", _("the authority's paper")
    PLEDGE = "pledge", _("a pledge that the business is not involved")
    EITHER = "either", _("the paper or the pledge")
    ASK = "ask", _("ask the bureau")
    NOTHING = "nothing", _("nothing")
    OTHER_HOST = "other_host", _("a filing may pass to another host")
    OWN_COMPANY = "own_company", _("an individual's filing may pass to the own company")
    RENAME_ONLY = "rename_only", _("only a new name of the same host")
    MAY_ADD = "may_add", _("a website may be added at once")
    CANCEL_FIRST = "cancel_first", _("the record is cancelled first, then all is filed anew")
    MAY_MIGRATE = "may_migrate", _("a website may be migrated to another host")
    MAY_NOT_MIGRATE = "may_not_migrate", _("no migration: the website is cancelled and filed anew")
    CODE = "code", _("each responsible person proves it with a one-time code, instead of the filing password")
    NO_CODE = "no_code", _("no code; the filing password is asked for")


class Precedence(StrEnum):
    """How narrower rules of a topic combine with wider ones."""

    REPLACES = "replaces"  # a province's rule replaces the nationwide one, one for an audience that for everybody
    BY_LINE = "by line"  # the same, but only for the lines that the narrower rule names
    ADDS = "adds"  # both apply
