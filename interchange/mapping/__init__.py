"""The records of the interface as facts and papers of a filing, and back.

A record is the nested dict of ``interchange.messages``: element → text, dict, or list where the schema lets it repeat.
"""
