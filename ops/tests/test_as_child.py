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
HANDLING = "import signal, sys, time; signal.signal(15, lambda *_: sys.exit(7)); print('.', flush=True); time.sleep(60)"


def entry() -> list[str]:
    """The command that the image starts with, in this folder."""
    found = re.search(r'^ENTRYPOINT \["sh", "/srv/portal/(.+)"\]', IMAGE, flags=re.MULTILINE)
    return ["sh", str(ROOT / found[1])] if found else []


def ended_when_stopped(code: str) -> int:
    """Run a program as process 1 of a namespace, as a container does; order it to stop and return its status.

    Where namespaces are not allowed it is a process like others, which proves that the order is passed on, and no more.
    """
    alone = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child"]
    if subprocess.run([*alone, "true"], check=False, capture_output=True).returncode:
        alone = []
    command = [*alone, *entry(), sys.executable, "-c", code]
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


def test_a_command_reads_what_it_is_given_and_its_status_is_passed_on():
    done = subprocess.run([*entry(), "sh", "-c", "cat; exit 3"], check=False, input=b"typed", capture_output=True)

    assert (done.stdout, done.returncode) == (b"typed", 3)
