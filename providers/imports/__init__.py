"""Import of many filings from a workbook or a CSV file, on behalf of many hosts.

``columns`` defines what a file may contain, ``reading`` reads it, ``judging`` checks a row, ``writing`` stores the
batch and makes filings of its rows. A batch is checked and written in the background, in pieces that can be killed at
any point: what is committed is complete, the rest is done again.
"""
