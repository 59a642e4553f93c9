"""The files that are kept of a filing."""

from filings.models import Filing


def kept_pictures(filing: Filing) -> list[tuple[str, str, int]]:
    rows = filing.evidence.filter(replaced_at=None).exclude(path__endswith=".photo")
    return sorted((row.path, row.sha256, row.file.size) for row in rows)


def names_of_files(filing: Filing) -> list[str]:
    return sorted(filing.evidence.values_list("file", flat=True))
