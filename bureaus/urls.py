"""Public pages of the bureaus: their own, announcements with their feeds, bulletins, figures as page and CSV."""

from django.urls import include, path

from bureaus.announcements.feeds import feed
from bureaus.views import announcements, bulletins, figures, offices

announcement_patterns = [
    path("announcements.atom", feed, name="feed_of_all"),
    path("<slug:slug>/announcements.atom", feed, name="feed"),
    path("<slug:slug>/announcements/", announcements.of_bureau, name="of_bureau"),
    path("<slug:slug>/announcements/<slug:key>/", announcements.page_of_one, name="page"),
]
bulletin_patterns = [
    path("<slug:slug>/", bulletins.index, name="index"),
    path("<slug:slug>/<slug:month>/", bulletins.published, name="month"),
    path("<slug:slug>/<slug:month>.<slug:form>", bulletins.published_file, name="file"),
]
figure_patterns = [
    path("", figures.index, name="index"),
    path("<slug:table>.csv", figures.table_file, name="file"),
]

urlpatterns = [
    path("bureaus/", offices.index, name="bureaus"),
    path("bureaus/<slug:slug>/", offices.office_page, name="bureau"),
    path("bureaus/", include((announcement_patterns, "announcements"))),
    path("bulletins/", include((bulletin_patterns, "bulletins"))),
    path("figures/", include((figure_patterns, "figures"))),
]
