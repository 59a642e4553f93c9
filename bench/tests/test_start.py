"""Costs of starting a process, read from the process itself."""

from bench import start


def test_cpu_time_and_memory_of_a_start(monkeypatch):
    monkeypatch.setattr(start, "STARTS", {"small": "pass", "large": "x = bytearray(2**26); sum(range(3_000_000))"})

    small, large = start.starts(1)

    assert 0 < small.seconds < large.seconds
    assert 60 < large.memory - small.memory < 70
    assert "MiB" in str(large)
