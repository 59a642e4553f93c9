"""What is too large is named; tests may have long functions, migrations may be long."""

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


def test_what_fits_and_what_is_left_out_is_not_named(project):
    write(project / "app" / "file.py", sizes.FILE)
    write(project / "app" / "function.py", sizes.FUNCTION - 1, "def do():\n")
    write(project / "app" / "tests" / "test_it.py", sizes.FUNCTION, "def test():\n")
    write(project / "app" / "migrations" / "0001_initial.py", sizes.FILE * 2)

    assert list(sizes.faults()) == []
    assert sizes.main() == 0
