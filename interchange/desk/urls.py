"""Addresses of the pages about connections, behind the permission check of the bureau's desk."""

from django.urls import path

from bureaus.desk import site
from interchange.desk import views

app_name = "connections"

urlpatterns = [
    path("", site.admin_view(views.listed), name="listed"),
    path("new/", site.admin_view(views.new), name="new"),
    path("<int:connection_id>/", site.admin_view(views.one), name="one"),
    path("<int:connection_id>/secrets/", site.admin_view(views.secrets), name="secrets"),
    path("<int:connection_id>/close/", site.admin_view(views.close), name="close"),
    path("<int:connection_id>/uploads/", site.admin_view(views.uploads), name="uploads"),
    path("<int:connection_id>/downloads/", site.admin_view(views.downloads), name="downloads"),
]
