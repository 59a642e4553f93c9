"""The guide's pages on the operators' desk."""

from django.urls import path

from icp_portal.guide import desk
from ministry.operators.site import site

app_name = "guide_desk"

urlpatterns = [
    path("", site.admin_view(desk.pages), name="pages"),
    path("<slug:key>/checked/", site.admin_view(desk.checked), name="checked"),
]
