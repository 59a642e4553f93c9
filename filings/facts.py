"""Read and write the facts of a filing, one JSON document addressed by paths.

Shape: ``{"subject": {…}, "responsible": {…}, "websites": [{…, "approval_numbers": {…}, "responsible": {…},
"access": {…}}, …]}``, plus ``kind`` (none for a first filing) and ``record``: the same data as the register had them
when the filing was started. The names are those of ``filings.fields``; values are texts, numbers, booleans and lists of
numbers. A path is written with dots: ``websites.0.access.ip_ranges``. Remarks, findings, forms, pictures and diffs all
use these paths.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from ministry.reference import code_tables

Facts = dict[str, Any]

# The limit of websites per filing. Published limits of providers are between one and ten; a province's limit is a rule
# (``ministry.rules``).
MOST_WEBSITES = 10


# Keys that are not facts and can't be edited.
HEAD = ("kind", "record")


def kind(facts: Facts) -> str:
    """Return the kind of filing; empty for a first filing."""
    return str(facts.get("kind") or "")


def record(facts: Facts) -> Facts:
    """Return the register's data when the filing was started, in the same shape; empty for a first filing."""
    return facts.get("record") or {}


def blank_website(service: int = code_tables.WEBSITE) -> dict[str, Any]:
    """Return an empty entry for a website or another service; ``service`` is left out for a website."""
    begun = {} if service == code_tables.WEBSITE else {"service": service}
    return {**begun, "approval_numbers": {}, "responsible": {}, "access": {}}


def blank() -> Facts:
    """Return the facts of a filing just started."""
    return {"subject": {}, "responsible": {}, "websites": [blank_website()]}


def _step(node: Any, name: str) -> Any:
    if isinstance(node, list):
        return node[int(name)] if name.isdecimal() and int(name) < len(node) else None
    return node.get(name) if isinstance(node, dict) else None


def read(facts: Facts, path: str) -> Any:
    """Return the value at ``path``; an empty text when nothing is there."""
    node: Any = facts
    for name in path.split("."):
        node = _step(node, name)
        if node is None:
            return ""
    return node


def has(facts: Facts, path: str) -> bool:
    """Return whether ``path`` exists, even with an empty value."""
    parent, _dot, name = path.rpartition(".")
    node = read(facts, parent) if parent else facts
    return isinstance(node, dict) and name in node


def written(facts: Facts, values: dict[str, Any]) -> Facts:
    """Return a copy of ``facts`` with the values (path → value) set; raise IndexError for a missing website."""
    result = deepcopy(facts)
    for path, value in values.items():
        *parents, name = path.split(".")
        node: Any = result
        for parent in parents:
            node = node[int(parent)] if isinstance(node, list) else node.setdefault(parent, {})
        node[name] = value
    return result


def flat(facts: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every (path, value) of the document; lists of numbers count as one value."""
    if isinstance(facts, dict):
        for name, value in facts.items():
            if prefix or name not in HEAD:
                yield from flat(value, f"{prefix}{name}.")
    elif isinstance(facts, list) and any(isinstance(item, dict) for item in facts):
        for index, item in enumerate(facts):
            yield from flat(item, f"{prefix}{index}.")
    else:
        yield prefix.removesuffix("."), facts


def changed_paths(before: Facts, after: Facts) -> list[str]:
    """Return the paths whose values differ; a missing and an empty value are equal."""
    old, new = dict(flat(before)), dict(flat(after))
    return sorted(path for path in old.keys() | new.keys() if (old.get(path) or "") != (new.get(path) or ""))


def service(facts: Facts, website: int = 0) -> int:
    """Return the type of an entry (official id of the service type); a website by default."""
    chosen = read(facts, f"websites.{website}.service")
    return next((row.id for row in code_tables.SERVICE_TYPES if row.id == chosen), code_tables.WEBSITE)


def services(facts: Facts) -> list[int]:
    """Return the service type of each entry."""
    return [service(facts, website) for website in range(count(facts))]


def known_by(facts: Facts, website: int = 0) -> str:
    """Return what identifies an entry: a website's domain, another service's name."""
    return str(
        read(facts, f"websites.{website}.{'domain' if service(facts, website) == code_tables.WEBSITE else 'name'}")
    )


def hosts_of(facts: Facts, website: int) -> list[str]:
    """Return the host names that an entry other than a website uses."""
    return str(read(facts, f"websites.{website}.domains")).split()


def count(facts: Facts) -> int:
    """Return how many websites the filing names."""
    return len(facts["websites"])


def accesses(facts: Facts) -> list[str]:
    """Return the path of each entry's access: addresses, access ways and server places, given by the provider."""
    return [f"websites.{website}.access" for website in range(count(facts))]


def is_individual(facts: Facts) -> bool:
    """Return whether the subject is a natural person."""
    return bool(read(facts, "subject.nature") == code_tables.PERSON)


def nature(facts: Facts) -> int | None:
    """Return the subject's nature; None if it is not in the table."""
    chosen = read(facts, "subject.nature")
    return chosen if chosen in {row.id for row in code_tables.NATURES} else None


def domains_of(facts: Facts) -> list[str]:
    """Return the domains (or bare IP addresses) of all websites, in order; an old website may have several."""
    named = ([website.get("domain"), *str(website.get("kept_domains") or "").split()] for website in facts["websites"])
    return list(dict.fromkeys(str(domain) for domains in named for domain in domains if domain))


def kept_domains(facts: Facts, website: int = 0) -> list[str]:
    """Return the domains of a website with several on record, when the filing was started; else an empty list."""
    return str(read(record(facts), f"websites.{website}.kept_domains")).split()


def approvals_of(facts: Facts) -> list[int]:
    """Return the prior approvals (official ids) that any of the websites needs, each once, in order."""
    return sorted({int(approval) for website in facts["websites"] for approval in website.get("approvals") or ()})


def same_person(facts: Facts, website: int = 0) -> bool:
    """Return whether the subject's responsible person answers for the website too."""
    return bool(read(facts, f"websites.{website}.responsible.same"))


def manager(facts: Facts, website: int = 0) -> dict[str, Any]:
    """Return the website's responsible person: the subject's own when they are the same."""
    own: dict[str, Any] = read(facts, f"websites.{website}.responsible") or {}
    return {**(read(facts, "responsible") or {}), "same": True} if own.get("same") else own


def parts(person: dict[str, Any], name: str) -> set[str]:
    """Return the numbers or addresses of one field of a person; several are separated by semicolons."""
    return set(filter(None, str(person.get(name) or "").split(";")))


def person_key(person: dict[str, Any]) -> tuple[Any, Any]:
    """Return what identifies a person: certificate type and number."""
    return person.get("cert_type"), person.get("cert_number")


def is_first_of(facts: Facts, website: int) -> bool:
    """Return whether no earlier website has this one's responsible person; each person is photographed once."""
    key = person_key(manager(facts, website))
    earlier = (person_key(manager(facts, other)) for other in range(website))
    return not all(key) or key not in earlier
