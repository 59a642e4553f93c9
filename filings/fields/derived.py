"""Facts that follow from others, so that the form doesn't ask for them twice.

An individual is the responsible person and the investor of their own website, so the form asks for the person once; the
interface gets each of its elements all the same. A home page that nobody has typed is the website's domain with www.,
and follows it.
"""

from django.core.exceptions import ValidationError

from filings import facts, fields, kinds
from filings.facts import Facts
from ministry.reference import code_tables, domains


def completed(values: Facts) -> Facts:
    """Return the facts with those that follow from others, where this kind of filing opens them."""
    derived, law = (
        {**_home_pages(values), **(_of_the_person(values) if facts.is_individual(values) else {})},
        kinds.of(values),
    )
    return facts.written(values, {path: value for path, value in derived.items() if law.opens(path)})


def _home_pages(values: Facts) -> dict[str, str]:
    """Return the home page of each website with a domain for which none has been typed."""
    pages = [section for section in fields.sections_of(values) if section.part == fields.WEBSITE.part]
    named = {page.prefix: facts.read(values, f"{page.prefix}.domain") for page in pages if _has_home_page(values, page)}
    return {
        f"{prefix}.home_url": f"www.{domain}"
        for prefix, domain in named.items()
        if _is_domain(domain) and not facts.read(values, f"{prefix}.home_url")
    }


def following(before: Facts, after: Facts) -> dict[str, str]:
    """Return the home pages that follow a changed domain, by path: those that were derived from the old one."""
    pages = [section for section in fields.sections_of(after) if section.part == fields.WEBSITE.part]
    found = {}
    for page in pages:
        old, new = (str(facts.read(values, f"{page.prefix}.domain") or "") for values in (before, after))
        path = f"{page.prefix}.home_url"
        was_derived = facts.read(before, path) == facts.read(after, path) == f"www.{old}"
        if old != new and was_derived and _is_domain(new) and _has_home_page(after, page):
            found[path] = f"www.{new}"
    return found


def _has_home_page(values: Facts, page: fields.Section) -> bool:
    is_website = facts.service(values, page.website or 0) == code_tables.WEBSITE
    return is_website and not facts.read(values, f"{page.prefix}.ip_only")


def _is_domain(text: str) -> bool:
    try:
        return bool(text) and domains.normalise_domain(text) == text
    except ValidationError:
        return False


def _of_the_person(values: Facts) -> Facts:
    """Return what repeats an individual's data, by path.

    The individual is also responsible for each website, until that website's page names somebody else.
    """
    repeated = {
        path: own
        for path, _section, field in fields.each(values)
        if field.of_person and (own := facts.read(values, field.of_person)) != facts.read(values, path)
    }
    managers = [section for section in fields.sections_of(values) if section.part == fields.MANAGER.part]
    return repeated | {f"{page.prefix}.same": True for page in managers if not facts.read(values, page.prefix)}


def source_of(path: str, values: Facts) -> str:
    """Return the path of the fact that an individual's fact at ``path`` repeats; empty for others."""
    found = fields.find_in(values, path) if facts.is_individual(values) else None
    return found[1].of_person if found else ""
