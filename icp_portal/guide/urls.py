"""URLs of the guide: its questions to the host, and the answers to frequent questions."""

from django.urls import path

from icp_portal.guide import views

app_name = "guide"

urlpatterns = [
    path("", views.ask, name="ask"),
    path("questions/", views.questions_index, name="questions"),
    path("questions/<slug:slug>/", views.topic, name="topic"),
]
