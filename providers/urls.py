"""URLs of the public directory of bureaus and providers, and of invitations to a provider's staff."""

from django.urls import path

from providers import directory
from providers.views import people

app_name = "directory"

urlpatterns = [
    path("navigation/", directory.ministry, name="ministry"),
    path("navigation/find/", directory.find, name="find"),
    path("navigation/<slug:slug>/", directory.bureau, name="bureau"),
    path("providers/<slug:slug>/", directory.provider, name="provider"),
    path("providers/<slug:slug>/logo/<slug:stamp>.png", directory.logo, name="logo"),
    path("providers/<slug:slug>/start/", directory.start, name="start"),
    path("join/<str:token>/", people.join, name="join"),
]
