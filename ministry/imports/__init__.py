"""Import of a national register from files (ADR 0021).

``columns`` documents what the files contain, ``files`` reads them, ``checking`` checks a subject with all its rows,
``staging`` finds what is there twice or in the register already, ``comparing`` compares with the register, ``tuples``
makes the rows, ``copying`` writes a piece, ``running`` does all of it in several processes.
"""
