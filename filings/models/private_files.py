"""Names of private files."""

import secrets
from typing import Final

# Folders of one owner each stand together in one above, so that none has more than a thousand: the nightly check sorts
# the entries of a folder whenever it continues there.
TOGETHER: Final = 1_000


def private_name(folder: str, owner_id: int) -> str:
    """Return a random name that can't be guessed for a picture in the owner's folder."""
    return f"{folder}/{owner_id // TOGETHER}/{owner_id}/{secrets.token_hex(16)}.jpg"
