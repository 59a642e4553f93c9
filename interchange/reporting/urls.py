"""Addresses of the pages about bureaus' own systems, behind the permission check of the provider's desk."""

from django.urls import path

from interchange.reporting import views
from providers.desk import site

app_name = "reporting"

urlpatterns = [
    path("", site.admin_view(views.listed), name="listed"),
    path("new/", site.admin_view(views.new), name="new"),
    path("<int:connection_id>/", site.admin_view(views.one), name="one"),
    path("reports/", site.admin_view(views.reports), name="reports"),
    path("reports/<int:report_id>/", site.admin_view(views.report), name="report"),
    path("exchanges/", site.admin_view(views.exchanges), name="exchanges"),
    path("exchanges/uploads/<int:row_id>/", site.admin_view(views.upload_message), name="upload_message"),
    path("exchanges/files/<int:row_id>/again/", site.admin_view(views.apply_again), name="apply_again"),
    path("exchanges/files/<int:row_id>/", site.admin_view(views.file_message), name="file_message"),
]
