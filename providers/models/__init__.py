"""Access providers: the organisation, its staff, its pool, what it publishes; its imports."""

from providers.models.batch import Import, ImportMode, ImportRow, ImportState
from providers.models.measured import MeasuredWork
from providers.models.organisation_change import OrganisationChange, What
from providers.models.provider import (
    LONGEST_PROMISE,
    Announcement,
    Invitation,
    IpRange,
    Provider,
    Staff,
    StaffRole,
)
