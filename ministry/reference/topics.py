"""Topics, audiences, severities, demands and precedence of province rules; ``topic_terms`` defines each topic.

Website paths are written ``websites.*``: a rule applies to every website of a filing.
"""

import re
from enum import StrEnum
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

# Days before a filing lapses on which its host and provider are warned, by a rule with a waiting limit; our own choice
WARNED_BEFORE: Final = (30, 7, 1)
WEBSITE: Final = re.compile(r"^websites\.[0-9]+\.")


class Topic(TextChoices):
    """What a rule is about."""

    MINIMUM_AGE = "minimum_age", _("Minimum age")
    RESIDENCE = "residence", _("Individuals from other provinces")
    LOCAL_PHONE = "local_phone", _("Local telephone")
    ONE_PHONE = "one_phone", _("One telephone for one host")
    EMERGENCY_DIFFERS = "emergency_differs", _("Different emergency numbers for the two responsible persons")
    LEGAL_REPRESENTATIVE = "legal_representative", _("Who can be the host's responsible person")
    MANAGER = "manager", _("Who can be the website's responsible person")
    CERTIFICATES_REFUSED = "certificates_refused", _("Certificate types not accepted")
    CERTIFICATE_MONTHS = "certificate_months", _("Remaining validity of certificates")
    WEBSITES = "websites", _("Websites in one filing")
    WEBSITE_NAMES_DIFFER = "website_names_differ", _("No two websites of a host with the same name")
    REMARK = "remark", _("Remark required")
    NAME_CHARACTERS = "name_characters", _("Website name: minimum of Chinese characters")
    NAME_BEGINNING = "name_beginning", _("Website name: beginnings not allowed")
    NAME_WORDS = "name_words", _("Website name: words not allowed")
    NAME_APPROVAL = "name_approval", _("Website name: words that need a prior approval")
    NAME_PLACEHOLDER = "name_placeholder", _("Website name: placeholders not allowed")
    NAME_FORM = "name_form", _("Website name: required form")
    SERVICES_FORBIDDEN = "services_forbidden", _("Service contents not allowed")
    SERVICES_REQUIRED = "services_required", _("Service contents required")
    DOMAIN_ENDINGS = "domain_endings", _("Domain endings not accepted")
    DOMAIN_ENDINGS_REQUIRED = "domain_endings_required", _("Domain endings required")
    DOMAIN_WORDS = "domain_words", _("Domain: words not allowed")
    SERVICE_APPROVAL = "service_approval", _("Service contents that need a prior approval")
    APPROVAL = "approval", _("Prior approvals")
    PAPERS = "papers", _("Required documents")
    SUBJECT_CHANGE = "subject_change", _("Change to another host")
    CHANGES = "changes", _("Maximum number of changes of a record through one provider")
    ONE_CHANGE = "one_change", _("Changes of host and website in one filing")
    SHELLS = "shells", _("New website for a record without websites")
    MIGRATION = "migration", _("Migration of a website to another host")
    YEARLY_CONFIRMATION = "yearly_confirmation", _("Yearly confirmation")
    CODES = "codes", _("Verification codes of the responsible persons")
    DAYS_WITH_PROVIDER = "days_with_provider", _("Waiting limit at the access provider")
    DAYS_RETURNED_TO_HOST = "days_returned_to_host", _("Waiting limit for the host after a return")
    DAYS_RETURNED_TO_PROVIDER = (
        "days_returned_to_provider",
        _("Waiting limit at the access provider after a return by the bureau"),
    )
    ADVICE = "advice", _("Advice at a field")


class Audience(TextChoices):
    """Whom a rule concerns."""

    EVERYBODY = "everybody", _("all hosts")
    UNITS = "units", _("organisations")
    INDIVIDUALS = "individuals", _("individuals")


class RuleSeverity(TextChoices):
    """What a breach does to a filing."""

    BLOCKS = "blocks", _("blocks submission")
    WARNS = "warns", _("warns")


class Demand(TextChoices):
    """What a rule requires, where its topic offers a choice."""

    FREE = "free", _("no restriction")
    REQUIRED = "required", _("must be the legal representative")
    AUTHORISATION = "authorisation", _("another person with an authorisation")
    SAME_PERSON = "same_person", _("the authorised person must also be responsible for the website")
    PERMIT = "permit", _("with proof of residence")
    ONLY_LOCAL = "only_local", _("only registered residents of the province")
    LANDLINE = "landline", _("landline and mobile")
    MOBILE = "mobile", _("mobile only")
    PAPER = "paper", _("the authority's approval document")
    PLEDGE = "pledge", _("a pledge that the business is not involved")
    EITHER = "either", _("the approval document or the pledge")
    ASK = "ask", _("as the bureau requires")
    NOTHING = "nothing", _("no requirement")
    OTHER_HOST = "other_host", _("a filing may be changed to another host")
    OWN_COMPANY = "own_company", _("an individual's filing may be changed to the individual's own company")
    RENAME_ONLY = "rename_only", _("only a new name of the same host")
    EVERY_CHANGE = "every_change", _("every change of the site host or a website")
    HOST_CHANGES = "host_changes", _("every change of the site host")
    NEW_RESPONSIBLE = "new_responsible", _("a change of the host's responsible person")
    MAY_ADD = "may_add", _("a website may be added directly")
    CANCEL_FIRST = "cancel_first", _("the record must be cancelled first, then filed again")
    MAY_MIGRATE = "may_migrate", _("a website may be migrated to another host")
    MAY_NOT_MIGRATE = "may_not_migrate", _("no migration: the website must be cancelled and filed again")
    CODE = "code", _("each responsible person enters a verification code; it replaces the filing password")
    NO_CODE = "no_code", _("no code; the filing password is required")


class Precedence(StrEnum):
    """How narrower rules of a topic combine with wider ones."""

    REPLACES = "replaces"  # a province's rule replaces the nationwide one, one for an audience that for everybody
    BY_LINE = "by line"  # the same, but only for the lines that the narrower rule names
    ADDS = "adds"  # both apply
