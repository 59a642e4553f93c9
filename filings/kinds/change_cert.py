"""Change of the certificate (证件升级): the same unit under a new certificate; the old one stays an alias."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from filings import facts
from filings.kinds import change_subject, entries, standing
from filings.kinds.spec import (
    HOST,
    SUBJECT,
    About,
    Approval,
    FilingOfKind,
    Kind,
    Law,
    Numbers,
    RecordLink,
    Refusal,
    RegisterWrite,
    Wanted,
)
from ministry.models import Subject, SubjectCertificate
from ministry.register import digests, writer

NUMBER = "subject.cert_number"
Certificate = tuple[int, str]  # type and number


def apply(filing: FilingOfKind, approval: Approval) -> Subject:
    """Add the new certificate beside the old one and change the facts; raise RegisterConflict (1003, 1049)."""
    subject = writer.change_subject(filing.about_subject_id or 0, entries.of_subject(filing), approval.on)
    writer.enter_certificate(subject, facts.read(filing.facts, "subject.cert_type"), facts.read(filing.facts, NUMBER))
    return subject


def refuse(filing: FilingOfKind) -> Iterator[Refusal]:
    """Yield refusals as for a change of the subject, or if the certificate is not a new one of the same unit."""
    now = standing.look(filing)
    gone = list(standing.subject(now))
    yield from gone or standing.served(now)
    yield from standing.within_limit(now, filing)
    old, new = _certificate(facts.record(filing.facts)), _certificate(filing.facts)
    if old == new:
        yield Refusal(
            "1999", _("The certificate is the same as on record."), _("Enter the new one."), NUMBER, in_form=True
        )
    else:
        yield from _of_another_time_or_unit(filing.about_subject_id or 0, old, new)


def _of_another_time_or_unit(subject_id: int, old: Certificate, new: Certificate) -> Iterator[Refusal]:
    """Yield a refusal for an earlier certificate, or for another unit by any of the subject's certificates."""
    known = list(
        SubjectCertificate.objects.filter(subject=subject_id, live=True).values_list(
            "cert_type", "digest", "unit_digest"
        )
    )
    units = {digests.of_unit(*old), *(unit for _type, _digest, unit in known)} - {""}
    unit = digests.of_unit(*new)
    if (new[0], digests.of_certificate(new[1])) in {(cert_type, digest) for cert_type, digest, _unit in known}:
        yield Refusal(
            "1008",
            _(
                "This is an earlier certificate of the same record. It stays on file and can't become the "
                "current one again."
            ),
            _("Enter the certificate that is valid now. If it really is this one, contact the bureau."),
            NUMBER,
            in_form=True,
        )
    elif unit and units - {unit}:
        yield Refusal(
            "1008",
            _("This certificate belongs to another organisation: the organisation codes differ."),
            _("Another organisation needs its own filing. If the number is mistyped, correct it."),
            NUMBER,
            in_form=True,
        )


def _certificate(values: facts.Facts) -> Certificate:
    return facts.read(values, "subject.cert_type") or 0, facts.read(values, NUMBER)


LAW = Law(
    kind=Kind.CHANGE_CERT,
    about=About.SUBJECT,
    code_holders=frozenset({SUBJECT}),
    operation="",
    parts=HOST,
    open=("subject.*", "responsible.*"),
    fixed=("subject.nature", "subject.province"),
    numbers=Numbers.KEPT,
    apply=apply,
    writes=frozenset({RegisterWrite.HOST}),
    refuse=refuse,
    effect=gettext_lazy(
        "The record moves to your new certificate, for example from a licence number to the credit "
        "code. The old one stays on file so that nobody else can use it. Your number stays the same."
    ),
    papers=Wanted.CHANGED,
    photo=Wanted.NONE,
    blocks=frozenset({"subject", "contact", "papers"}),
    told=True,
    links=(RecordLink(About.SUBJECT, gettext_lazy("Change the certificate"), change_subject.DATA_CHANGED),),
)
