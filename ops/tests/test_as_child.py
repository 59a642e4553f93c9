"""A container that is told to stop while it starts stops at once, and one at work ends as its command does."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from ops.bootstrap import ROOT

IMAGE = (ROOT / "deploy/Dockerfile").read_text()
STARTING = "print('.', flush=True); import time; time.sleep(60)"
# Blocked, so that a signal that comes between the printing and the waiting is not missed, as it is by a sleep.
HANDLING = """
import signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
print(".", flush=True)
signal.sigwait({signal.SIGTERM})
sys.exit(7)
"""
# The shell takes the end of its child after each command of its own: here always between passing the order on and
# looking whether the child lives, otherwise once in two hundred stops.
TAKES_THE_END_EARLY = 'kill() { command kill "$@" && sleep 0.5; }; . "$0"'


def entry() -> list[str]:
    """The command that the image starts with, in this folder."""
    found = re.search(r'^ENTRYPOINT \["sh", "/srv/portal/(.+)"\]', IMAGE, flags=re.MULTILINE)
    return ["sh", str(ROOT / found[1])] if found else []


def ended_when_stopped(code: str, start: list[str] | None = None) -> int:
    """Run a program as process 1 of a namespace, as a container does; order it to stop and return its status.

    ``start`` is the command before the program: the image's, unless another is given.

    Where namespaces are not allowed it is a process like others, which proves that the order is passed on, and no more.
    """
    alone = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child"]
    if subprocess.run([*alone, "true"], check=False, capture_output=True).returncode:
        alone = []
    command = [*alone, *(start or entry()), sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as outside:
        try:
            assert outside.stdout is not None
            outside.stdout.read(1)
            inside = Path(f"/proc/{outside.pid}/task/{outside.pid}/children").read_text().split()
            os.kill(int(inside[0]) if alone else outside.pid, signal.SIGTERM)
            return outside.wait(10)
        finally:
            outside.kill()


def test_a_command_that_handles_no_signals_yet_is_stopped():
    assert ended_when_stopped(STARTING) == 128 + signal.SIGTERM


def test_a_command_that_handles_the_signal_ends_as_it_wants():
    assert ended_when_stopped(HANDLING) == 7


def test_the_status_of_a_command_that_ends_before_the_shell_waits_again_is_its_own():
    shell, script = entry()

    assert ended_when_stopped(HANDLING, [shell, "-c", TAKES_THE_END_EARLY, script]) == 7


def test_a_command_reads_what_it_is_given_and_its_status_is_passed_on():
    done = subprocess.run([*entry(), "sh", "-c", "cat; exit 3"], check=False, input=b"typed", capture_output=True)

    assert (done.stdout, done.returncode) == (b"typed", 3)
