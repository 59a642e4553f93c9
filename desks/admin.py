"""Admin of the filings' files at /ministry/."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from filings.models import FileCheck
from ministry.operators.site import ReadOnlyAdmin, site


@admin.register(FileCheck, site=site)
class FileCheckAdmin(ReadOnlyAdmin):
    """Results of the nightly comparison of storage and records."""

    list_display = ("day", "rows", "missing", "files", "unnamed", "removed", "is_sound")
    fields = ("day", "ended_at", "rows", "missing", "examples", "files", "unnamed", "removed", "fault")

    @admin.display(description=_("nothing missing"), boolean=True)
    def is_sound(self, check: FileCheck) -> bool:
        return not check.missing and not check.fault
