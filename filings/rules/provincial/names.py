"""Check website names."""

from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from filings.fields.findings import Finding
from filings.rules.provincial.judged import Judge, JudgedRule, finding, softer
from ministry.models import ProvinceRule
from ministry.reference import english, naming
from ministry.reference.topics import Topic


def _names(judged: JudgedRule) -> Iterator[tuple[str, str]]:
    """Yield path and text of each non-empty name."""
    for number, website in judged.sites:
        if name := (website.get("name") or "").strip():
            yield f"websites.{number}.name", name


def out_of_shape(judged: JudgedRule) -> Iterator[Finding]:
    for path, name in _names(judged):
        try:
            naming.check_shape(name)
        except ValidationError as error:
            yield Finding("P301", path, " ".join(error.messages), _("Choose another name."))


def _name_too_short(judged: JudgedRule, rule: ProvinceRule) -> Iterator[Finding]:
    least = rule.amount or 0
    for path, name in _names(judged):
        if naming.chinese_characters(name) < least:
            yield finding(rule, "P301", path, _length_words(least), _("Choose another name."))


def _length_words(least: int) -> str:
    return ngettext(
        "A website name needs at least %(least)d Chinese character.",
        "A website name needs at least %(least)d Chinese characters.",
        least,
    ) % {"least": least}


def length_hint(judged: JudgedRule) -> str:
    """Return how many Chinese characters a website name needs; empty where no rule asks for any."""
    least = max((rule.amount or 0 for rule in judged.rules(Topic.NAME_CHARACTERS)), default=0)
    return _length_words(least) if least else ""


def _name_begins_wrong(judged: JudgedRule, rule: ProvinceRule) -> Iterator[Finding]:
    for path, name in _names(judged):
        if word := naming.beginning_of(name, rule.lines):
            make = softer if _bears(judged, word) else finding
            yield make(
                rule,
                "P301",
                path,
                _("A website name must not begin with “%(word)s”.") % {"word": word},
                _("Choose another name."),
            )


def _name_holds_word(judged: JudgedRule, rule: ProvinceRule) -> Iterator[Finding]:
    for path, name in _names(judged):
        if found := naming.words_in(name, rule.lines):
            make = softer if all(_bears(judged, word) for word in found) else finding
            yield make(
                rule,
                "P301",
                path,
                _("A website name must not contain “%(words)s”.") % {"words": english.joined(found)},
                _("Choose another name."),
            )


def _bears(judged: JudgedRule, word: str) -> bool:
    """Return whether the word is in the unit's registered name, so that the bureau has to decide."""
    return not judged.individual and bool(naming.words_in(judged.read("subject.name"), [word]))


def _name_says_nothing(judged: JudgedRule, rule: ProvinceRule) -> Iterator[Finding]:
    for path, name in _names(judged):
        if naming.is_placeholder(name, rule.lines):
            yield finding(rule, "P301", path, _("This is not a meaningful name."), _("Say what the website offers."))


def _name_in_other_form(judged: JudgedRule, rule: ProvinceRule) -> Iterator[Finding]:
    for path, name in _names(judged):
        if not naming.has_form(name, rule.lines):
            yield finding(
                rule,
                "P301",
                path,
                _("This province requires names of the form %(forms)s.")
                % {"forms": english.joined(line.replace("*", "××") for line in rule.lines)},
                _("Choose a name of this form."),
            )


TOPICS: dict[Topic, Judge] = {
    Topic.NAME_CHARACTERS: _name_too_short,
    Topic.NAME_BEGINNING: _name_begins_wrong,
    Topic.NAME_WORDS: _name_holds_word,
    Topic.NAME_PLACEHOLDER: _name_says_nothing,
    Topic.NAME_FORM: _name_in_other_form,
}
