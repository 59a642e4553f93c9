"""Random defects: what may be planted where, and that a planted one is found, or survives."""

import re
import shutil
import sys
from pathlib import Path

import pytest

from bench.mutants import __main__ as mutants
from bench.mutants import defects

ROOT = Path(__file__).parent.parent.parent


def changed(source: str) -> list[str]:
    """Return the source with each defect that may be planted in it, its lines joined."""
    content = source.encode()
    found = sorted(defects.in_source(content, "a.py"))
    return [(content[: one.begin] + one.text.encode() + content[one.end :]).decode().strip() for one in found]


@pytest.mark.parametrize(
    ("source", "with_defect"),
    [
        ("a < b", "a <= b"),
        ("a <= b", "a < b"),
        ("a > b", "a >= b"),
        ("a >= b", "a > b"),
        ("a == b", "a != b"),
        ("a != b", "a == b"),
        ("a in b", "a not in b"),
        ("a is None", "a is not None"),
        ("a and b", "(a or b)"),
        ("a or b", "(a and b)"),
        ("not (a or b)", "(a or b)"),
        ("[a for a in b if a]", "[a for a in b if (not (a))]"),
        ("a if b else c", "a if (not (b)) else c"),
        ("if a:\n    b", "if (not (a)):\n    b"),
        ("a + 1", "(a - 1)"),
        ("a - 1", "(a + 1)"),
        ("a[7]", "a[8]"),
        ("a = True", "a = False"),
        ("act(a)", "pass"),
        ("a += rows.filter(b=c)", "a += rows"),
        ("a += rows.exclude(b=c).first()", "a += rows.first()"),
        ("a += rows.filter(b=c, d=e)", "a += rows.filter(d=e)"),
        ("a += rows.filter(b=c, d=e)", "a += rows.filter(b=c)"),
        ("def f() -> bool:\n    return a", "def f() -> bool:\n    return not (a)"),
        ("'京' if b else c", "'京' if (not (b)) else c"),
        ("f(a or\n  b)", "f((a and b))"),
    ],
)
def test_a_defect_is_one_small_change(source, with_defect):
    assert with_defect in changed(source)


@pytest.mark.parametrize(
    "source",
    [
        '"""Return 1 if not True."""',
        "a: Literal[1]",
        "def f(a: Literal[1] = b) -> Literal[2]: ...",
        "if TYPE_CHECKING:\n    import a\n    a(1)",
        "logger.warning('%s', 1)",
        "a = field(widget=Area(1), max_length=7)",
        "class A:\n    class Meta:\n        abstract = True",
        "class A:\n    column = Column(null=True)",
        "TABLE = {1: 2}",
        "f'{a + 1}'",
        "BATCH = 500",
        "class A:\n    HOST_BATCH: Final = 20",
        "a.width = 44",
        "a = too_often(b, seconds=60)",
        "a += b > timezone.now() - c",
        "def f() -> str:\n    return a",
    ],
)
def test_what_changes_no_behaviour_is_left_alone(source):
    assert changed(source) == []


def test_the_number_in_the_place_of_a_key_is_left_alone():
    assert changed("a += b.c_id or 0") == ["a += (b.c_id and 0)"]


def test_every_defect_of_the_portal_can_be_parsed():
    found = defects.in_folder(ROOT, "ministry/register")

    assert len(found) > 100
    for one in found:
        content = (ROOT / one.path).read_bytes()
        compile(content[: one.begin] + one.text.encode() + content[one.end :], one.path, "exec")


def test_a_seed_gives_the_same_defects_again():
    first, again, other = (mutants.sample(ROOT, ["ministry", "bureaus"], 20, seed) for seed in (1, 1, 2))

    assert first == again != other
    assert len(set(first)) == 20
    assert not [one for one in first if re.search("/(tests|migrations)/", one.path)]


@pytest.fixture
def project(tmp_path):
    """A project with one function and one test, which doesn't look at the limit itself, and this package."""
    root = tmp_path / "project"
    shutil.copytree(ROOT / "bench" / "mutants", root / "bench" / "mutants")
    (root / "shop").mkdir()
    (root / "shop" / "price.py").write_text(
        "def dear(price: int) -> bool:\n    limit = 10\n    return price > limit\n\n\n"
        "def other():\n    pass\n\n\n"
        "def unused():\n    return 1\n"
    )
    (root / "tests").mkdir()
    (root / "tests" / "test_price.py").write_text(
        "from shop.price import dear, other\n\n"
        "def test_it():\n    assert dear(20)\n    assert not dear(5)\n\n"
        "def test_another():\n    other()\n"
    )
    (root / "pytest.ini").write_text("[pytest]\nmarkers =\n    browser: none\n")
    return root


def test_a_defect_is_found_or_survives(project, capsys):
    source = (project / "shop" / "price.py").read_bytes()
    runs = []
    possible = defects.in_folder(project, "shop")
    found = mutants.measure(project, possible, ["tests"], lambda: runs.append(1))
    told = capsys.readouterr().out

    assert [one.text for one in possible] == ["11", "return not (price > limit)", "price >= limit", "2"]
    assert found == 1
    assert "2 shop/price.py:3 found by tests/test_price.py::test_it" in told
    running_its_line = 1 if hasattr(sys, "monitoring") else 2
    assert f"3 shop/price.py:3 SURVIVES {running_its_line} tests" in told
    assert "+    return price >= limit" in told
    assert "4 shop/price.py:11 SURVIVES 2 tests" in told
    assert (project / "shop" / "price.py").read_bytes() == source
    assert len(runs) == 1 + len(possible)


def test_a_planted_defect_is_compiled_although_size_and_second_are_the_same(project):
    file = project / "shop" / "price.py"
    source, seconds = file.read_bytes(), [int(file.stat().st_mtime)]
    defect = defects.in_folder(project, "shop")[0]

    assert defect.plant(project) == source
    seconds.append(int(file.stat().st_mtime))
    defects.rewrite(file, source)
    seconds.append(int(file.stat().st_mtime))

    assert len(set(seconds)) == 3


@pytest.mark.parametrize("is_early", [False, True])
@pytest.mark.parametrize("keep", ["cache", "lru_cache", "lru_cache(maxsize=1)"])
def test_a_kept_result_is_run_by_each_test_that_uses_it(project, monkeypatch, capsys, keep, is_early):
    """Also of a module that is imported before the tests are recorded, as Django's apps are."""
    if is_early:
        monkeypatch.setattr(mutants, "PYTEST", [*mutants.PYTEST, "-p", "shop.price"])
    (project / "shop" / "price.py").write_text(
        f"from functools import cache, lru_cache\n\n\n@{keep}\ndef limit() -> int:\n    return 10\n"
    )
    (project / "tests" / "test_price.py").write_text(
        "from shop.price import limit\n\n"
        "def test_it():\n    limit()\n\n"
        "def test_no_limit():\n    pass\n\n"
        "def test_another():\n    assert limit() == 10\n"
    )
    possible = [one for one in defects.in_folder(project, "shop") if one.text == "11"]

    assert mutants.measure(project, possible, ["tests"], lambda: None) == len(possible) == 1
    assert "1 shop/price.py:6 found by tests/test_price.py::test_another" in capsys.readouterr().out


def test_what_runs_in_a_child_process_is_run_by_each_test_that_starts_one(project, capsys):
    limited = project / "filings" / "evidence" / "limited"
    limited.mkdir(parents=True)
    (limited / "children.py").write_text(
        "import subprocess\nimport sys\n\n\ndef answer() -> int:\n"
        '    return subprocess.call([sys.executable, "-m", "filings.evidence.limited.picture"])\n'
    )
    (limited / "picture.py").write_text("import sys\n\n\ndef end() -> None:\n    sys.exit(3)\n\n\nend()\n")
    (project / "tests" / "test_price.py").write_text(
        "from filings.evidence.limited import children\n\n"
        "def test_none():\n    pass\n\n"
        "def test_answer():\n    assert children.answer() == 3\n"
    )
    possible = [one for one in defects.in_folder(project, "filings") if one.text == "4"]

    assert mutants.measure(project, possible, ["tests"], lambda: None) == len(possible) == 1
    assert (
        "1 filings/evidence/limited/picture.py:5 found by tests/test_price.py::test_answer" in capsys.readouterr().out
    )


def test_a_constant_is_compared_by_the_tests_of_limits(project, capsys):
    (project / "shop" / "price.py").write_text(
        "LIMIT = 10\n\n\ndef dear(price: int) -> bool:\n    return price > LIMIT\n"
    )
    (project / "tests" / "test_price.py").write_text(
        "from shop.price import dear\n\ndef test_it():\n    assert dear(20)\n"
    )
    of_limits = project / "icp_portal" / "tests" / "documentation" / "test_limits.py"
    of_limits.parent.mkdir(parents=True)
    of_limits.write_text("from shop import price\n\ndef test_each():\n    assert price.LIMIT == 10\n")
    possible = [one for one in defects.in_folder(project, "shop") if one.text == "11"]

    assert mutants.measure(project, possible, ["tests", "icp_portal"], lambda: None) == len(possible) == 1
    assert f"1 shop/price.py:1 found by {of_limits.relative_to(project)}::test_each" in capsys.readouterr().out


def test_a_test_that_fails_anyway_finds_nothing(project, capsys):
    (project / "tests" / "test_price.py").write_text(
        "from shop.price import dear\n\ndef test_it():\n    assert not dear(20)\n"
    )

    assert mutants.measure(project, defects.in_folder(project, "shop")[1:2], ["tests"], lambda: None) == 0
    assert "fail without a defect: tests/test_price.py::test_it" in capsys.readouterr().out


def test_nothing_is_measured_when_a_file_of_tests_cannot_be_collected(project):
    """As with a marker of a plugin that is not loaded: pytest runs no test at all then."""
    (project / "tests" / "test_marked.py").write_text("import pytest\n\npytestmark = pytest.mark.unheard_of\n")

    with pytest.raises(SystemExit, match=r"do not run without a defect(.|\n)*unheard_of"):
        mutants.measure(project, defects.in_folder(project, "shop"), ["tests"], lambda: None)


def test_a_test_that_hangs_has_found_the_defect(project, monkeypatch, capsys):
    monkeypatch.setattr(mutants, "LIMITED", (*mutants.LIMITED, "-o", "faulthandler_timeout=1"))
    (project / "shop" / "price.py").write_text(
        "def dear(price: int) -> bool:\n    while price != 20:\n        pass\n    return True\n"
    )
    (project / "tests" / "test_price.py").write_text(
        "from shop.price import dear\n\ndef test_it():\n    assert dear(20)\n"
    )
    possible = [one for one in defects.in_folder(project, "shop") if one.text == "price == 20"]

    assert mutants.measure(project, possible, ["tests"], lambda: None) == len(possible) == 1
    assert "1 shop/price.py:2 found by " in capsys.readouterr().out


def test_tests_that_take_too_long_together_have_decided_nothing(project, monkeypatch, capsys):
    monkeypatch.setattr(mutants, "SECONDS_A_DEFECT", 0.01)

    assert mutants.measure(project, defects.in_folder(project, "shop")[1:2], ["tests"], lambda: None) == 0
    assert "1 shop/price.py:3 UNDECIDED" in capsys.readouterr().out


def test_a_copy_is_worked_on(tmp_path):
    files = {path: path.stat().st_mtime_ns for path in ROOT.glob("*/*.py")}
    copy = mutants.copied(ROOT, tmp_path / "copy")
    for one in mutants.sample(copy, ["bureaus"], 5, 1):
        one.plant(copy)

    assert {path: path.stat().st_mtime_ns for path in files} == files
    assert not (copy / ".git").exists()
    assert not (copy / ".venv").exists()


def test_the_database_is_renewed(monkeypatch, tmp_path):
    """A run removes what an earlier one, finished or killed, has left behind."""
    done = []
    monkeypatch.setattr(mutants.Database, "_make", lambda self: done.append("made"))
    monkeypatch.setattr(mutants.Database, "_execute", lambda self, *statements: done.extend(statements))
    database = mutants.Database(tmp_path)
    database.renew()

    assert done[0] == "made"
    assert [statement.split()[0] for statement in done[1:]] == ["DROP", "CREATE"]
