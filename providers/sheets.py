"""The provider's lists as workbooks are made like everybody's."""

from filings.workbooks import CONTENT_TYPE, cell, workbook

__all__ = ["CONTENT_TYPE", "cell", "workbook"]
