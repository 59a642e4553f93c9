"""Kinds of lines that a province rule can list: words, codes, documents, fields of the form."""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ministry.reference import code_tables


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


# Fields that advice may be about, with the labels of the form
FIELDS: Final[dict[str, Promise]] = {
    "subject.name": _("Name of the site host"),
    "subject.cert_type": _("Certificate type"),
    "subject.cert_number": _("Certificate number"),
    "subject.cert_address": _("Address on the certificate"),
    "subject.address": _("Postal address"),
    "subject.investor": _("Investor or supervising body"),
    "subject.remark": _("Remark of the host"),
    "responsible.legal_representative": _("Legal representative"),
    "responsible.cert_type": _("Responsible person: certificate type"),
    "responsible.cert_number": _("Responsible person: certificate number"),
    "responsible.mobile": _("Responsible person: mobile number"),
    "responsible.emergency_mobile": _("Responsible person: emergency mobile number"),
    "responsible.office_phone": _("Responsible person: office telephone"),
    "websites.*.name": _("Website name"),
    "websites.*.domain": _("Domain"),
    "websites.*.services": _("Service contents"),
    "websites.*.approvals": _("Prior approvals"),
    "websites.*.remark": _("Remark of the website"),
    "websites.*.responsible.same": _("Website's responsible person"),
    "websites.*.responsible.emergency_mobile": _("Website's responsible person: emergency mobile number"),
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
