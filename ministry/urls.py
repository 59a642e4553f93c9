from django.urls import path

from ministry.views import public

app_name = "ministry"

urlpatterns = [
    path("password/", public.recover_password, name="recover_password"),
    path("password/asked/", public.recovery_asked, name="recovery_asked"),
    path("answer/<str:token>/", public.answer_recovery, name="answer_recovery"),
    path("change-password/", public.change_password, name="change_password"),
    path("change-password/done/", public.password_changed, name="password_changed"),
]
