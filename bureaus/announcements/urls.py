"""Public pages and feeds of the bureaus' announcements."""

from django.urls import path

from bureaus.announcements.feeds import feed
from bureaus.views import announcements

app_name = "announcements"

urlpatterns = [
    path("announcements.atom", feed, name="feed_of_all"),
    path("<slug:slug>/announcements.atom", feed, name="feed"),
    path("<slug:slug>/announcements/", announcements.of_bureau, name="of_bureau"),
    path("<slug:slug>/announcements/<slug:key>/", announcements.page_of_one, name="page"),
]
