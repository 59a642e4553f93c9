"""The mails and the audit log on the operators' desk."""

from django.urls import path

from desks.operator import log, mails
from ministry.operators.site import site

app_name = "operators"

urlpatterns = [
    path("mails/", site.admin_view(mails.listed), name="mails"),
    path("mails/search/", site.admin_view(mails.search), name="mail_search"),
    path("mails/resend/", site.admin_view(mails.resend_failed), name="mails_resend"),
    path("mails/<int:mail_id>/", site.admin_view(mails.one), name="mail"),
    path("mails/<int:mail_id>/resend/", site.admin_view(mails.resend), name="mail_resend"),
    path("log/", site.admin_view(log.listed), name="log"),
    path("log/search/", site.admin_view(log.search), name="log_search"),
    path("log/<int:number>/", site.admin_view(log.one), name="log_entry"),
]
