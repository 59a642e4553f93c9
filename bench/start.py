"""Costs of starting a process: CPU time until it is ready, and the memory that it holds then."""

import statistics
import subprocess
import sys
from dataclasses import dataclass

from django.conf import settings

# process → what it does before its first work; a web server reads all addresses with its first request
STARTS = {
    "web server": "import icp_portal.wsgi, django.urls; django.urls.get_resolver().url_patterns",
    "worker": "from icp_portal.celery import app; app.loader.import_default_modules(); app.finalize()",
}
MEASURED = """
import resource, time
print(time.process_time(), open("/proc/self/statm").read().split()[1], resource.getpagesize())
"""


@dataclass(frozen=True, slots=True)
class Start:
    """The median start of a process: CPU time in seconds, resident memory in MiB."""

    name: str
    seconds: float
    memory: float

    def __str__(self) -> str:
        return f"start: {self.name:<33}{self.seconds:>8.2f} s CPU{self.memory:>9.0f} MiB"


def starts(times: int) -> list[Start]:
    """Start each kind of process so many times, on a system with /proc."""
    return [_start(name, code, times) for name, code in STARTS.items()]


def _start(name: str, code: str, times: int) -> Start:
    measured = [_measure(code) for _time in range(times)]
    return Start(name, *(statistics.median(values) for values in zip(*measured, strict=True)))


def _measure(code: str) -> tuple[float, float]:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{MEASURED}"], capture_output=True, check=True, text=True, cwd=settings.BASE_DIR
    )
    seconds, pages, size = done.stdout.split()[-3:]
    return float(seconds), int(pages) * int(size) / 1024**2
