"""Addresses of the public pages about the interface."""

from django.urls import path

from interchange.conformance import views

app_name = "interface"

urlpatterns = [
    path("", views.index, name="index"),
    path("codes/", views.all_codes, name="codes"),
    path("check/", views.check, name="check"),
    path("samples/<slug:name>/", views.sample, name="sample"),
    path("samples/<slug:name>.xml", views.sample_file, name="sample_file"),
]
