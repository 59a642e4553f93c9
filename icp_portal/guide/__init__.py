"""Before the form: a few plain questions with one page of answer, and the questions of the official guide.

Open to everybody. What the pages say of limits, papers, codes and times is read from the rules and tables the
portal itself works with, so it can't go stale.
"""
