"""Filters for official names and lists in the language of a page."""

from collections.abc import Iterable

from django import template

from ministry.reference import english

register = template.Library()


@register.filter
def named(official: str) -> str:
    """Return an official name as the current language shows it."""
    return english.named(official)


@register.filter
def listed(words: Iterable[object]) -> str:
    """Return the words as a list in the current language: 北京、天津 or Beijing, Tianjin."""
    return english.joined(words)
