"""Many filings at once, from a workbook or a CSV file, in the place of many hosts.

``columns`` says what a file may contain, ``reading`` takes it apart, ``judging`` says what is wrong with a row,
``writing`` keeps the batch and makes filings of its rows. A batch is checked and written in the background, in pieces
that can be killed at any point: what is committed is whole, what is not is done again.
"""
