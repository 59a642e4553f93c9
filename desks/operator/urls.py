"""The work calendar's pages on the operators' desk."""

from django.urls import path

from desks.operator import calendar
from ministry.operators.site import site

app_name = "calendar"

urlpatterns = [
    path("", site.admin_view(calendar.years), name="years"),
    path("<int:year>/", site.admin_view(calendar.year), name="year"),
    path("<int:year>/edit/", site.admin_view(calendar.edit), name="edit"),
]
