"""Check whether name, nature, certificate, province and address of a host fit together.

They must not contradict each other (《网站备案信息填报规范性与真实性的有关要求》). Contradictions of
what law defines block. What may be correct all the same only warns: a unit can move away from where it was registered,
and 张总 may be a name.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from filings import facts
from filings.facts import Facts
from filings.fields.findings import Finding, Severity
from filings.rules import reservations
from ministry.reference import certificates, code_tables, divisions, full_names, natures

NATIONAL = "10"  # digits 3 and 4 of a credit code from a national department


def incoherent(values: Facts) -> Iterator[Finding]:
    """Yield what contradicts something else in the facts about the host and its responsible persons."""
    yield from _host_name(values)
    yield from _titles(values)
    yield from _form_in_name(values)
    yield from _form_registered(values)
    yield from _place_registered(values)
    yield from _place_on_certificate(values)
    yield from _place_of_mail(values)


def _host_name(values: Facts) -> Iterator[Finding]:
    name = str(facts.read(values, "subject.name"))
    if full_names.is_number(name):
        message = _("The name of a site host can't be a number.")
    elif full_names.is_address(name):
        message = _("The name of a site host can't be a domain, a web address or an e-mail address.")
    else:
        return
    yield Finding("1999", "subject.name", message, _("Enter the full name on the certificate."))


def _titles(values: Facts) -> Iterator[Finding]:
    named = {path: str(person.get("name") or "") for path, person in reservations.people(values)}
    if facts.is_individual(values):
        named["subject"] = str(facts.read(values, "subject.name"))
    for path, name in named.items():
        if title := full_names.title_in(name):
            message = _("“%(title)s” is a title or a position, not part of a name.") % {"title": title}
            yield Finding("1999", f"{path}.name", message, _("Enter only the name on the certificate."))
        elif full_names.may_be_title(name):
            message = _("“%(name)s” looks like a form of address.") % {"name": name}
            fix = _("Enter the full name on the certificate. If this is the name, leave it.")
            yield Finding("1999", f"{path}.name", message, fix, Severity.WARNS)


def _form_in_name(values: Facts) -> Iterator[Finding]:
    nature, form = facts.nature(values), natures.form_named(str(facts.read(values, "subject.name")))
    if nature and form and nature not in form.natures:
        yield Finding(
            "1014",
            "subject.nature",
            _("The name of the site host says “%(form)s”, which does not match the type “%(nature)s”.")
            % {"form": form.name, "nature": _name_of(nature)},
            _("Choose “%(natures)s”, or correct the name.") % {"natures": form.expected},
        )


def _form_registered(values: Facts) -> Iterator[Finding]:
    nature, form = facts.nature(values), natures.form_registered(_credit_code(values))
    if nature and form and nature not in form.natures:
        yield Finding(
            "1008",
            "subject.cert_number",
            _(
                "The first two characters show that this credit code belongs to a “%(form)s”, not to the type "
                "“%(nature)s”."
            )
            % {"form": form.shown, "nature": _name_of(nature)},
            _("Check the number against the certificate, or choose the type “%(natures)s”.")
            % {"natures": form.expected},
        )


def _place_registered(values: Facts) -> Iterator[Finding]:
    """Yield a warning if another province issued the credit code (GB 32100: digits 3 to 8 are its division)."""
    province, issued = str(facts.read(values, "subject.province")), _credit_code(values)[2:4]
    place = f"{issued}0000"
    if province and issued and issued not in (NATIONAL, province[:2]) and divisions.is_province(place):
        yield Finding(
            "1019",
            "subject.province",
            _("Digits 3 to 8 show that the credit code was issued in %(issued)s, but this filing goes to %(chosen)s.")
            % {"issued": divisions.name_of(place), "chosen": divisions.name_of(province)},
            _("Choose the province of the address on the certificate. If the organisation has moved here, leave it."),
            Severity.WARNS,
        )


def _place_on_certificate(values: Facts) -> Iterator[Finding]:
    chosen = str(facts.read(values, "subject.division") or facts.read(values, "subject.province"))
    fix = _("Choose province and city as on the certificate, because they decide which bureau gets the filing.")
    yield from _elsewhere(values, "subject.cert_address", chosen, fix)


def _place_of_mail(values: Facts) -> Iterator[Finding]:
    fix = _("Check the address. If mail should go to another province, leave it.")
    yield from _elsewhere(values, "subject.address", str(facts.read(values, "subject.province")), fix)


def _elsewhere(values: Facts, path: str, chosen: str, fix: str) -> Iterator[Finding]:
    """Yield a warning if the address begins with another place than the chosen one."""
    place = divisions.place_in(str(facts.read(values, path)))
    if chosen and place and not divisions.agree(place, chosen):
        message = _("This address is in %(place)s, but %(chosen)s has been chosen.")
        names = {"place": divisions.name_of(place), "chosen": divisions.name_of(chosen)}
        yield Finding("1019", path, message % names, fix, Severity.WARNS)


def _credit_code(values: Facts) -> str:
    cert_type, number = facts.read(values, "subject.cert_type"), str(facts.read(values, "subject.cert_number"))
    return certificates.credit_code(cert_type, number) if cert_type else ""


def _name_of(nature: int) -> str:
    return code_tables.name_of(code_tables.NATURES, nature)
