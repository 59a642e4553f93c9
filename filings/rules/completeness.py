"""Check that addresses are precise enough to be approved, and that a website lists no more contents than it has.

Reviewers return filings that fail either (《网站备案信息填报规范性与真实性的有关要求》). What may be correct all the
same only warns.
"""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.mail import likely_address
from filings import facts
from filings.facts import Facts
from filings.fields.findings import Finding, Severity
from filings.rules import reservations
from ministry.reference import divisions

MOST_CONTENTS = 2  # of a website: providers' guides accept one or two
# A number in figures, one in characters with what it counts, or a village, which needs no street.
_FINDS_THE_DOOR = re.compile(
    "[0-9０-９]|[〇零一二三四五六七八九十百甲乙丙丁](?:号|栋|幢|座|楼|层|单元|室|组|队|巷|弄)|[村屯]"
)


def incomplete(values: Facts) -> Iterator[Finding]:
    """Yield what is missing or too much in the facts about the host, its persons and its websites."""
    yield from _address(values, "subject.cert_address", "1999")
    yield from _address(values, "subject.address", "1007")
    yield from _door(values)
    yield from _mails(values)
    for website in range(facts.count(values)):
        yield from _contents(values, f"websites.{website}.services")


def _address(values: Facts, path: str, code: str) -> Iterator[Finding]:
    address = str(facts.read(values, path))
    if address and divisions.is_place(address):
        fix = _("Add street, house and room number, or the village.")
        yield Finding(code, path, _("“%(place)s” is only a place name.") % {"place": address}, fix)


def _door(values: Facts) -> Iterator[Finding]:
    address = str(facts.read(values, "subject.address"))
    if address and not _FINDS_THE_DOOR.search(address) and not divisions.is_place(address):
        yield Finding(
            "1007",
            "subject.address",
            _("The postal address has no house or room number."),
            _("Add it. If there really is none, leave the address."),
            Severity.WARNS,
        )


def _contents(values: Facts, path: str) -> Iterator[Finding]:
    chosen = facts.read(values, path) or ()
    if len(chosen) > MOST_CONTENTS:
        yield Finding(
            "1034",
            path,
            _("%(count)d service contents are chosen; usually only one or two are accepted.") % {"count": len(chosen)},
            _("Choose the one or two that describe the website best."),
            Severity.WARNS,
        )


def _mails(values: Facts) -> Iterator[Finding]:
    for path, person in reservations.people(values):
        for address in sorted(facts.parts(person, "email")):
            if likely := likely_address(address):
                yield Finding(
                    "1009",
                    f"{path}.email",
                    _("“%(address)s” may be misspelt.") % {"address": address},
                    _("Is it “%(likely)s”? If it is right as it stands, leave it.") % {"likely": likely},
                    Severity.WARNS,
                )
