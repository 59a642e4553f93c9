"""Plant random defects in a copy of the source and count those that the tests find: ``python -m bench.mutants``.

mutmut and cosmic-ray were considered: both run every test, or start the engines and a new database, for each defect,
and mutmut 3 has to import the mutated source itself. Here a defect costs one start of pytest and only the tests that
run its line.
"""
