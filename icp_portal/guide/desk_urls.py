"""The guide's pages on the operators' desk."""

from icp_portal.guide import desk
from ministry.operators.site import site

app_name = "guide_desk"

urlpatterns = site.guarded(
    [
        ("", desk.pages, "pages"),
        ("<slug:key>/checked/", desk.checked, "checked"),
    ]
)
