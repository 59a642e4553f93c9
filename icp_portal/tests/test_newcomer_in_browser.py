"""A newcomer alone with the portal: from the home page to a submitted filing in few steps, and a dry run that hides
nothing.
"""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator

from filings.models import Filing
from filings.states import Status
from icp_portal.demo import invent
from icp_portal.tests import builders
from icp_portal.tests.browser import (
    NARROW,
    WIDE,
    Person,
    choose_provider,
    fill_in,
    hand_in_pictures,
    sign_up,
    submit,
)
from ops.mailsink import MailSink

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

Visitor = Callable[..., Person]

MOST = 60
ACTS = ("fill", "click", "check", "select_option", "set_input_files")


@pytest.fixture
def acts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Everything that is done on pages from now on: a field filled, a thing clicked or chosen, a file put in."""
    done: list[str] = []

    def counted(name: str) -> Callable[..., Any]:
        act = getattr(Locator, name)

        def do(self: Locator, *args: Any, **options: Any) -> Any:
            done.append(name)
            return act(self, *args, **options)

        return do

    for name in ACTS:
        monkeypatch.setattr(Locator, name, counted(name))
    return done


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("who", [{"individual": True}, {"same": False}], ids=["individual", "company"])
def test_a_newcomer_files_in_few_steps(
    visitor: Visitor, mailbox: MailSink, acts: list[str], who: dict[str, bool], size: dict[str, int]
) -> None:
    """The company names somebody else for its website: that is the longest way."""
    number, of = builders.number(), builders.provider(provinces=[builders.BEIJING])
    values = invent.values(number, province=builders.BEIJING, **who)
    newcomer = visitor(viewport=size)

    sign_up(newcomer, mailbox, f"newcomer{number}@example.cn")
    choose_provider(newcomer, of)
    fill_in(newcomer, values)
    hand_in_pictures(newcomer, values, number)
    submit(newcomer)

    filing = Filing.objects.get()
    assert (filing.status, filing.provider, filing.is_individual) == (
        Status.WITH_PROVIDER,
        of,
        who.get("individual", False),
    )
    assert len(acts) < MOST, acts
