"""A benchmark leaves no files behind."""

from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from bench import world


def test_files_are_stored_elsewhere_and_removed():
    own = default_storage.path("")
    with world.own_files():
        file = Path(default_storage.path(default_storage.save("picture.jpg", ContentFile(b"x"))))
        assert file.exists()
        assert not file.is_relative_to(own)

    assert not file.exists()
    assert default_storage.path("") == own
