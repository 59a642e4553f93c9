"""Templates keep to a form that a person can read and compare."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template import engines
from django.template.defaulttags import IfNode, TemplateLiteral
from django.template.loader_tags import BlockNode, ExtendsNode

LONGEST = 160
# Template or folder → what is compared there with a literal, because only the look depends on it.
PRESENTATION = {
    "admin/pagination.html": {"cl.result_count"},  # as in Django's own template
    "allauth/elements/": {"attrs.align", "attrs.tags", "attrs.type"},  # allauth's templates give these as words
    "components/messages.html": {"message.level_tag"},  # Django's, the tone of a notice elsewhere
    "components/summary_list.html": {"row.value"},  # a zero is a value
}


def test_no_line_of_a_template_is_too_long():
    templates = Path(settings.BASE_DIR, "templates")
    lines = (
        (path.relative_to(templates).as_posix(), number, len(line))
        for path in sorted(templates.rglob("*"))
        if path.is_file()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
    )

    assert [f"{path}:{number}: {length}" for path, number, length in lines if length > LONGEST] == []


def test_a_block_fills_a_block_of_the_page_it_extends():
    """A block that no parent has is dropped without a word."""
    folder = Path(settings.BASE_DIR, "templates")
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))

    assert [(name, block) for name in names for block in without_place(name)] == []


def test_templates_decide_nothing():
    """Conditions compare no state and no kind with a literal: the view says what they mean. Sizes may be compared."""
    folder = Path(settings.BASE_DIR, "templates")
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())

    assert [(name, what) for name in names for what in compared(name) if not is_presentation(name, what)] == []


def is_presentation(name: str, what: str) -> bool:
    return any(name.startswith(place) and what in allowed for place, allowed in PRESENTATION.items())


def compared(name: str) -> Iterator[str]:
    """Yield each expression that a template's conditions compare with a literal, for equality or membership."""
    for node in engines["django"].engine.get_template(name).nodelist.get_nodes_by_type(IfNode):
        for condition, _shown in node.conditions_nodelists:
            yield from sides(condition)


def sides(condition: Any) -> Iterator[str]:
    if condition is None or isinstance(condition, TemplateLiteral):
        return
    if condition.id in ("==", "!=", "in", "not in"):
        literal = {one.text: is_literal(one) for one in (condition.first, condition.second)}
        yield from (text for text, is_it in literal.items() if not is_it and any(literal.values()))
    else:
        yield from sides(condition.first)
        yield from sides(condition.second)


def is_literal(side: TemplateLiteral) -> bool:
    found = side.value.var
    return isinstance(found, str) or found.literal is not None


def without_place(name: str) -> Iterator[str]:
    """The blocks of a template that neither of its parents has."""
    child = extending(name)
    own = [node.name for node in child.nodelist if isinstance(node, BlockNode)] if child else []
    known: set[str] = set()
    while child:
        parent = child.parent_name.var
        nodes = engines["django"].engine.get_template(parent).nodelist
        known |= {node.name for node in nodes.get_nodes_by_type(BlockNode)}
        child = extending(parent)
    yield from (block for block in own if block not in known)


def extending(name: str) -> ExtendsNode | None:
    nodes = engines["django"].engine.get_template(name).nodelist
    return next((node for node in nodes if isinstance(node, ExtendsNode)), None)
