"""Filters for official names, texts of rules and lists in the language of a page."""

from collections.abc import Iterable

from django import template

from ministry.reference import english
from ministry.rules import english as rules

register = template.Library()


@register.filter
def named(official: str) -> str:
    """Return an official name as the current language shows it."""
    return english.named(official)


@register.simple_tag
def separator() -> str:
    """Return what stands between the items of a list in the current language, for lists of links."""
    return english.separator()


@register.filter
def rule_text(official: str) -> str:
    """Return the advice or source of a rule as the current language shows it."""
    return rules.rule_text(official)


@register.filter
def listed(words: Iterable[object]) -> str:
    """Return the words as a list in the current language: 北京、天津 or Beijing, Tianjin."""
    return english.joined(words)
