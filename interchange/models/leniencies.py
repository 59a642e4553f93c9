"""How often the messages of a connection departed from V3.0."""

from django.db import models
from django.utils import timezone

from interchange.messages.leniencies import Leniency
from interchange.models.connection import Connection


class LeniencyUse(models.Model):
    """A leniency needed for uploads of a connection: how often, when first and when last."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="leniencies", db_index=False)
    leniency = models.CharField(max_length=7, choices=Leniency)
    times = models.PositiveBigIntegerField()
    first_at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "leniency"], name="leniency_once_per_connection"),
            models.CheckConstraint(condition=models.Q(leniency__in=Leniency.values), name="leniency_known"),
        ]

    def __str__(self) -> str:
        return f"{self.connection_id} {self.leniency}"
