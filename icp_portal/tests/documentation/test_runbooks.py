"""Runbooks: a page for every alert and no other; the commands, options, settings, measures and pages in them exist."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery.bin.celery import celery
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.urls import Resolver404, resolve

from icp_portal import schedule
from icp_portal.celery import app
from icp_portal.deployment import queues
from icp_portal.watch import measures
from ops.bootstrap import ROOT

FOLDER = ROOT / "docs" / "runbooks"
PAGES = sorted(FOLDER.glob("*.md"))
HEADINGS = ["What people notice", "How to see it", "What to do", "When it is over"]


def test_every_alert_has_its_page_and_every_page_its_alert():
    rules = (ROOT / "deploy" / "prometheus" / "alerts.yml").read_text()
    linked = re.findall(r'- alert: (\w+)\n(?:(?!- alert).*\n)*?\s+runbook_url: "(.*)"', rules)

    assert len(linked) == rules.count("- alert: ")
    assert dict(linked) == {page.stem: f"docs/runbooks/{page.name}" for page in PAGES}


def wrong_commands(text: str) -> list[str]:
    """Return the management commands, options and parts of Celery in a text that don't exist."""
    wrong = []
    for name, options in re.findall(r"python manage\.py (\w+)([^`\n]*)", text):
        if name not in get_commands():
            wrong.append(name)
            continue
        parser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)
        wrong += [one for one in re.findall(r"--[a-z-]+", options) if one not in parser._option_string_actions]
    wrong += [part for part in re.findall(r"celery -A icp_portal (\w+)", text) if part not in celery.commands]
    queues = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    return wrong + [queue for queue in re.findall(r"celery [^`\n]*-Q (\w+)", text) if queue not in queues]


def wrong_names(text: str) -> list[str]:
    """Return the measures, variables of the environment and addresses in a text that don't exist."""
    known = {measure.name for measure in measures.MEASURES} | {"icp_unread", "icp_portal", "icp_app"}
    wrong = [name for name in re.findall(r"\bicp_[a-z_]+", text) if name not in known]
    variables = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    wrong += [
        name
        for name in re.findall(r"`([A-Z]+(?:_[A-Z]+)+)`", text)
        if name not in variables and not hasattr(settings, name)
    ]
    for path in re.findall(r"`(/(?:ministry|bureau|provider|healthz|metrics)[\w/-]*)`", text):
        try:
            found = resolve(path).url_name  # None: any address below a desk
        except Resolver404:
            found = None
        wrong += [] if found else [path]
    return wrong


def wrong_links(page: Path) -> list[str]:
    """Return the links to files, headings and quoted sections that don't exist."""
    text = page.read_text()
    manual = (ROOT / "docs" / "operations.md").read_text()
    headings = re.findall(r"^## (.*)$", manual, re.MULTILINE)
    anchors = {heading.lower().replace(" ", "-") for heading in headings}
    wrong = []
    for file, anchor in re.findall(r"\]\(([^)#]+)#?([^)]*)\)", text):
        if not (page.parent / file).exists() or (anchor and anchor not in anchors):
            wrong.append(f"{file}#{anchor}")
    return wrong + [name for name in re.findall(r"“([^”]+)”[^“]{0,40}\[operations\.md\]", text) if name not in headings]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_names_exists(page: Path):
    text = page.read_text()
    wrong = (wrong_commands(text), wrong_names(text), wrong_links(page))
    assert (re.findall(r"^## (.*)$", text, re.MULTILINE), wrong) == (HEADINGS, ([], [], []))
    assert text.startswith(f"# {page.stem}\n")


def test_what_does_not_exist_is_found(tmp_path: Path):
    text = (
        "`python manage.py resend --all`, `python manage.py verify_audit --deep`, `celery -A icp_portal drain -Q post`"
    )
    assert wrong_commands(text) == ["resend", "--deep", "drain", "post"]
    assert wrong_names("`icp_waits` `NO_SUCH_THING` `/ministry/nothing/here/` `/provider/nothing/`") == [
        *("icp_waits", "NO_SUCH_THING", "/ministry/nothing/here/", "/provider/nothing/"),
    ]
    page = tmp_path / "Page.md"
    page.write_text("See “Nothing” in [operations.md](nowhere.md#at-all).")
    assert wrong_links(page) == ["nowhere.md#at-all", "Nothing"]


def test_every_worker_in_the_documentation_names_its_queues():
    """A worker without -Q takes the queue of the sweeps only, and no mail goes out."""
    texts = [path.read_text() for path in [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")]]
    workers = [line for text in texts for line in re.findall(r"celery -A icp_portal worker[^`\n]*", text)]
    named = {line: re.search(r" (?:-Q|--queues) (\S+)", line) for line in workers}

    assert [line for line, names in named.items() if not names] == []
    assert {name for names in named.values() for name in names[1].split(",")} == set(queues.NAMES)


def test_background_work_tells_of_every_periodic_task():
    """Runbooks refer to this table for what a task does that is late."""
    app.loader.import_default_modules()
    manual = (ROOT / "docs" / "operations.md").read_text()
    table = manual.partition("\n## Background work\n")[2].partition("\n## ")[0]
    told = set(re.findall(r"`(\w+\.\w+)`", table))

    assert schedule.RUNS.keys() - told == set()
    assert told - app.tasks.keys() == set()


def critical_texts() -> Iterator[str]:
    """Yield the text of every CRITICAL line that the sources log, with “…” for what is put in."""
    packages = [file.parent for file in ROOT.glob("[a-z]*/__init__.py")]
    for path in (path for package in packages for path in package.rglob("*.py")):
        if "tests" in path.parts or ".critical(" not in (source := path.read_text()):
            continue
        for call in ast.walk(ast.parse(source)):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "critical":
                yield re.sub(r"%[sd]", "…", ast.literal_eval(call.args[0]))


def test_troubleshooting_has_a_row_for_every_critical_line():
    manual = (ROOT / "docs" / "operations.md").read_text()
    rows = re.findall(r"^\| CRITICAL “(.+?)” \| .+ \|$", manual, re.MULTILINE)

    assert sorted(rows) == sorted(critical_texts())
