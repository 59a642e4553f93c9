"""Read the mails that come with the portal: their text, with a named placeholder for each part that differs.

A kind of mail is a template ``emails/<kind>.txt`` whose first line is the subject. Its sentences are text; each
variable in them is a placeholder, and so is each condition, loop, link and included template as a whole. The values of
the placeholders in one mail are rendered by the template itself, so operators' texts need no template language.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

from django.conf import settings
from django.template import Context
from django.template import Template as DjangoTemplate
from django.template.base import Node, NodeList, TextNode, VariableNode, render_value_in_context
from django.template.defaulttags import AutoEscapeControlNode, CommentNode, ForNode, IfNode, LoadNode, URLNode, WithNode
from django.template.library import SimpleNode
from django.template.loader import get_template
from django.template.loader_tags import IncludeNode
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils.translation import gettext, ngettext

from ministry.mail import examples

FOLDER: Final = "emails"
MARK: Final = "{{ %s }}"
_PLACEHOLDER: Final = re.compile(r"\{\{ *(\w+) *\}\}")
# A mail without one of these, a link or a shared part can't be understood or answered.
_NEEDED: Final = frozenset({"number", "numbers", "password", "code", "id", "ids"})
_LINK: Final = re.compile(r"(?:^|[._])(?:url|link)$")
# The first paragraph of these is also a text message (SMS), for a gateway that sends such (``filings.mail.gateways``).
TEXT_MESSAGES: Final = frozenset({"code"})
_BLANK: Final = re.compile(r"\n\s*\n")


@dataclass(slots=True)
class BuiltIn:
    """A kind's subject and body in the current language, its placeholders' values, and which of them are required.

    Without the context of a mail, the values are examples.
    """

    subject: str
    body: str
    values: dict[str, str]
    required: frozenset[str]


@cache
def kinds() -> tuple[str, ...]:
    """Return the kinds of mails whose text operators can edit."""
    names = {file.stem for file in Path(settings.BASE_DIR, "templates", FOLDER).glob("[!_]*.txt")}
    return tuple(sorted(names))


def read(kind: str, context: Mapping[str, Any] | None = None, wanted: Collection[str] = ()) -> BuiltIn:
    """Return the text of this kind that comes with the portal, with examples.

    With the context of a mail, return the values in it of the placeholders that are ``wanted``.
    """
    template = _template(f"{FOLDER}/{kind}.txt")
    reader = _Reader(context is None, frozenset(wanted))
    with _bound(template, context or {}) as bound:
        reader.read(template.nodelist, bound)
    subject, body = "".join(reader.words).split("\n", 1)
    return BuiltIn(subject.strip(), body.strip() + "\n", reader.values, frozenset(reader.required))


def names_in(text: str) -> list[str]:
    """Return the names of the placeholders in a text, in their order."""
    return _PLACEHOLDER.findall(text)


def first_paragraph(body: str) -> tuple[str, str]:
    """Return the first paragraph of a body, and the rest of it."""
    first, *rest = _BLANK.split(body.strip(), 1)
    return first, "".join(rest)


def filled(text: str, values: Mapping[str, str]) -> str:
    """Replace the placeholders by their values; raise KeyError for an unknown one. Values are not searched again."""
    return _PLACEHOLDER.sub(lambda match: values[match[1]], text)


def has_stray_braces(text: str) -> bool:
    """Return whether a text has braces that are no placeholder's, as of a misspelt one or of a template language."""
    return bool(re.search(r"\{\{|\}\}|\{%|%\}", _PLACEHOLDER.sub("", text)))


@cache
def _template(name: str) -> DjangoTemplate:
    found: DjangoTemplate = get_template(name).template  # type: ignore[attr-defined]  # of Django's own engine
    return found


@contextmanager
def _bound(template: DjangoTemplate, values: Mapping[str, Any]) -> Iterator[Context]:
    context = Context(dict(values), autoescape=False)
    with context.bind_template(template), context.render_context.push_state(template):
        yield context


@dataclass(slots=True)
class _Reader:
    """Collects the words and the placeholders of a template, in order."""

    with_examples: bool
    wanted: frozenset[str] = frozenset()
    words: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    _sources: dict[str, str] = field(default_factory=dict)

    def read(self, nodes: Iterable[Node], context: Context) -> None:
        rest = iter(nodes)
        for node in rest:
            if isinstance(node, VariableNode) and _token(node) == "site_url":
                link = next(rest)
                self._part(_name(link), [node, link], context)
            else:
                self._node(node, context)

    def _node(self, node: Node, context: Context) -> None:
        match node:
            case TextNode():
                self.words.append(node.s)
            case AutoEscapeControlNode():
                self.read(node.nodelist, context)
            case WithNode():
                bound = {} if self.with_examples else _resolved(node, context)
                with context.push(**bound):
                    self.read(node.nodelist, context)
            case TranslateNode(asvar=None):
                self.words.append(node.render(context))
            case BlockTranslateNode(asvar=None):
                self._sentence(node, context)
            case LoadNode() | CommentNode():
                pass
            case SimpleNode(target_var=str()):
                node.render(context)
            case _:
                self._part(_name(node), [node], context)

    def _sentence(self, node: BlockTranslateNode, context: Context) -> None:
        singular, names = node.render_token_list(node.singular)
        text = gettext(singular)
        if node.plural:
            plural, names = node.render_token_list(node.plural)
            text = ngettext(singular, plural, 2)
        marks = {name: self._variable(node, name, context) for name in names}
        self.words.append(text % marks)

    def _variable(self, node: BlockTranslateNode, name: str, context: Context, *, is_required: bool = True) -> str:
        bound = node.counter if name == node.countervar else node.extra_context.get(name)
        unique = self._unique(name, bound.token if bound else name)
        if self.with_examples:
            self.values[unique] = examples.of(name)
        elif unique in self.wanted:
            value = bound.resolve(context, ignore_failures=True) if bound else context.get(name)
            self.values[unique] = "" if value is None else str(render_value_in_context(value, context))
        if is_required and (name in _NEEDED or _LINK.search(name)):
            self.required.add(unique)
        return MARK % unique

    def _part(self, name: str, nodes: list[Node], context: Context) -> None:
        """Add a placeholder for nodes that are not text as a whole."""
        unique = self._unique(name, "".join(map(_source, nodes)))
        self.words.append(MARK % unique)
        if self.with_examples:
            self.values[unique] = "".join(map(_example, nodes))
        elif unique in self.wanted:
            self.values[unique] = "".join(str(node.render(context)) for node in nodes)
        if name in _NEEDED or any(map(_is_needed, nodes)):
            self.required.add(unique)
        # For a sentence that replaces the condition's: empty where its case does not apply
        for sentence in _sentences(nodes):
            for inner in sentence.render_token_list(sentence.singular)[1]:
                self._variable(sentence, inner, context, is_required=False)

    def _unique(self, name: str, source: str) -> str:
        """Return the name; with a number if another placeholder has it already."""
        for unique in (name, *(f"{name}_{number}" for number in range(2, 100))):
            if self._sources.setdefault(unique, source) == source:
                return unique
        raise ValueError(name)


def _sentences(nodes: Iterable[Node]) -> Iterator[BlockTranslateNode]:
    """Yield the sentences in the cases of conditions; not those in loops."""
    for node in nodes:
        if isinstance(node, IfNode):
            for _condition, inside in node.conditions_nodelists:
                yield from _sentences(inside)
        elif isinstance(node, BlockTranslateNode) and node.asvar is None:
            yield node


def _resolved(node: WithNode, context: Context) -> dict[str, Any]:
    return {name: bound.resolve(context) for name, bound in node.extra_context.items()}


def _name(node: Node) -> str:
    """Return the name of a node's placeholder: that of its variable, view or template."""
    match node:
        case VariableNode():
            found = _token(node).split("|")[0]
        case URLNode():
            found = f"{str(node.view_name.var).split(':')[-1]}_url"
        case IncludeNode():
            found = _included(node).removeprefix(f"{FOLDER}/_").removesuffix(".txt")
        case IfNode():
            words = _contents(node).removeprefix("if ").removeprefix("not ")
            found = f"if_{re.split(' (?:==|and|or|in|>) ', words)[0]}"
        case ForNode():
            found = _contents(node).partition(" in ")[2]
        case _:
            found = type(node).__name__.removesuffix("Node").lower()
    return re.sub(r"\W+", "_", found).strip("_")


def _source(node: Node) -> str:
    """Return what tells a node from others of the same name."""
    match node:
        case VariableNode():
            return _token(node)
        case URLNode() | IncludeNode():
            return _contents(node)
    return str(id(node))


def _token(node: VariableNode) -> str:
    return str(node.filter_expression.token)


def _contents(node: Node) -> str:
    return node.token.contents if node.token else ""


def _included(node: IncludeNode) -> str:
    return str(node.template.var)


def _is_needed(node: Node) -> bool:
    """Return whether a node shows a link or a number, or is a part that mails share."""
    if isinstance(node, IncludeNode) or node.get_nodes_by_type(URLNode):
        return True
    names = {_token(cast(VariableNode, shown)) for shown in node.get_nodes_by_type(VariableNode)}
    for found in node.get_nodes_by_type(BlockTranslateNode):
        sentence = cast(BlockTranslateNode, found)
        names.update(sentence.render_token_list(sentence.singular)[1])
    return bool(names & _NEEDED) or any(map(_LINK.search, names))


def _example(node: Node) -> str:
    """Return an example of a node's output: the first case of a condition, one row of a loop."""
    match node:
        case VariableNode():
            return examples.of(_name(node))
        case URLNode():
            return examples.of("path")
        case IfNode():
            return _flat(node.conditions_nodelists[0][1])
        case ForNode():
            return _flat(cast(NodeList, node.nodelist_loop))
        case IncludeNode():
            return _flat(_template(_included(node)).nodelist)
    return examples.of("")


def _flat(nodes: Iterable[Node]) -> str:
    reader = _Reader(with_examples=True)
    with _bound(_template(f"{FOLDER}/_notice.txt"), {}) as context:
        reader.read(nodes, context)
    return filled("".join(reader.words), reader.values)
