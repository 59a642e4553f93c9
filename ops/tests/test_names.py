"""Tests of the check of names: a public class defined twice, and names made of replaced words."""

import pytest

from ops import names


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.setattr(names, "ROOT", tmp_path)

    def written(path: str, text: str) -> None:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)

    return written


def test_repeated_classes_and_replaced_words_are_named(write, capsys):
    write("app/one.py", "class Row: ...\nclass _Own: ...\n")
    write("app/two.py", "class Row: ...\nclass _Own: ...\ndef rung_of(): ...\n")
    write("app/radar.py", "class RadarRow:\n    def mend(self): ...\n")
    write("app/tests/test_one.py", "class Row: ...\nasync def test_it_is_mended(): ...\ndef test_an_amendment(): ...\n")
    write("app/migrations/0001_house.py", "class House: ...\n")

    assert names.main() == 1
    assert capsys.readouterr().out.splitlines() == [
        "Row: app/one.py, app/two.py",
        "app/radar.py: app/radar: for “radar” write shared traits",
        "app/radar.py: RadarRow: for “radar” write shared traits",
        "app/radar.py: mend: for “mend” write correct, fix or repair",
        "app/tests/test_one.py: test_it_is_mended: for “mend” write correct, fix or repair",
        "app/two.py: rung_of: for “rung” write level",
    ]


def test_names_of_django_may_repeat(write, capsys):
    write("app/management/commands/one.py", "class Command: ...\n")
    write("app/management/commands/two.py", "class Command: ...\n")

    assert names.main() == 0
    assert capsys.readouterr().out == ""
