"""The case file of a filing (案卷): everything on record that one party may see, as one PDF and as a zip.

``contents`` reads it, ``paper`` prints it, ``archive`` packs it with the sheets, pictures and signed copies and an
index that names each file's SHA-256 and each row's place in the audit log.
"""
