"""The process of ``portals.Portal``: commands come as lines of JSON, ``["call", work, …]``, and are answered so.

``call`` and ``begin`` do a piece of work in a child, ``kill`` ends it; ``serve`` and ``stop`` are about the web server.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django


class Child:
    """A forked child with a piece of work."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._end, begin = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            is_done, answer = False, None
            try:
                answer, is_done = work(), True
            finally:
                if not is_done:
                    sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
                with os.fdopen(begin, "w") as file:
                    json.dump([is_done, answer], file)
                os._exit(0)
        os.close(begin)

    def answer(self) -> Any:
        with os.fdopen(self._end) as file:
            said = file.read()
        os.waitpid(self.pid, 0)
        return json.loads(said)

    def kill(self) -> bool:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        with os.fdopen(self._end) as file:
            return not file.read()


def main() -> None:
    django.setup()
    from interchange.tests.reporting import pieces_of_work as works

    begun: dict[str, Child] = {}
    for line in sys.stdin:
        order, *given = json.loads(line)
        answer: Any = None
        if order in ("call", "begin"):
            work, *more = given
            child = Child(lambda work=work, more=more: getattr(works, work)(*more))  # type: ignore[misc]
            if order == "begin":
                begun["work"] = child
            else:
                answer = child.answer()
        elif order == "serve":
            begun["server"] = Child(lambda given=given: works.serve(*given))  # type: ignore[misc]
        elif order in ("kill", "stop"):
            answer = begun.pop("work" if order == "kill" else "server").kill()
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
