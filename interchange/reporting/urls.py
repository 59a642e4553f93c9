"""Addresses of the pages about bureaus' own systems, behind the permission check of the provider's desk."""

from interchange.reporting import views
from providers.desk import site

app_name = "reporting"

urlpatterns = site.guarded(
    [
        ("", views.listed, "listed"),
        ("new/", views.new, "new"),
        ("<int:connection_id>/", views.one, "one"),
        ("reports/", views.reports, "reports"),
        ("reports/<int:report_id>/", views.report, "report"),
        ("exchanges/", views.exchanges, "exchanges"),
        ("exchanges/uploads/<int:row_id>/", views.upload_message, "upload_message"),
        ("exchanges/files/<int:row_id>/again/", views.apply_again, "apply_again"),
        ("exchanges/files/<int:row_id>/", views.file_message, "file_message"),
    ]
)
