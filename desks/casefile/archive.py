"""The case file as a zip: the PDF, the sheets, every picture, paper and signed copy, the mails, an index of them all.

``index.json`` names each file with its SHA-256 and each row of the record with its place in the audit log, so that a
machine can compare a case file with the log, years later and without the portal.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BufferedRandom, BytesIO
from tempfile import TemporaryFile
from typing import Any

from django.db.models import Model

from desks.casefile import of_record, paper
from desks.casefile.contents import CaseFile
from filings.evidence.quarantine import opened
from filings.models import Evidence, OfficialPage, SheetScan
from filings.verification import sheet_files

PDF, INDEX = "case-file.pdf", "index.json"
IN_MEMORY = 16 * 1024**2  # bytes of pictures; a zip with more is written to a temporary file


@dataclass(slots=True)
class _Pack:
    """A zip that is being written, and what has gone into it."""

    zip: zipfile.ZipFile
    file: CaseFile
    files: list[dict[str, Any]] = field(default_factory=list)

    def add(self, name: str, content: bytes, row: Model | None = None, recorded: str = "") -> None:
        """Add a file; ``recorded`` is the SHA-256 on record, where there is one."""
        self.zip.writestr(name, content)
        sha256 = hashlib.sha256(content).hexdigest()
        entry: dict[str, Any] = {"name": name, "size": len(content), "sha256": sha256}
        if row is not None:
            entry |= self.row(row)
        if recorded:
            entry |= {"recorded_sha256": recorded, "is_as_recorded": recorded == sha256}
        self.files.append(entry)

    def missing(self, name: str, row: Model, recorded: str) -> None:
        """Record a file that should exist but does not."""
        entry = {"name": name, "is_missing": True, "recorded_sha256": recorded, "is_as_recorded": False}
        self.files.append(entry | self.row(row))

    def row(self, row: Model) -> dict[str, Any]:
        """Return a row's table, key and place in the audit log; None while it waits, or if it is not audited."""
        link = self.file.link(row)
        named: dict[str, Any] = {"table": row._meta.db_table, "row": row.pk, "audit": link and link.number}
        if link is None:
            return named
        return named | {"digest": link.digest, "is_as_sealed": link.number not in self.file.broken}


def packed(file: CaseFile) -> BytesIO | BufferedRandom:
    """Return the zip, open for reading: many papers together are larger than a request may hold in memory."""
    is_small = sum(picture.size for picture in file.pictures) <= IN_MEMORY
    target = BytesIO() if is_small else TemporaryFile()  # noqa: SIM115 — closed with the response
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        pack = _Pack(archive, file)
        pack.add(PDF, paper.pdf(file))
        drawn = sheet_files.pdfs_of(file.sheets)
        for sheet in file.sheets:
            pack.add(f"sheets/{sheet}.pdf", drawn[sheet.pk], sheet)
            for scan in sheet.scans.all():
                _add_picture(pack, f"sheets/signed/{sheet}-v{scan.version}-p{scan.page}.jpg", scan)
        for picture in file.pictures:
            _add_picture(pack, f"pictures/{picture.path}-{picture.pk}.jpg", picture)
        for name, page in file.official_pages:
            _add_picture(pack, name, page)
        for row, mail in file.mails:
            if mail:
                text = "\n".join([*mail.to, mail.subject, mail.message])
                pack.add(f"mails/{row.pk}-{row.name}.txt", text.encode(), row, row.sha256)
        index = json.dumps(_index(pack), ensure_ascii=False, indent=1)
        archive.writestr(INDEX, index, zipfile.ZIP_DEFLATED)
    target.seek(0)
    return target


def _add_picture(pack: _Pack, name: str, picture: Evidence | SheetScan | OfficialPage) -> None:
    row: Model = pack.file.seals.get(picture.pk, picture) if isinstance(picture, Evidence) else picture
    try:
        with opened(picture.file) as kept:
            pack.add(name, kept.read(), row, picture.sha256)
    except OSError:
        pack.missing(name, row, picture.sha256)


def _index(pack: _Pack) -> dict[str, Any]:
    file = pack.file
    return {
        "filing": file.filing.pk,
        "number": str(file.filing.subject.number) if file.filing.subject else None,
        "made_at": file.made_at.isoformat(),
        "made_by": file.made_by,
        "audit_log": {"last": file.head.number, "chain": file.head.chain},
        "rounds": [one.number for one in file.rounds],
        "receipts": [
            {
                "number": one.number,
                "at": one.at.isoformat(),
                "round": one.round,
                "digest": one.digest,
                "record_number": one.record_number,
            }
            for one in file.receipts
        ],
        "rules": [
            {
                "rule": one.rule.pk,
                "topic": one.rule.topic,
                "province": one.rule.province,
                "valid_from": one.rule.valid_from.isoformat(),
                "valid_to": one.rule.valid_to and one.rule.valid_to.isoformat(),
                "source": one.rule.source,
                **pack.row(one.change),
            }
            for one in file.rules
        ],
        "cases": [of_record.index_entry(one) for one in file.questioned],
        "files": pack.files,
        "rows": list(_rows(pack)),
    }


def _rows(pack: _Pack) -> Iterator[dict[str, Any]]:
    """Yield every row of the case file in the order of the audit log, those without an entry last."""
    found = [pack.row(row) for row in pack.file.rows()]
    return iter(sorted(found, key=lambda row: (row["audit"] is None, row["audit"] or 0, row["table"], row["row"])))
