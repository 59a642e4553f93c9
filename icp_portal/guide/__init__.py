"""The filing guide: a few questions that lead to one page of advice, and the questions of the official guide.

Public. Limits, papers, codes and times on its pages are read from the rules and tables the portal itself uses, so they
are always current.
"""
