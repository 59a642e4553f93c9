"""URLs of the handbook: its contents and its chapters."""

from django.urls import path

from icp_portal.handbook import views

app_name = "handbook"

urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:slug>/", views.chapter, name="chapter"),
]
