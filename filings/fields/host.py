"""Define the pages about the host, and the page of a cancellation."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.mail import check_addresses
from filings import facts
from filings.facts import Facts
from filings.fields import presets, validity, value_checks
from filings.fields.field import Choices, Field, Need, Section, Type, mask_end
from ministry.reference import certificates, code_tables, divisions, phones, provinces

_validity = partial(Field, code="Fzr_zjyxq", fault="1008", in_messages=False)  # came after V3.0
MEDIUM, LOW = "input-medium", "input-low"
_telephone = partial(Field, max_length=128, plain=True, mask=phones.mask_phone, keyboard="tel", width=MEDIUM)
# What may be said beside the other facts of a page.
remark_field = partial(
    Field, label=_("Remark"), fault="1999", max_length=1024, type=Type.LINES, need=Need.NOBODY, width="input-low"
)


def _fault_of_number(values: Facts, prefix: str) -> str:
    """Return 1015 for the number of an identity card, 1008 for that of any other certificate."""
    return "1015" if facts.read(values, f"{prefix}.cert_type") == code_tables.RESIDENT_ID else "1008"


def _fault_of_account(values: Facts, prefix: str) -> str:
    """Return 1013 for a QQ number, 1007 for an account of a messenger without a code of its own."""
    return "1013" if facts.read(values, f"{prefix}.im") == code_tables.QQ else "1007"


# The fields of a responsible person: name and certificate, then those before and after the e-mail, whose hint differs
# (§ Fzr).
_KNOWN_BY = (
    Field(
        "name",
        "Fzr_xm",
        _("Name"),
        "1999",
        128,
        hint=_("As printed on the certificate."),
        example="张三",
        width=MEDIUM,
    ),
    Field(
        "cert_type",
        "Fzr_zjlx",
        _("Certificate type"),
        "1008",
        type=Type.CHOICE,
        table=code_tables.CERTIFICATE_TYPES,
        choices=lambda _values: code_tables.choices(code_tables.certificate_types_of(code_tables.PERSON)),
        wrong_choice=_("Choose a certificate for individuals."),
        hint=_("The certificate shown at the face-to-face check."),
        preset=lambda _values: code_tables.RESIDENT_ID,
    ),
    Field(
        "cert_number",
        "Fzr_zjhm",
        _("Certificate number"),
        _fault_of_number,
        128,
        plain=True,
        check=value_checks.certificate,
        mask=certificates.mask,
        hint=_("The number printed on the certificate; a resident identity card has 18 characters."),
        example="11010519491231002X",
        width=MEDIUM,
    ),
)
_BEFORE_EMAIL = (
    _validity(
        "cert_from",
        label=_("Certificate valid from"),
        type=Type.DATE,
        need=Need.NOBODY,
        hint=_("The first day of its validity, as printed on the certificate."),
    ),
    _validity(
        "cert_until",
        label=_("Certificate valid until"),
        type=Type.VALIDITY,
        need=Need.ENTERED,
        check=value_checks.by_itself(validity.check),
        fix_if_empty=_("Enter the date on the certificate, or choose “long-term” if it has no end date."),
        hint=_("The last day of its validity, as printed on the certificate. Some certificates have no end date."),
    ),
    _telephone(
        "mobile",
        "Fzr_sjhm",
        _("Mobile number"),
        "1011",
        check=value_checks.by_itself(phones.check_mobiles),
        example="13800001234",
        autocomplete="tel",
        hint=_("The provider and the bureau call this number. Separate several entries with semicolons."),
    ),
    _telephone(
        "emergency_mobile",
        "Yjlxdh",
        _("Emergency mobile number"),
        "1011",
        in_messages=False,  # came after V3.0
        check=value_checks.by_itself(phones.check_mobile),
        example="13900005678",
        hint=_("A second number, different from the first."),
    ),
    _telephone(
        "office_phone",
        "Fzr_dhhm",
        _("Office telephone"),
        "1010",
        need=Need.UNIT,
        check=value_checks.by_itself(phones.check_landlines),
        example="010-66001234",
        hint=_("Area code, number and extension if there is one. Separate several entries with semicolons."),
    ),
)
_AFTER_EMAIL = (
    Field(
        "im",
        "Msn Qq",
        _("Instant messenger"),
        "1007",
        type=Type.CHOICE,
        need=Need.NOBODY,
        table=code_tables.MESSENGERS,
        hint=_("Another way to reach this person quickly."),
    ),
    Field(
        "im_account",
        "Msn Qq",
        _("Messenger account"),
        _fault_of_account,
        128,
        need=Need.NOBODY,
        plain=True,
        check=value_checks.im_account,
        mask=mask_end,
        hint=_("The account's number or name."),
        width=MEDIUM,
        example="10001",
    ),
)


def person(
    *, hint_of_email: Promise | str, of_person: str = "", if_empty: Mapping[str, str] | None = None
) -> tuple[Field, ...]:
    """Return the fields of a responsible person; the same for the subject's and the website's (§ Fzr).

    For an individual, name and certificate repeat those of the section with the prefix ``of_person``, if given.
    ``if_empty``: the result codes that this person's missing values have, by field.
    """
    known_by = [replace(field, of_person=of_person and f"{of_person}.{field.name}") for field in _KNOWN_BY]
    email = Field(
        "email",
        "Fzr_dzyj",
        _("E-mail address"),
        "1009",
        128,
        plain=True,
        check=value_checks.by_itself(check_addresses),
        example="zhangsan@example.cn",
        hint=hint_of_email,
        autocomplete="email",
        keyboard="email",
        width=MEDIUM,
    )
    asked = (*known_by, *_BEFORE_EMAIL, email, *_AFTER_EMAIL)
    return tuple(replace(field, fault_if_empty=(if_empty or {}).get(field.name, "")) for field in asked)


def _certificates_of_host(values: Facts) -> Choices:
    return code_tables.choices(code_tables.certificate_types_of(facts.read(values, "subject.nature") or 0))


BASICS = Section(
    "basics",
    "subject",
    _("Organisation or individual"),
    _("These two answers decide which certificates you need and which bureau reviews the filing."),
    (
        Field(
            "nature",
            "Dwxz",
            _("Type of site host"),
            "1014",
            type=Type.CHOICE,
            table=code_tables.NATURES,
            wrong_choice=_("Choose the type of site host."),
            hint=_("As on the certificate; with a business licence, choose “enterprise”."),
            usual=lambda _values: (code_tables.ENTERPRISE, code_tables.PERSON),
        ),
        Field(
            "province",
            "Shengid",
            _("Province of the certificate's address"),
            "1019",
            type=Type.NAMED,
            choices=lambda _values: list(provinces.CHOICES),
            wrong_choice=_("Choose a province."),
            hint=_("Use the address on the certificate. The location of the server does not matter."),
            preset=presets.province,
            width=MEDIUM,
        ),
    ),
)

SUBJECT = Section(
    "subject",
    "subject",
    _("The site host"),
    _("Enter everything exactly as on the certificate."),
    (
        Field(
            "name",
            "Dwmc",
            _("Name of the site host"),
            "1999",
            255,
            hint=_("The full name on the certificate."),
            example="北京示例科技有限公司",
            label_for_person=_("Name"),
            hint_for_person=_("Your name as on the certificate."),
            example_for_person="张三",
            autocomplete="organization",
            autocomplete_for_person="name",
        ),
        Field(
            "cert_type",
            "Zjlx",
            _("Certificate type"),
            "1008",
            type=Type.CHOICE,
            table=code_tables.CERTIFICATE_TYPES,
            choices=_certificates_of_host,
            wrong_choice=_("This certificate does not match the type of site host. Choose another."),
            hint=_("The certificate whose picture you will upload."),
            preset=presets.certificate,
        ),
        Field(
            "cert_number",
            "Zjhm",
            _("Certificate number"),
            _fault_of_number,
            255,
            plain=True,
            check=value_checks.certificate,
            mask=certificates.mask,
            hint=_("The number printed on the certificate; a unified social credit code has 18 characters."),
            example="91350100M000100Y43",
            hint_for_person=_("The number printed on the certificate; a resident identity card has 18 characters."),
            example_for_person="11010519491231002X",
            width=MEDIUM,
        ),
        Field(
            "cert_address",
            "Zjzs",
            _("Address on the certificate"),
            "1999",
            1024,
            type=Type.LINES,
            mask=mask_end,
            hint=_("The whole address as printed on the certificate."),
            width=LOW,
            example="北京市海淀区示例路1号",
        ),
        Field(
            "division",
            "Xianid",
            _("City or county"),
            "1019",
            type=Type.DIVISION,
            choices=lambda values: divisions.grouped_choices(facts.read(values, "subject.province")),
            check=value_checks.division,
            hint=_("Where the address on the certificate is."),
            preset=presets.division,
        ),
        Field(
            "address",
            "Xxdz",
            _("Postal address"),
            "1007",
            1024,
            type=Type.LINES,
            mask=mask_end,
            hint=_("Including house and room number."),
            example="建国路1号2号楼305室",
            autocomplete="street-address",
            width=LOW,
        ),
        Field(
            "investor",
            "Tzr",
            _("Investor or supervising body"),
            "1999",
            255,
            of_person="subject.name",
            hint=_("The legal representative, the parent company or the supervising body."),
            example="张三",
        ),
        remark_field(
            "remark",
            "Bz",
            hint=_("Only if your province or the provider asks for it."),
            example="无字号个体工商户",
        ),
    ),
)

RESPONSIBLE = Section(
    "responsible",
    "responsible",
    _("The host's responsible person"),
    _("Usually the legal representative."),
    (
        Field(
            "legal_representative",
            "",
            _("Is this person the legal representative?"),
            "P104",
            type=Type.NAMED,
            need=Need.UNIT,
            choices=lambda _values: [("yes", _("Yes")), ("no", _("No, authorised by the organisation"))],
            hint=_("The person named on the certificate as legal representative or person in charge."),
        ),
        *person(
            hint_of_email=_(
                "The filing number and the filing password are sent here. Separate several entries with semicolons."
            ),
            of_person="subject",
            if_empty={"name": "1044"},
        ),
    ),
    lead_for_person=_("You are responsible for the filing yourself. Enter how to reach you."),
)

CANCELLATION = Section(
    "cancellation",
    "cancellation",
    _("The cancellation"),
    _("Why it is cancelled. Everything else is shown as it is on record."),
    (
        Field(
            "reason",
            "Zxyy",
            _("Reason for the cancellation"),
            "1026",
            type=Type.CHOICE,
            table=code_tables.CANCEL_REASONS,
            wrong_choice=_("Choose a reason."),
            hint=_("Choose the most suitable one."),
        ),
        remark_field("note", "Bz", hint=_("Anything the provider and the bureau should know.")),
        Field(
            "only_access",
            "",
            _("This is the only access; end it anyway"),
            "1025",
            type=Type.SWITCH,
            need=Need.NOBODY,
            hint=_(
                "The bureau may cancel a website without access. If you are changing provider, add the new "
                "access first."
            ),
        ),
    ),
)

OF_THE_HOST = (BASICS, SUBJECT, RESPONSIBLE)
