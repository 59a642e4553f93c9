"""Two chiefs at the same moment: one wins, the other is told. Real threads, real commits."""

import pytest
from django.utils import timezone

from bureaus.announcements import publishing
from bureaus.models import AnnouncementVersion, BureauAnnouncement
from icp_portal.tests.builders import announcement, chief
from icp_portal.tests.racing import Gate, one_then_the_other, won, words

pytestmark = [pytest.mark.usefixtures("transactional_db"), pytest.mark.xdist_group("kills")]


def test_of_two_corrections_the_second_is_refused_and_told_who_won(monkeypatch):
    made, first, second = announcement(), chief(), chief()
    gate = Gate(monkeypatch, publishing, "_keep")  # inside the first correction
    texts = [publishing.content_of(made) | {"text": text} for text in ("快的。", "慢的。")]

    fast, slow = one_then_the_other(
        gate,
        lambda: publishing.correct(first, made.pk, texts[0], version=1),
        lambda: publishing.correct(second, made.pk, texts[1], version=1),
    )

    assert won(fast, slow) == [True, False]
    assert first.name in words(slow)
    assert BureauAnnouncement.objects.get().text == "快的。"
    assert AnnouncementVersion.objects.count() == 2


def test_a_correction_during_a_withdrawal_is_refused(monkeypatch):
    made, first, second = announcement(), chief(), chief()
    gate = Gate(monkeypatch, publishing, "_open")  # inside the withdrawal, its row read
    content = publishing.content_of(made) | {"text": "慢的。"}

    fast, slow = one_then_the_other(
        gate,
        lambda: publishing.withdraw(first, made.pk, "误发。", version=1),
        lambda: publishing.correct(second, made.pk, content, version=1),
    )

    assert won(fast, slow) == [True, False]
    assert "慢的。" not in AnnouncementVersion.objects.values_list("text", flat=True)


def test_two_published_at_once_get_two_addresses(monkeypatch):
    first, second = chief(), chief()
    gate = Gate(monkeypatch, publishing, "_next_slug")

    both = one_then_the_other(gate, lambda: announcement(first), lambda: announcement(second))

    assert won(*both) == [True, True]
    year = timezone.localdate().year
    assert sorted(BureauAnnouncement.objects.values_list("slug", flat=True)) == [f"{year}-1", f"{year}-2"]
