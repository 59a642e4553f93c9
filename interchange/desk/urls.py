"""Addresses of the pages about connections, behind the permission check of the bureau's desk."""

from bureaus.desk import site
from interchange.desk import views

app_name = "connections"

urlpatterns = site.guarded(
    [
        ("", views.listed, "listed"),
        ("new/", views.new, "new"),
        ("<int:connection_id>/", views.one, "one"),
        ("<int:connection_id>/secrets/", views.secrets, "secrets"),
        ("<int:connection_id>/close/", views.close, "close"),
        ("<int:connection_id>/uploads/", views.uploads, "uploads"),
        ("<int:connection_id>/downloads/", views.downloads, "downloads"),
    ]
)
