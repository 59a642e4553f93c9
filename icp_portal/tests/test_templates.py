"""Templates keep to a form that a person can read and compare."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.template import engines
from django.template.loader_tags import BlockNode, ExtendsNode

LONGEST = 160


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
