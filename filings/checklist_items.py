"""The items of the verification sheet: text, fields concerned, and for which hosts and provinces.

``%(service)s`` in a text is the noun for the services it is about (``ministry.reference.service_words``).
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ministry.reference import service_words

BOTH, UNIT, INDIVIDUAL = "both", "unit", "individual"
BEIJING, JIANGXI, GUANGDONG, XINJIANG = "110000", "360000", "440000", "650000"
YES, NO, NOT_APPLICABLE = "yes", "no", "na"
ANSWERS = {YES: _("Yes"), NO: _("No"), NOT_APPLICABLE: _("Not applicable")}
PHOTO_TAKEN = "photo_taken"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the sheet, asked from ``since`` to ``until``; no first day is published for any addition."""

    id: str
    block: str
    text: Promise | str
    # the facts and papers it is about, the one to remark on first: paths or their beginnings, ``*`` for any website
    about: tuple[str, ...]
    variant: str = BOTH
    may_not_apply: bool = False
    # for a remark after a "no": its code (``filings.reasons``) and what is expected
    code: str = "B703"
    expected: Promise | str = ""
    judged: tuple[str, ...] = ()
    proof: Promise | str = ""
    # if all of these facts are empty, the item does not apply, with the text ``absent``
    needs: tuple[str, ...] = ()
    absent: Promise | str = ""
    # facts that the verifier fills in beside this item where the host has left them empty
    fills: tuple[str, ...] = ()
    of_websites: bool = False  # not asked for an APP or another service, whose domains are not on record
    provinces: tuple[str, ...] = ()  # empty: asked everywhere
    since: date = date.min
    until: date = date.max

    @property
    def answers(self) -> dict[str, Promise | str]:
        """Return the allowed answers with their labels."""
        return {answer: label for answer, label in ANSWERS.items() if answer != NOT_APPLICABLE or self.may_not_apply}

    def worded(self, services: Collection[int]) -> "Item":
        """Return the item in the words for these service types."""
        text, expected = (service_words.with_service(words, services) for words in (self.text, self.expected))
        return replace(self, text=text, expected=expected)

    def is_asked(self, variant: str, province: str, day: date) -> bool:
        """Return whether this item is on the sheet for the host variant and province on that day."""
        return (
            self.variant in (BOTH, variant)
            and (not self.provinces or province in self.provinces)
            and self.since <= day <= self.until
        )


# Not on the public sheets: for a cancellation only its confirmation is checked.
CANCELLATION = "cancellation"
BLOCKS = {
    "subject": _("1. Subject"),
    "contact": _("2. Contact"),
    "website": _("3. The %(service)s"),
    "access": _("4. Access"),
    "papers": _("5. Written documents"),
}
TITLES = {**BLOCKS, CANCELLATION: _("Cancellation")}
_HOST = ("subject.name", "subject.cert_type", "subject.cert_number", "subject.cert_address")
_OWN_PAPERS = ("papers.responsible_front", "papers.responsible_back")
_MANAGERS_PAPERS = (
    "papers.manager_front",
    "papers.manager_back",
    "websites.*.papers.manager_front",
    "websites.*.papers.manager_back",
)
_SIGN = _("Sign the verification sheet as the province asks.")
# The sheet itself is not among the papers a host uploads; the pledge is the closest match.
_SIGNED_SHEET = ("papers.pledge",)


def _of_both(*names: str) -> tuple[str, ...]:
    """Return the paths of these data for the host's responsible person and for each website's."""
    return tuple(f"{person}.{name}" for person in ("responsible", "websites.*.responsible") for name in names)


def _of_manager(*names: str) -> tuple[str, ...]:
    return tuple(f"websites.*.responsible.{name}" for name in names)


# Facts of an APP, a mini-program or a quick app beside its name.
_OF_OTHER_SERVICES = tuple(
    f"websites.*.{name}"
    for name in (
        "platforms",
        "android_package",
        "android_public_key",
        "android_md5",
        "ios_bundle",
        "ios_public_key",
        "ios_sha1",
        "harmony_package",
        "harmony_public_key",
        "harmony_md5",
        "runs_on",
        "domains",
    )
)
CANCELLATION_ITEMS = (
    Item(
        "cancellation_confirmed",
        CANCELLATION,
        _("The responsible person on record has confirmed this cancellation, in person or by telephone."),
        ("cancellation.reason", "cancellation.note"),
        code="B703",
        expected=_("Have the responsible person on record confirm the cancellation."),
    ),
)
_CERTIFICATE_SEEN = Item(
    "certificate_seen",
    "subject",
    _("The original certificate of the host has been seen."),
    # printed on a unit's certificate: the legal representative
    ("papers.subject_certificate", *_HOST, "responsible.name", "responsible.legal_representative"),
    UNIT,
    code="P103",
    expected=_("Bring the original certificate to the face-to-face check and make sure that the data match it."),
)
_PHONE_CORRECT = Item(
    "phone_correct",
    "contact",
    _("The office telephone is correct."),
    _of_both("office_phone"),
    UNIT,
    code="1010",
    expected=_("Enter an office telephone that is answered."),
    judged=_of_both("office_phone"),
    proof=_("Valid number that meets the province's rules."),
)
ITEMS = (
    _CERTIFICATE_SEEN,
    replace(_CERTIFICATE_SEEN, about=(*_OWN_PAPERS, *_HOST, "responsible.name"), variant=INDIVIDUAL),
    Item(
        "numbers_correct",
        "subject",
        _("The certificate numbers of the host and of the %(service)s's responsible person are correct."),
        ("subject.cert_number", "subject.cert_type", *_of_manager("cert_type", "cert_number")),
        code="1008",
        expected=_("Enter the number exactly as on the certificate."),
        judged=("subject.cert_number", "subject.cert_type", *_of_both("cert_number", "cert_type")),
        proof=_("Check digits correct; no conflict in the register or on the blacklist."),
    ),
    Item(
        "copies_kept",
        "subject",
        _("Copies of both certificates are kept."),
        (
            "papers.subject_certificate",
            *_OWN_PAPERS,
            *_MANAGERS_PAPERS,
            *_of_both("cert_type", "cert_number", "cert_until"),
        ),
        code="P103",
        expected=_("Upload the whole certificate, sharp and still valid."),
        judged=("papers.subject_certificate", *_OWN_PAPERS, *_MANAGERS_PAPERS, *_of_both("cert_from", "cert_until")),
        proof=_("All pictures are here, none is used in another host's filing, and the certificates are valid."),
    ),
    Item(
        PHOTO_TAKEN,
        "subject",
        _("The photo of the %(service)s's responsible person was taken face to face and is kept."),
        ("websites.*.papers.photo", "papers.photo", *_of_manager("name", "cert_type", "cert_number")),
        code="P502",
        expected=_("Attend the face-to-face check for a photo that meets the rules."),
    ),
    Item(
        "mobile_correct",
        "contact",
        _("The mobile number is correct."),
        _of_both("mobile", "emergency_mobile"),
        code="1011",
        expected=_("Enter a mobile number that the person answers."),
        judged=_of_both("mobile", "emergency_mobile"),
        proof=_("Valid number, not used by another host."),
    ),
    _PHONE_CORRECT,
    replace(
        _PHONE_CORRECT,
        variant=INDIVIDUAL,
        may_not_apply=True,
        needs=_of_both("office_phone"),
        absent=_("No office telephone is given; individuals need none."),
    ),
    Item(
        "email_correct",
        "contact",
        _("The e-mail address is correct."),
        _of_both("email"),
        code="1009",
        expected=_("Enter an address that the person reads."),
        judged=_of_both("email"),
        proof=_("Valid address, not used by another host."),
    ),
    Item(
        "address_correct",
        "contact",
        _("The postal address is correct."),
        ("subject.address", "subject.province", "subject.division"),
        code="1007",
        expected=_("Enter an address where post arrives, with region, street and number."),
        judged=("subject.address", "subject.province", "subject.division"),
        proof=_("Region and county match; the address meets the province's rules."),
    ),
    Item(
        "name_well_formed",
        "website",
        _("The %(service)s name follows the rules."),
        ("websites.*.name", "websites.*.papers.app_icon", "subject.name"),
        code="P301",
        expected=_("Choose a name that follows the rules and fits the host."),
        judged=("websites.*.name",),
        proof=_("Checked against the naming rules of the ministry and the province."),
    ),
    Item(
        "domain_correct",
        "website",
        _("The domain is correct and belongs to the host."),
        (
            "websites.*.domain",
            "websites.*.registrar",
            "websites.*.ip_only",
            "websites.*.home_url",
            "subject.name",
            "subject.cert_number",
        ),
        code="P202",
        expected=_("Register the domain in the host's verified real name."),
        judged=("websites.*.domain", "websites.*.registrar", "websites.*.ip_only", "websites.*.home_url"),
        proof=_("Well-formed; not on record and in no other filing under way."),
        fills=("websites.*.registrar",),
        of_websites=True,
    ),
    Item(
        "services_correct",
        "website",
        _("The service contents are correct."),
        ("websites.*.services", "websites.*.languages", "websites.*.remark", *_OF_OTHER_SERVICES),
        code="1034",
        expected=_("Choose what the %(service)s offers."),
        judged=("websites.*.services", "websites.*.languages", "websites.*.remark", *_OF_OTHER_SERVICES),
        proof=_("Meets the province's rules for this kind of host."),
    ),
    Item(
        "approval_kept",
        "website",
        _("The prior approval documents are kept."),
        (
            "websites.*.approvals",
            "websites.*.services",
            "websites.*.approval_numbers",
            "websites.*.papers.approval",
        ),
        may_not_apply=True,
        code="P303",
        expected=_("Upload the approval."),
        judged=("websites.*.approvals", "websites.*.approval_numbers", "websites.*.papers.approval"),
        proof=_("There is a document for each approval named."),
        needs=("websites.*.approvals",),
        absent=_("No prior approval is named, and the contents require none."),
    ),
    Item(
        "access_correct",
        "access",
        _("Provider, access method, server location and IP addresses are reported correctly."),
        ("websites.*.access",),
        code="1006",
        expected=_("Enter the access data as shown in the provider's console."),
        judged=("websites.*.access",),
        fills=("websites.*.access.ip_ranges",),
        proof=_("Well-formed; none found outside the provider's address pool."),
    ),
    Item(
        "documents_kept",
        "papers",
        _("The written filing documents are kept."),
        (),
        code="P503",
        expected=_("Submit the signed written filing documents."),
    ),
    Item(
        "pledge_handwritten",
        "papers",
        _("The pledge has been written by hand in black ink and signed."),
        _SIGNED_SHEET,
        INDIVIDUAL,
        code="P501",
        expected=_SIGN,
        provinces=(GUANGDONG,),
    ),
    Item(
        "fingerprint_given",
        "papers",
        _("The responsible person's fingerprint is on the sheet."),
        _SIGNED_SHEET,
        INDIVIDUAL,
        code="P501",
        expected=_SIGN,
        provinces=(XINJIANG, JIANGXI),
    ),
)
# What a verifier may fill in, whatever the item.
FILLED = tuple(path for item in ITEMS for path in item.fills)
# The written papers repeat everything, so facts that no other item covers belong to this one.
THE_REST = "documents_kept"
# Another kind of host means another sheet: no earlier answer counts.
OF_ALL_ITEMS = ("subject.nature",)
