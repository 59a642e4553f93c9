from django.urls import path

from ministry.views import public

app_name = "ministry"

urlpatterns = [
    path("password/", public.recover_password, name="recover_password"),
    path("password/asked/", public.recovery_asked, name="recovery_asked"),
]
