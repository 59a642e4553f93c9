"""``manage.py bench_queue``: measure the provider's queue at 10,000 and at 1,000,000 filings, in one run.

Each size has a throw-away database, and requests alternate between them, so that other load on the machine affects both
alike. Fails when the larger is slower than ``MOST`` allows.
"""

import logging
import statistics
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.test import Client, override_settings
from django.utils.http import urlencode

from bench import queue_rows
from bench.queue_rows import World
from bench.sizes import Databases
from ministry.reference.numbers import number_of_columns
from ministry.reference.provinces import PROVINCES
from providers import tabs

MOST = 1.3
SMALL, LARGE = 10_000, 1_000_000

Views = dict[str, str]


class Command(BaseCommand):
    help = "Measure the provider's queue at two sizes, in throw-away databases."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--small", type=int, default=SMALL)
        parser.add_argument("--large", type=int, default=LARGE)
        parser.add_argument("--rounds", type=int, default=40, help="turns of each view at each size")

    def handle(self, *args: Any, **options: Any) -> None:
        small, large = options["small"], options["large"]
        logging.getLogger("icp_portal.requests").setLevel(logging.ERROR)
        with Databases.of("bench_queue") as databases, override_settings(RELAX_SECOND_FACTOR=True):
            world = _filled(databases, small, large, self.stdout.write)
            client = Client()
            with databases.at(small):
                client.force_login(world.people[0])
            took = {
                group: _measure(databases, client, views, (small, large), options["rounds"])
                for group, views in (("tabs", _tabs()), ("search", _searches()))
            }
        worst = max(self._tell(group, samples, small, large) for group, samples in took.items())
        if worst > MOST:
            raise CommandError(f"p95 grew {worst:.2f}-fold; at most {MOST} is allowed.")

    def _tell(self, group: str, took: dict[tuple[str, int], list[float]], small: int, large: int) -> float:
        """Print a line per view and one for all of them; return by which factor p95 of all has grown."""
        self.stdout.write(f"{group:<32}{f'{small:,}':>26}{f'{large:,}':>26}   p95 growth")
        names = dict.fromkeys(name for name, _size in took)
        for name in names:
            self._line(name, took[name, small], took[name, large])
        everything = [
            [ms for (_n, at), all_ms in took.items() if at == size for ms in all_ms] for size in (small, large)
        ]
        return self._line(f"all of {group}", *everything)

    def _line(self, name: str, small: list[float], large: list[float]) -> float:
        growth = _p95(large) / _p95(small)
        sides = "".join(f"{f'p50 {statistics.median(ms):.1f} p95 {_p95(ms):.1f} ms':>26}" for ms in (small, large))
        self.stdout.write(f"{name:<32}{sides}   {growth:.2f}")
        return growth


def _p95(took: list[float]) -> float:
    return statistics.quantiles(took, n=20)[-1]


def _tabs() -> Views:
    """Return every tab, and tabs filtered to some, few and no filings."""
    return {f"tab {tab}": f"?tab={tab}" for tab in tabs.BY_ID} | {
        "filed, one province": "?tab=done&province=110000",
        "filed, rare nature": "?tab=done&nature=3",
        "filed, none": "?tab=done&nature=15",
        "unassigned, old": "?tab=work&age=5",
        "unassigned, by name": "?tab=work&sort=-host",
        "unassigned, by id": "?tab=work&sort=-filing",
        "filed, oldest first": "?tab=done&sort=due",
    }


def _searches() -> Views:
    """Return typical searches; each finds as many filings on the first page at either size."""
    name = queue_rows.name_of(queue_rows.LOOKED_FOR)
    province = PROVINCES[queue_rows.LOOKED_FOR % len(PROVINCES)]
    typed = {
        "number": str(number_of_columns(province.code, 2000, queue_rows.LOOKED_FOR + 1, "")),
        "domain": queue_rows.domain_of(queue_rows.LOOKED_FOR),
        "sub-domain": f"https://www.{queue_rows.domain_of(queue_rows.LOOKED_FOR)}/a",
        "whole name": name,
        "brand, three characters": name[2:5],
        "brand, two characters": name[3:5],
        "city": name[:2],
        "common word": "科技有限公司",
        "absent": "龘靐齉",
        "last four": queue_rows.tail_of(queue_rows.LOOKED_FOR),
    }
    return {f"search {what}": f"?{urlencode({'q': text})}" for what, text in typed.items()}


def _measure(
    databases: Databases, client: Client, views: Views, sizes: tuple[int, int], rounds: int
) -> dict[tuple[str, int], list[float]]:
    """Return the milliseconds of each request, by view and size; which size goes first alternates."""
    took: dict[tuple[str, int], list[float]] = {(name, size): [] for name in views for size in sizes}
    for turn in range(-2, rounds):
        for name, query in views.items():
            for size in sizes if turn % 2 else reversed(sizes):
                with databases.at(size):
                    fresh = _request(client, query)
                if turn >= 0:  # the first two only warm up
                    took[name, size].append(fresh)
    return took


def _request(client: Client, query: str) -> float:
    begin = time.perf_counter()
    response = client.get(f"/provider/{query}")
    took = (time.perf_counter() - begin) * 1000
    if response.status_code != 200:
        raise CommandError(f"{query} answered {response.status_code}")
    return took


def _filled(databases: Databases, small: int, large: int, tell: Any) -> World:
    """Create, migrate and fill both databases."""
    tell("Migrating …")
    databases.migrate(small)
    with databases.at(small):
        world = World()
        tell(f"Filling {small:,} …")
        queue_rows.fill(world, 0, small)
    databases.copy(small, large)
    with databases.at(large):
        tell(f"Filling {large:,} …")
        queue_rows.fill(world, small, large)
    return world
