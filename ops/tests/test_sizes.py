"""Tests of the limits of sizes: test functions and migrations may be long; tests and migrations count in no share."""

import pytest

from ops import sizes


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setattr(sizes, "ROOT", tmp_path)
    return tmp_path


def write(file, lines: int, first: str = "") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(first + "    pass\n" * lines if first else "x = 1\n" * lines)


def test_a_long_file_a_long_function_and_a_full_folder_are_named(project):
    write(project / "app" / "long.py", sizes.FILE + 1)
    write(project / "app" / "function.py", sizes.FUNCTION, "def do():\n")
    for number in range(sizes.FOLDER - 1):
        write(project / "app" / f"m{number:02d}.py", 1)

    assert list(sizes.faults()) == [
        "app/function.py:1: do has 41 lines, at most 40",
        "app/long.py: 401 lines, at most 400",
        "app: 26 modules, at most 25",
    ]
    assert sizes.main() == 1


def test_a_long_helper_of_tests_and_a_long_test_elsewhere_are_named(project):
    write(project / "app" / "test_it.py", sizes.FUNCTION, "def test_it():\n")
    write(project / "app" / "tests" / "test_it.py", sizes.FUNCTION, "def do():\n")

    assert list(sizes.faults()) == [
        "app/test_it.py:1: test_it has 41 lines, at most 40",
        "app/tests/test_it.py:1: do has 41 lines, at most 40",
    ]


def test_a_full_folder_of_tests_is_named(project):
    for number in range(sizes.FOLDER + 1):
        write(project / "app" / "tests" / f"test_{number:02d}.py", 1)
    write(project / "app" / "tests" / "__init__.py", 0)
    for number in range(sizes.FOLDER):
        write(project / "app" / "tests" / "views" / f"test_{number:02d}.py", 1)

    assert list(sizes.faults()) == ["app/tests: 26 modules, at most 25"]


def test_what_fits_and_what_is_left_out_is_not_named(project):
    for app in ("other", "third", "fourth"):
        write(project / app / "file.py", sizes.FILE)
    write(project / "app" / "file.py", sizes.FILE)
    write(project / "app" / "function.py", sizes.FUNCTION - 1, "def do():\n")
    write(project / "app" / "tests" / "test_it.py", sizes.FUNCTION, "def test_it():\n")
    write(project / "app" / "migrations" / "0001_initial.py", sizes.FILE * 2)

    assert list(sizes.faults()) == []
    assert sizes.main() == 0


def test_an_app_and_a_package_with_a_large_share_are_named(project):
    write(project / "manage.py", 1)
    write(project / "large" / "models" / "row.py", 5)
    write(project / "large" / "views" / "pages" / "page.py", 12)
    write(project / "large" / "rows.py", 18)
    write(project / "other" / "file.py", 34)
    write(project / "third" / "file.py", 30)

    assert list(sizes.large_shares()) == [
        "large: 35.0 % of the source, must be under 35 %",
        "large/views: 12.0 % of the source, must be under 12 %",
    ]
    assert sizes.main() == 1


def test_tests_and_migrations_count_in_no_share(project):
    for app in ("one", "two", "three"):
        write(project / app / "file.py", 10)
    write(project / "one" / "tests" / "test_it.py", 100)
    write(project / "one" / "migrations" / "0001_initial.py", 100)

    assert list(sizes.large_shares()) == []
