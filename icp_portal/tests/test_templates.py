"""Templates keep to a form that a person can read and compare."""

from pathlib import Path

from django.conf import settings

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
