"""The coded reasons for returning a filing, used by both desks, with the usual correction for each.

P and B codes group the reasons that providers and bureaus publish, or are this portal's own; four-digit codes are the
official result codes of the enterprise interface V3.0, each with its official meaning. Every code that a finding or a
refusal carries is a reason, so that it can be remarked on.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Reason:
    """One coded reason."""

    code: str
    text: Promise | str
    fix: Promise | str


REASONS = (
    Reason(
        "P101",
        _("Differs from the national enterprise register"),
        _("Enter it as it is in the national enterprise register."),
    ),
    Reason(
        "P102",
        _("Company listed as abnormal, licence revoked or deregistered"),
        _("Restore the normal status, or cancel the filing."),
    ),
    Reason(
        "P103",
        _("Certificate unclear, cropped, photographed from a screen or expired"),
        _("Upload it again."),
    ),
    Reason(
        "P104",
        _("Responsible person is not the legal representative, or not authorised"),
        _("Name the legal representative or add an authorisation."),
    ),
    Reason("P105", _("Identity certificate expired, or the face check failed"), _("Repeat the check.")),
    Reason("P106", _("Contact can't be reached or is used by another subject"), _("Enter another number or address.")),
    Reason("P107", _("Telephone number is not local as required by the province"), _("Enter a local number.")),
    Reason(
        "P108",
        _("Two roles share a contact, or the emergency number is the mobile number"),
        _("Enter different numbers."),
    ),
    Reason(
        "P109",
        _("The host is already on record with another certificate"),
        _("Use the certificate on record: file a new access or a change."),
    ),
    Reason("P110", _("Another filing of the host is under way"), _("Finish or withdraw the other filing.")),
    Reason("P111", _("The host has a record without websites"), _("Cancel the old record first.")),
    Reason("P112", _("The record is suspended"), _("Contact the bureau first.")),
    Reason(
        "P113",
        _("This website can't be migrated to another host"),
        _("Have it cancelled; its new host then files it again."),
    ),
    Reason(
        "P114",
        _("The record is no longer in the host's account"),
        _("Add the record to the account again with its filing password."),
    ),
    Reason(
        "P115",
        _("The province accepts individuals only from among its own registered residents"),
        _("File where the household is registered, or ask the bureau."),
    ),
    Reason(
        "P201",
        _("No real-name data of the domain, or not synchronised yet"),
        _("Complete the real-name verification at the registrar and wait three to five working days."),
    ),
    Reason("P202", _("The domain's holder is not the site host"), _("Transfer the domain first.")),
    Reason(
        "P203",
        _("The domain ending or registrar is not approved"),
        _("Use another domain or move it to another registrar."),
    ),
    Reason("P204", _("The domain has expired or expires soon"), _("Renew the domain.")),
    Reason(
        "P205",
        _("The domain resolves before it is filed"),
        _("Stop the resolution until the filing is approved."),
    ),
    Reason("P206", _("The domain is on record elsewhere"), _("Have the other record cancelled, or file a new access.")),
    Reason("P301", _("The website name breaks the rules"), _("Choose another name.")),
    Reason("P302", _("Contents do not fit the type of site host"), _("Change the contents.")),
    Reason("P303", _("A prior approval is missing, expired or unclear"), _("Upload the approval.")),
    Reason(
        "P304",
        _("A website on record can't be opened, or its number is missing, wrong or without a link"),
        _("Correct the websites on record first."),
    ),
    Reason("P305", _("The remark for other services is missing or unclear"), _("Say what the website is for.")),
    Reason("P401", _("The IP address does not belong to the provider"), _("Enter the correct address.")),
    Reason("P402", _("Wrong kind of filing"), _("Start a filing of the correct kind.")),
    Reason(
        "P403",
        _("The provider's licence does not cover the site host's province"),
        _("Choose a provider licensed there."),
    ),
    Reason("P501", _("The sheet is not signed or sealed"), _("Sign it again.")),
    Reason("P502", _("The photo does not meet the rules"), _("Retake it.")),
    Reason("P503", _("A document required by the province is missing"), _("Add the document.")),
    Reason("1003", _("The site host is already on record"), _("Add the website under the number on record.")),
    Reason("1004", _("Invalid domain"), _("Enter the registered domain.")),
    Reason("1005", _("The domain is already on record"), _("Have the other record cancelled, or file a new access.")),
    Reason("1006", _("IP address wrong"), _("Ask the provider.")),
    Reason("1007", _("Contact details wrong"), _("Enter details by which this person or host can be reached.")),
    Reason("1008", _("Certificate data wrong"), _("Check it against the certificate.")),
    Reason("1009", _("E-mail address wrong"), _("Enter a working address.")),
    Reason("1010", _("Office telephone wrong"), _("Enter a working number.")),
    Reason("1011", _("Mobile number wrong"), _("Enter a working number.")),
    Reason("1013", _("QQ number wrong"), _("Enter a working number.")),
    Reason("1014", _("Type of site host wrong"), _("Choose the type as on the certificate.")),
    Reason("1015", _("Identity number wrong"), _("Check it against the certificate.")),
    Reason("1016", _("There is no such record"), _("Start the filing again from “My records”.")),
    Reason("1017", _("A change of the record is under review"), _("Finish or withdraw the other filing.")),
    Reason("1018", _("Filing password missing or wrong"), _("Enter the filing password on the page of this filing.")),
    Reason("1019", _("Region wrong"), _("Choose the region as on the certificate.")),
    Reason("1020", _("The website name is already on record"), _("Choose another name.")),
    Reason("1021", _("The home page is already on record"), _("Enter the home page address of your own website.")),
    Reason("1022", _("Home page address wrong"), _("Enter the address that visitors open.")),
    Reason(
        "1025", _("The only access can't be cancelled"), _("Add the new access first, or confirm the cancellation.")
    ),
    Reason("1026", _("Reason for the cancellation wrong"), _("Choose a reason.")),
    Reason("1027", _("The record is being cancelled already"), _("Withdraw this filing.")),
    Reason("1029", _("This provider already serves the website"), _("File a change of the access.")),
    Reason("1030", _("The website is being cancelled already"), _("Withdraw this filing.")),
    Reason("1031", _("The website's responsible person has no office telephone"), _("Enter a working number.")),
    Reason("1032", _("The access is being cancelled or has ended already"), _("Withdraw this filing.")),
    Reason("1033", _("Kind of prior approval wrong"), _("Choose the kind as on the approval document.")),
    Reason("1034", _("Service contents wrong"), _("Choose what the website offers.")),
    Reason("1035", _("Access method wrong"), _("Ask the provider.")),
    Reason("1036", _("Server location wrong"), _("Ask the provider.")),
    Reason("1039", _("The domain is in another filing under way"), _("Finish or withdraw the other filing.")),
    Reason("1041", _("The home page is not on this domain"), _("Enter an address on this domain.")),
    Reason("1042", _("The whole record is being cancelled"), _("Withdraw this filing.")),
    Reason("1043", _("A website of the record is being cancelled"), _("Wait until that filing is completed.")),
    Reason("1044", _("The host's responsible person is not named"), _("Enter the name as on the certificate.")),
    Reason(
        "1045",
        _("The provider's own system may report only hosts of the provinces it serves"),
        _("Report it through a provider that serves the province."),
    ),
    Reason("1046", _("A record can't move to another province"), _("Cancel the record and file again there.")),
    Reason("1047", _("The access is another provider's"), _("File it with the provider of that access.")),
    Reason("1048", _("The provider does not serve the record"), _("File it with a provider that serves it.")),
    Reason("1049", _("The record has been cancelled"), _("Make a first-time filing.")),
    Reason("1050", _("The website has been cancelled"), _("File the website again under the number on record.")),
    Reason("1051", _("Too many changes of the record"), _("File it with another provider, or contact the bureau.")),
    Reason("1057", _("Purpose of an attachment wrong"), _("Send the attachment under the purpose it has.")),
    Reason("1063", _("The IP address is not in the provider's pool"), _("Ask the provider.")),
    Reason("1064", _("The domain is on the blacklist"), _("Contact the bureau.")),
    Reason("1065", _("The site host is on the blacklist"), _("Contact the bureau.")),
    Reason("1066", _("Language wrong"), _("Choose the languages used on the website.")),
    Reason("1999", _("Incomplete or wrong in another way"), _("Follow the remark.")),
    Reason("5010", _("An attachment is missing or can't be used"), _("Send it as a complete JPEG or PNG picture.")),
    Reason("B701", _("On the blacklist"), _("Contact the bureau.")),
    Reason(
        "B702",
        _("The data failed a special check"),
        _("Enter the data as they are on the certificates and in use now."),
    ),
    Reason("B703", _("Another reason, as described"), _("Follow the remark.")),
)

# The error classes of remarks, for statistics.
OTHER = "other"
CLASSES: dict[str, Promise | str] = {
    "subject": _("Site host"),
    "people": _("Responsible persons and contacts"),
    "domain": _("Domain"),
    "website": _("Website"),
    "access": _("Access"),
    "papers": _("Documents and photo"),
    OTHER: _("Other"),
}
_CLASS_OF = {
    "subject": (
        *("P101", "P102", "P103", "P109", "P110", "P111", "P112", "P113", "P114", "P115"),
        *("1003", "1008", "1014", "1016", "1017", "1018", "1019", "1026", "1027", "1042", "1043", "1046"),
        *("1045", "1048", "1049", "1051", "1065"),
    ),
    "people": (
        *("P104", "P105", "P106", "P107", "P108"),
        *("1007", "1009", "1010", "1011", "1013", "1015", "1031", "1044"),
    ),
    "domain": ("P201", "P202", "P203", "P204", "P205", "P206", "1004", "1005", "1039", "1064"),
    "website": (
        *("P301", "P302", "P303", "P304", "P305"),
        *("1020", "1021", "1022", "1030", "1033", "1034", "1041", "1050", "1066"),
    ),
    "access": ("P401", "P402", "P403", "1006", "1025", "1029", "1032", "1035", "1036", "1047", "1063"),
    "papers": ("P501", "P502", "P503", "1057", "5010"),
}
_BY_CODE = {code: name for name, codes in _CLASS_OF.items() for code in codes}


def class_of(code: str) -> str:
    """Return the error class of a code, a key of ``CLASSES``."""
    return _BY_CODE.get(code, OTHER)


BY_CODE = {reason.code: reason for reason in REASONS}


def text_of(code: str) -> str:
    """Return the reason of a code in words; empty for a code that is none of these."""
    return str(BY_CODE[code].text) if code in BY_CODE else ""


def grouped() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return all reasons as choices "code text", grouped by error class."""
    groups: dict[str, list[tuple[str, str]]] = {name: [] for name in CLASSES}
    for reason in REASONS:
        groups[class_of(reason.code)].append((reason.code, f"{reason.code} {reason.text}"))
    return [(str(CLASSES[name]), choices) for name, choices in groups.items()]


# Part of a field's path → the error classes of what is usually wrong with it; the first match counts. OTHER always is.
_ABOUT = (
    ("papers.", ("papers", "subject", "people", "website")),
    (".access.", ("access",)),
    ("responsible.", ("people", "subject")),
    (".domain", ("domain", "website")),
    (".registrar", ("domain",)),
    ("websites.", ("website", "domain")),
    ("", ("subject", "people")),
)


def usual_classes() -> list[tuple[str, list[str]]]:
    """Return (part of a field's path, names of the classes in ``grouped``); the first part that matches counts."""
    return [(part, [str(CLASSES[name]) for name in (*names, OTHER)]) for part, names in _ABOUT]
