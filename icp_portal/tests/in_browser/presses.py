"""Pressing as a hand does: the pointer goes there, 90 ms lie between down and up, and nothing may move on the way.

``press_all`` presses every control of a page, each while another one has the focus, and returns what went wrong. What
a press would lead to (another page, a form that is sent) is heard and stopped, so that the page stays.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page

HOLD = 90  # milliseconds a finger or a button stays down
SETTLE = 700  # milliseconds in which the answer to the last press has come and the page lies still
EARS = Path(__file__).with_suffix(".js")


def listen(context: BrowserContext) -> None:
    """Have every page of this browser listen to presses and to what moves."""
    context.add_init_script(path=EARS)


def stop(page: Page) -> None:
    """From now on a press leads nowhere; it is only heard."""
    page.evaluate("() => ears.find([])")


def press(page: Page, control: Locator) -> bool:
    """Press a control where it is when the button goes down; return whether it has heard the click."""
    control.scroll_into_view_if_needed()
    box = control.bounding_box()
    assert box is not None
    page.evaluate("() => { ears.clicked.length = 0; }")
    _hold(page, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.up()
    return bool(control.evaluate("(element) => ears.clicked.includes(element)"))


def _hold(page: Page, x: float, y: float) -> None:
    page.mouse.move(x, y)
    page.mouse.down()
    page.wait_for_timeout(HOLD)


def moved(page: Page, since: float = 0) -> list[dict[str, Any]]:
    """Return what has moved without being scrolled since a moment of the page's clock."""
    found: list[dict[str, Any]] = page.evaluate("(start) => ears.since(start)", since)
    return found


def press_all(page: Page, known: set[str]) -> list[str]:
    """Press each control of the page once, but those of the frame in ``known``; return what went wrong."""
    frame = page.evaluate("(known) => ears.find(known)", sorted(known))
    known.update(filter(None, frame))
    pressed = [done for index in range(len(frame)) if (done := _press_one(page, index))]
    page.wait_for_timeout(SETTLE)
    return [*(f"{name}: {fault}" for _at, name, fault in pressed if fault), *_shifts(page, pressed)]


def _press_one(page: Page, index: int) -> tuple[float, str, str] | None:
    """Press a control; return when, its name and what went wrong. None for one that is not to be seen."""
    if (types := page.evaluate("(index) => ears.enterAnother(index)", index)) is None:
        return None
    if types:
        page.keyboard.type("1")
    aim = page.evaluate("(index) => ears.aim(index)", index)
    if aim["covered"]:
        return aim["at"], aim["name"], "something else lies over it"
    _hold(page, aim["x"], aim["y"])
    page.mouse.up()
    return aim["at"], aim["name"], _fault(aim, page.evaluate("(index) => ears.heard(index)", index))


def _fault(aim: dict[str, Any], heard: dict[str, Any]) -> str:
    there = heard["there"]
    if there is None or abs(there["x"] - aim["x"]) + abs(there["y"] - aim["y"]) > 1:
        return f"moved under the pointer from {aim['x']:.0f}, {aim['y']:.0f} to {there}"
    return "" if heard["does"] else "does not do what it says"


def _shifts(page: Page, pressed: list[tuple[float, str, str]]) -> Iterator[str]:
    for shift in moved(page, pressed[0][0]) if pressed else ():
        last = [name for at, name, _fault in pressed if at <= shift["at"]][-1]
        yield f"after {last} moved: {'; '.join(shift['moved'])}"
