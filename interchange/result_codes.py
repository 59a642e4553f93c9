"""The result codes of the official interface V3.0, each with the gloss of its meaning.

``MsgCode`` is what an operation returns at once; ``RESULTS`` is what a later download says of a record (``Jgdm``).
English texts are translations; the Chinese ones, in the catalogue, are the document's wording, shortened, and go over
the wire whatever the language of a page (``official``). docs/interchange.md says of each code when it is given here.
"""

from contextlib import AbstractContextManager

from django.db import models
from django.utils import translation
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

MAX_XML_MB = 50  # of XML in a file


def _too_large() -> str:
    return gettext("The file is larger than %(mb)d MB") % {"mb": MAX_XML_MB}


class MsgCode(models.IntegerChoices):
    """What an operation returns as ``msg_code``."""

    DONE = 0, _("Success")
    ALL_DOWNLOADED = 1, _("Success; everything is downloaded")
    NOTHING_TO_DOWNLOAD = 2, _("Nothing to download")
    MORE_TO_DOWNLOAD = 3, _("More data are waiting for download")
    WRONG_USER = 4, _("Wrong user name")
    WRONG_PASSWORD = 5, _("Wrong password of the interface")
    NOT_DECRYPTED = 6, _("Decryption failed")
    WRONG_HASH = 7, _("The hash doesn't match")
    NOT_UNZIPPED = 8, _("Decompression failed")
    WRONG_ENCRYPTION = 9, _("Unknown type of encryption")
    WRONG_HASH_TYPE = 10, _("Unknown type of hash")
    WRONG_COMPRESSION = 11, _("Unknown compression format")
    NOT_AUTHENTICATED = 12, _("Wrong credentials")
    OTHER_PROVINCE = 13, _("Not an access provider of this province")
    MISSING_UPLOADS = 14, _("Earlier uploads are missing; send them first")
    TOO_MANY_WAITING = 15, _("Too many files are waiting; report later")
    SHORT_RANDOM = 16, _("The random value has fewer than 20 characters")
    NOT_ONE_FILE = 17, _("Exactly one file is needed each time")
    TOO_LARGE = 18, lazy(_too_large, str)()
    NOT_PERMITTED = 19, _("Permission to report is not open")
    OUTSIDE_HOURS = 20, _("Outside the hours for reporting")
    NO_FILE_NAME = 21, _("The file name of the receipt is empty")
    TOO_MANY_TRIES = 22, _("Too many checks of the filing password")
    UPLOADS_PAUSED = 901, _("Under maintenance; the report is not accepted")
    DOWNLOADS_PAUSED = 902, _("Under maintenance; downloads are not served")
    OTHER = 999, _("Other")


RESULTS: dict[int, Promise | str] = {
    # ICP filings
    1001: _("The bureau has approved"),
    1002: _("The bureau has refused"),
    1003: _("Conflict of the site host"),
    1004: _("Invalid domain name"),
    1005: _("Domain name already on record"),
    1006: _("Invalid IP address"),
    1007: _("Invalid contact details"),
    1008: _("Invalid certificate"),
    1009: _("Invalid e-mail address"),
    1010: _("Invalid office telephone"),
    1011: _("Invalid mobile number"),
    1012: _("Invalid MSN account"),
    1013: _("Invalid QQ number"),
    1014: _("Invalid type of site host"),
    1015: _("Invalid identity number"),
    1016: _("The record referred to doesn't exist"),
    1017: _("A change is under review; no further change is possible"),
    1018: _("Wrong ICP filing password"),
    1019: _("Wrong code of province, city or county"),
    1020: _("Conflict of the website name"),
    1021: _("Conflict of the home page address"),
    1022: _("Wrong format of the home page address"),
    1023: _("The IP data don't exist"),
    1024: _("Conflict of IP addresses"),
    1025: _("The only access can't be ended"),
    1026: _("Wrong code of the reason for cancellation"),
    1027: _("The cancellation of the record is a duplicate"),
    1028: _("Wrong ICP user name"),
    1029: _("Duplicate access of the same website"),
    1030: _("The cancellation of the website is a duplicate"),
    1031: _("The office telephone of the website's responsible person is empty"),
    1032: _("The end of the access is a duplicate"),
    1033: _("Invalid kind of prior approval"),
    1034: _("Invalid service content"),
    1035: _("Invalid access method"),
    1036: _("Invalid server location"),
    1037: _("Website already reported"),
    1038: _("Access already reported"),
    1039: _("Domain name already reported"),
    1040: _("IP address of the access already reported"),
    1041: _("The home page address must contain one of the domain names"),
    1042: _("The record is being cancelled; a website of it can't be"),
    1043: _("A website is being cancelled; the record can't be"),
    1044: _("The host's responsible person is empty"),
    1045: _("Reports are accepted only in the provider's own province"),
    1046: _("A change can't lead to another province"),
    1047: _("Only the provider's own access can be ended"),
    1048: _("The record is not one of this provider"),
    1049: _("The record is cancelled"),
    1050: _("The website is cancelled"),
    1051: _("Too many requests for changes"),
    1052: _("Under way in the earlier system"),
    1053: _("The unit is deleted"),
    1054: _("Invalid reporting unit"),
    1055: _("The verification sheet is not of this record"),
    1056: _("Wrong code of the attachment's format"),
    1057: _("Wrong code of the attachment's use"),
    1058: _("The host's record doesn't exist"),
    1059: _("The website doesn't exist"),
    1060: _("The verification sheet is stored"),
    1061: _("The verification sheet's use doesn't fit its identifier"),
    1062: _("The access agrees with the IP records"),
    1063: _("The IP address differs from the unit's reported ones"),
    1064: _("The website's domain name is on the blacklist"),
    1065: _("The host is on the blacklist"),
    1066: _("Wrong kind of language"),
    1067: _("The filing number or key stands for several websites"),
    1068: _("The filing number or key stands for several short records"),
    1999: _("Other"),
    # IP addresses
    2001: _("No such reporting unit"),
    2002: _("The first IP address is above the last"),
    2003: _("IP range already reported"),
    2004: _("Broadcast already reported"),
    2005: _("The source was not reported first"),
    2006: _("Illegal first IP address"),
    2007: _("Illegal last IP address"),
    2008: _("Illegal gateway IP address"),
    2009: _("Wrong class of unit"),
    2010: _("Method of allocation is empty"),
    2011: _("Wrong province, city or county"),
    2012: _("Illegal telephone number"),
    2013: _("Illegal e-mail address"),
    2014: _("First IP address is empty"),
    2015: _("Last IP address is empty"),
    2016: _("Broadcasting unit is empty"),
    2017: _("The broadcasting unit doesn't exist"),
    2018: _("The requesting unit doesn't exist"),
    2019: _("Invalid type of unit"),
    2020: _("Invalid trade"),
    2021: _("Invalid method of use"),
    2022: _("Business licence is empty"),
    2023: _("Invalid administrative level"),
    2024: _("Invalid province"),
    2025: _("Invalid city"),
    2026: _("Invalid county"),
    2027: _("Reporting unit is empty"),
    2028: _("Source unit is empty"),
    2029: _("Wrong source unit"),
    2030: _("Date of use is empty"),
    2031: _("Name of the unit is empty"),
    2032: _("Method of use is empty"),
    2033: _("Redirection of the domain is empty"),
    2034: _("Type of unit is empty"),
    2035: _("Class of unit is empty"),
    2036: _("Detailed address is empty"),
    2037: _("Province is empty"),
    2038: _("City is empty"),
    2039: _("Contact telephone is empty"),
    2040: _("Name of the contact is empty"),
    2041: _("Invalid method of allocation"),
    2042: _("E-mail address is empty"),
    2043: _("Gateway IP address is empty"),
    2044: _("Physical address of the gateway is empty"),
    2045: _("Name of the source unit is empty"),
    2046: _("Type of the source unit is empty"),
    2047: _("Unit allocated to is empty"),
    2048: _("The unit allocated to doesn't exist"),
    2049: _("Already reported"),
    2050: _("The allocating unit is the using unit"),
    2051: _("Invalid broadcasting unit"),
    2052: _("The source unit is the requesting unit"),
    2053: _("The requesting unit is the broadcasting unit"),
    2054: _("Not an IP address of this provider"),
    2055: _("The IP data don't exist"),
    2056: _("Conflict of IP addresses"),
    2998: _("Success"),
    2999: _("Other"),
    # Domain names, reported to the ministry only
    3001: _("Wrong type of domain name"),
    3002: _("Registration date is empty"),
    3003: _("Expiry date is empty"),
    3004: _("The expiry date is before today"),
    3005: _("Name server is empty"),
    3006: _("Registrar is empty"),
    3007: _("Illegal registrar"),
    3008: _("Registrant: name"),
    3009: _("Registrant: organisation"),
    3010: _("Registrant: province"),
    3011: _("Registrant: city"),
    3012: _("Registrant: e-mail address is empty"),
    3013: _("Registrant: format of the e-mail address"),
    3014: _("Registrant: telephone is empty"),
    3015: _("Registrant: format of the telephone"),
    3016: _("Registrant: address"),
    3017: _("Administrator: name"),
    3018: _("Administrator: organisation"),
    3019: _("Administrator: province"),
    3020: _("Administrator: city"),
    3021: _("Administrator: e-mail address is empty"),
    3022: _("Administrator: format of the e-mail address"),
    3023: _("Administrator: telephone is empty"),
    3024: _("Administrator: format of the telephone"),
    3025: _("Administrator: address"),
    3026: _("Invalid access method"),
    3027: _("Invalid place of the server"),
    3028: _("Registrant: wrong province or city"),
    3029: _("Administrator: wrong province or city"),
    3030: _("Payer: wrong province or city"),
    3031: _("Format of the registration date"),
    3032: _("Format of the expiry date"),
    3033: _("Payer: format of the telephone"),
    3034: _("Payer: format of the e-mail address"),
    3035: _("The registration date is in the future"),
    3036: _("Domain names are reported to the ministry only"),
    3037: _("Not a domain name of this unit"),
    3998: _("Success"),
    3999: _("Other"),
    # Any kind
    5001: _("Doesn't conform to the XSD"),
    5002: _("The attribute doesn't exist"),
    5003: _("Qqdwid is not the reporting unit"),
    5004: _("Wrong version"),
    5005: _("The website without filing is not one of this enterprise"),
    5006: _("Duplicate result of processing"),
    5007: _("Wrong code of the result of processing"),
    5008: _("Illegal characters"),
    5009: _("No permission for this business"),
    5010: _("The attachment's format is not allowed"),
    5011: _("The function is not open"),
    5999: _("Other"),
}
# The results that checks of the form of a message give
NOT_VALID = 5001
NO_ATTRIBUTE = 5002
OTHER_REPORTER = 5003
WRONG_VERSION = 5004
ILLEGAL_CHARACTERS = 5008
NOT_OPEN = 5011
OTHER_FAULT = 5999


class CallRefused(Exception):
    """A call of the interface that is refused. ``code``: the ``msg_code`` to return; ``more``: the end of its text."""

    def __init__(self, code: MsgCode, more: str = "") -> None:
        super().__init__(f"msg_code {code.value} ({code.name})")
        self.code, self.more = code, more


def in_chinese() -> AbstractContextManager[None]:
    """Use the language of the interface's messages inside, whatever the language of the current user."""
    return translation.override("zh-hans")


def official(text: Promise | str) -> str:
    """Return the Chinese wording of a code's text, as it goes over the wire."""
    with in_chinese():
        return str(text)
