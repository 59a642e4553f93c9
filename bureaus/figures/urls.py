"""The public figures: a page, and its tables as CSV."""

from django.urls import path

from bureaus.views import figures

app_name = "figures"

urlpatterns = [
    path("", figures.index, name="index"),
    path("<slug:table>.csv", figures.table_file, name="file"),
]
