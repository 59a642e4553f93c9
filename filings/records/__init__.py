"""The host's house: what its records ask of it after the number. Reads the register, never writes it.

``seen`` says whose records are whose; each other module is the only writer of its rows in ``models.upkeep``.
"""
