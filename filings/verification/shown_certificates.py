"""Check whether a certificate was shown face to face, as proof for a person who asks whether it is on record.

The facts of the round as verified count: a host can change a draft afterwards.
"""

from typing import Final

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef

from filings.facts import Facts
from filings.models import Snapshot, Verification
from ministry.models import CertificateQuestion
from ministry.register import digests

MOST: Final = 50  # the newest verified rounds of an account; our own choice


def is_shown(question: CertificateQuestion) -> bool:
    """Return whether the owner of the address has shown this certificate, or another one of the unit. One query.

    The owner is the account that has confirmed the address.
    """
    verified = Verification.objects.filter(filing=OuterRef("filing"), round=OuterRef("round"))
    owners = EmailAddress.objects.filter(email=question.email, verified=True).values("user")
    shown = Snapshot.objects.filter(Exists(verified), filing__host__in=owners).order_by("-pk")[:MOST]
    return any(_has(snapshot.facts, question) for snapshot in shown)


def _has(facts: Facts, question: CertificateQuestion) -> bool:
    """Return whether a round's facts have the certificate; those of an erased filing are blank."""
    subject = facts["subject"]
    cert_type, number = subject.get("cert_type"), subject.get("cert_number")
    if not cert_type or not number:
        return False
    if (cert_type, digests.of_certificate(number)) == (question.cert_type, question.cert_digest):
        return True
    return bool(question.unit_digest) and digests.of_unit(cert_type, number) == question.unit_digest
