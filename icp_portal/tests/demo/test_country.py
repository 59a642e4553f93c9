"""The invented country: the same for the same seed, as published figures describe it, entered by the import."""

import csv
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from icp_portal.demo import country
from ministry.models import Subject, Website
from ministry.reference.numbers import parse_number
from providers.models import Provider

SLUGS = [f"example-{number}" for number in range(1, 11)]


def rows_of(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def written(folder: Path, websites: int, seed: int = 1) -> Path:
    folder.mkdir()
    country.write(folder, websites, SLUGS, seed)
    return folder


def test_a_seed_gives_one_country(tmp_path):
    one, same, other = (
        (written(tmp_path / name, 300, seed) / "websites.csv").read_bytes()
        for name, seed in (("one", 1), ("same", 1), ("other", 2))
    )

    assert one == same
    assert one != other


def test_it_is_as_published(tmp_path):
    folder = written(tmp_path / "country", 30_000)
    hosts = {row["number"]: row for row in rows_of(folder, "subjects")}
    services = {row["number"]: row for row in rows_of(folder, "websites")}
    websites = [row for row in services.values() if row["domain"]]
    kinds = Counter(parse_number(number).suffix for number in services)
    natures = Counter(row["nature"] for row in hosts.values())
    provinces = Counter(number[0] for number in hosts)
    old = [row for row in websites if row["approved_on"] < "2019-04-22"]

    assert len(services) == 30_000
    assert len(websites) / len(hosts) == pytest.approx(1.25, abs=0.02)
    assert kinds["A"] / kinds[""] == pytest.approx(20.1 / 319.9, abs=0.01)
    assert kinds["X"] / kinds[""] == pytest.approx(156.3 / 319.9, abs=0.03)
    assert natures["4"] / len(hosts) == pytest.approx(0.74, abs=0.02)
    assert natures["5"] / len(hosts) == pytest.approx(0.22, abs=0.02)
    assert [char for char, _count in provinces.most_common(6)] == list("粤京苏沪浙鲁")
    assert sum(1 + bool(row["further_domains"]) for row in old) / len(old) == pytest.approx(1.3, abs=0.02)
    assert {len(parse_number(number).serial) for number in hosts} == {6, 8, 10}


@pytest.mark.usefixtures("past_pooler", "db")
def test_the_command_fills_the_register_of_a_demonstration(settings):
    settings.DEMO = True
    said = StringIO()

    call_command("seed_register", websites=200, processes=1, stdout=said)

    assert "200 websites written." in said.getvalue()
    assert Website.objects.count() == 200
    assert Provider.objects.filter(slug__startswith="example-").count() == country.PROVIDERS
    call_command("seed_register", websites=200, processes=1, stdout=said)
    assert said.getvalue().endswith("These files were imported before; nothing was written.\n")


@pytest.mark.django_db
def test_it_is_refused_where_there_is_no_demonstration(settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="only where DEMO is on"):
        call_command("seed_register", websites=10)
    assert not Subject.objects.exists()
    assert not Provider.objects.exists()
