"""The content of a proof of a record, as lines of label and value, for its page and its PDF."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ministry.reference import code_tables, domains, english

Pair = tuple[str, str]


def rows(content: dict[str, Any]) -> list[Pair]:
    """Return the lines of a proof as (label, value)."""
    found = [
        (_("Number"), content["number"]),
        (_("Site host"), content["name"]),
        (_("Type of site host"), code_tables.name_of(code_tables.NATURES, content["nature"])),
    ]
    if "domain" in content:
        found += _service(content) if "service" in content else _website(content)
        found += [
            (_("Access provider"), english.joined(content["providers"]) or _("none")),
        ]
    found.append((_("Approved on"), date_format(date.fromisoformat(content["approved_on"]))))
    if content["is_suspended"]:
        found.append((_("In force"), _("suspended by the bureau")))
    if "websites" in content:
        named = [f"{number} {_readable(names)}" for number, *names in content["websites"]]
        found.append((_("Its websites"), english.joined([*named, *(["…"] if content["more"] else [])]) or _("none")))
    return found


def _website(content: dict[str, Any]) -> list[Pair]:
    return [
        (_("Website"), content["website"]),
        (_("Domain"), _readable([content["domain"], *content.get("further_domains", ())])),
    ]


def _service(content: dict[str, Any]) -> list[Pair]:
    """Return the lines for an APP, a mini-program or a quick app, which are identified by name."""
    return [
        (_("Service type"), code_tables.name_of(code_tables.SERVICE_TYPES, content["service"])),
        (_("Service name"), content["website"]),
    ]


def _readable(names: Iterable[str]) -> str:
    return english.joined(map(domains.display_domain, names))
