"""A desk's queue: its tabs, its columns, and the order of its rows."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse

from desks.staff.queue import Sorting, Tab
from desks.staff.queue_forms import FilterForm
from filings.actors import Actor
from filings.models import Filing

# The desk: who looks at the queue, and when.
D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Column:
    """A column. Its heading sorts the tabs of the party's own work by the field ``sort``, the others by ``elsewhere``.

    Both are fields that have no nulls on these tabs, and an index in their order (``filing_table``), so that a page
    costs the same on a long tab. Empty where there is none: status and claimant have too few values to be worth one
    (tabs and filters tell them apart), names of people and providers are in other tables, and tabs of ended filings
    grow for ever.
    """

    id: str
    label: Any
    sort: str = ""
    elsewhere: str = ""
    is_fixed: bool = False  # always shown

    def sort_on(self, tab: Tab[Any]) -> str:
        """Return the field by which its heading sorts this tab; empty if it doesn't."""
        return self.sort if tab.ours else self.elsewhere


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as shown: ``sort`` is what its link asks for, empty if it sorts nothing; ``aria_sort`` as in ARIA."""

    id: str
    label: Any
    sort: str
    aria_sort: str


def asked(columns: Iterable[Column], tab: Tab[Any], sort: str) -> tuple[str, Sorting]:
    """Return the order that ``sort`` asks for, like ``due`` or ``-due``, and the word for it.

    The word is empty, and the order the tab's own, if the tab can't be sorted so.
    """
    name = sort.removeprefix("-")
    field = next((column.sort_on(tab) for column in columns if column.id == name), "")
    return (sort, Sorting(field, sort.startswith("-"))) if field else ("", tab.order)


def headings(columns: Iterable[Column], tab: Tab[Any], order: Sorting, *, sorts: bool) -> list[Heading]:
    """Return the headings of a tab in this order; without links unless it ``sorts``."""
    return [_heading(column, column.sort_on(tab) if sorts else "", order) for column in columns]


def _heading(column: Column, field: str, order: Sorting) -> Heading:
    if not field or field != order.key:
        return Heading(column.id, column.label, column.id if field else "", "")
    turned = column.id if order.descending else f"-{column.id}"
    return Heading(column.id, column.label, turned, "descending" if order.descending else "ascending")


@dataclass(frozen=True, slots=True)
class Queue(Generic[D]):
    """A desk's queue: its URL namespace, its tabs and columns in order, its filter form."""

    namespace: str
    tabs: Mapping[str, Tab[D]]
    columns: tuple[Column, ...]
    form: Callable[[QueryDict], FilterForm[D]]

    @property
    def choosable(self) -> list[Column]:
        """Return the columns that may be hidden."""
        return [column for column in self.columns if not column.is_fixed]

    def shown(self, hidden: Collection[str]) -> list[Column]:
        """Return the columns for somebody who has hidden some."""
        return [column for column in self.columns if column.is_fixed or column.id not in hidden]

    def query_of(self, data: QueryDict) -> str:
        """Return the query string of a view: its tab, filters and order, if known, and nothing else."""
        if (tab := data.get("tab", "")) not in self.tabs:
            return urlencode(self.form(data).chosen())
        sort, _order = asked(self.columns, self.tabs[tab], data.get("sort", ""))
        return urlencode({"tab": tab} | self.form(data).chosen() | ({"sort": sort} if sort else {}))

    def address(self, data: QueryDict) -> str:
        """Return the URL of the queue as it was, with known parameters only."""
        known = {name: data[name] for name in ("q", "certificate", "after") if data.get(name)}
        query = "&".join(filter(None, (self.query_of(data), urlencode(known))))
        return f"{reverse(f'{self.namespace}:index')}?{query}"

    def work(self, actor: Actor, tab_ids: Iterable[str], desk: D) -> Iterator[QuerySet[Filing]]:
        """Yield the filings of these tabs, each in its tab's order."""
        for tab in map(self.tabs.__getitem__, tab_ids):
            yield Filing.objects.visible_to(actor).filter(tab.holds(desk)).order_by(*tab.order.names)
