"""Public pages of the bureaus' bulletins."""

from django.urls import path

from bureaus.views import bulletins

app_name = "bulletins"

urlpatterns = [
    path("<slug:slug>/", bulletins.index, name="index"),
    path("<slug:slug>/<slug:month>/", bulletins.published, name="month"),
    path("<slug:slug>/<slug:month>.<slug:form>", bulletins.published_file, name="file"),
]
