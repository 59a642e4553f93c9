"""A process of the portal in which a form fails with personal data at hand; its reports and traces go where set.

Run by ``test_telemetry``: Sentry and OpenTelemetry instrument the whole process, so not that of the tests.
"""

import logging
import sys
from typing import NoReturn

import django

django.setup()

from django.test import Client  # noqa: E402

from ministry.passwords import recoveries  # noqa: E402
from ministry.tasks import sweep  # noqa: E402


def fail(number: str, cert_type: int, cert_number: str) -> NoReturn:
    planted = {"number": number, "type": cert_type}
    raise ValueError(f"{cert_number} is planted in {planted}")


def main(certificate: str, address: str) -> None:
    """Let a form and a task fail; log an error that quotes one."""
    recoveries.ask = fail
    client = Client(raise_request_exception=False, REMOTE_ADDR="203.0.113.9")
    typed = {"province": "110000", "number": "京ICP备2026000001号", "cert_type": "2", "cert_number": certificate}
    headers = {"Cookie": f"address={address}", "User-Agent": address, "Baggage": f"who={certificate}"}
    answer = client.post(f"/recover/password/?email={address}", typed, headers=headers)
    assert answer.status_code == 500
    client.get("/query/", {"q": address})
    logging.getLogger("filings").error("not stored: %s", ValueError(address))
    sweep.apply()
    sys.stdout.write(answer["X-Request-ID"])


if __name__ == "__main__":
    main(*sys.argv[1:])
    if "sentry_sdk" in sys.modules:
        sys.modules["sentry_sdk"].flush(10)
