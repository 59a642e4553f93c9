"""The desks' search entries, saved filters, and how people want their queue to look."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from filings.models.filing import Filing


class SearchEntry(models.Model):
    """The search keys of a submitted filing; see ``filings.lookup.search``.

    A separate table, so that its index is not updated with every claim.
    """

    filing = models.OneToOneField(Filing, on_delete=models.CASCADE, primary_key=True, related_name="search_entry")
    keys = ArrayField(models.BigIntegerField())
    # the folded names and domains, one per line
    names = models.TextField()

    class Meta:
        # Without a list of pending entries, which every search would read whole.
        indexes = [GinIndex(fields=["keys"], name="search_keys", fastupdate=False)]


class SavedFilter(models.Model):
    """A named view of a desk's queue: the query string of its URL, without cursor and search."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters")
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(max_length=255)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="one_saved_filter_per_name")]

    def __str__(self) -> str:
        return self.name


class PageSize(models.IntegerChoices):
    """Rows of a page of the queue."""

    SMALL = 25, "25"
    MIDDLE = 50, "50"
    LARGE = 100, "100"


class QueueLook(models.Model):
    """How somebody wants their desk's queue to look. A person has one desk, so there is one row a person."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    page_size = models.PositiveSmallIntegerField(_("rows per page"), choices=PageSize, default=PageSize.SMALL)
    # ids of columns; one that the desk doesn't have (any more) hides nothing
    hidden = ArrayField(models.CharField(max_length=16), default=list)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(page_size__in=PageSize.values), name="queue_page_size_known")]
