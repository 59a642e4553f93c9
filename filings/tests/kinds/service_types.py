"""The service types, and the findings of an APP's filing."""

from filings import facts
from filings.models import Filing
from filings.rules import checks
from ministry.reference import code_tables

ALL = [code_tables.WEBSITE, code_tables.APP, code_tables.MINI_PROGRAM, code_tables.QUICK_APP]
OTHERS = ALL[1:]


def found(filing: Filing, **values: object) -> list[tuple[str, str]]:
    filing.facts = facts.written(filing.facts, {path.replace("__", "."): value for path, value in values.items()})
    return [(finding.code, finding.path) for finding in checks.findings(filing)]
