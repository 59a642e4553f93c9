"""Which morning mail has been written to whom: the row is made with the mail, in one transaction."""

from django.db import models


class MorningMail(models.Model):
    """A mail of a kind sent once a day (or once a month) that has been written to an address."""

    kind = models.CharField(max_length=16)
    # The day it is about; for a monthly mail the first of the month.
    day = models.DateField()
    to = models.CharField(max_length=128)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "day", "to"], name="one_morning_mail_a_period")]
