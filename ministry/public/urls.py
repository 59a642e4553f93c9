"""URLs to recover or change a filing password."""

from django.urls import path

from ministry.public import views

app_name = "ministry"

urlpatterns = [
    path("password/", views.recover_password, name="recover_password"),
    path("password/asked/", views.recovery_asked, name="recovery_asked"),
    path("answer/<str:token>/", views.answer_recovery, name="answer_recovery"),
    path("change-password/", views.change_password, name="change_password"),
    path("change-password/done/", views.password_changed, name="password_changed"),
]
