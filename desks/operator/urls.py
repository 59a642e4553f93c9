"""The work calendar's pages on the operators' desk."""

from desks.operator import calendar
from ministry.operators.site import site

app_name = "calendar"

urlpatterns = site.guarded(
    [
        ("", calendar.years, "years"),
        ("<int:year>/", calendar.year, "year"),
        ("<int:year>/edit/", calendar.edit, "edit"),
    ]
)
