"""The mails, the audit log and the differences between copies on the operators' desk."""

from django.urls import path

from desks.operator import differences, log, mail_texts, mails, retention
from ministry.operators.site import site

app_name = "operators"

urlpatterns = [
    path("mails/", site.admin_view(mails.listed), name="mails"),
    path("mails/search/", site.admin_view(mails.search), name="mail_search"),
    path("mails/resend/", site.admin_view(mails.resend_failed), name="mails_resend"),
    path("mails/texts/", site.admin_view(mail_texts.listed), name="mail_texts"),
    path("mails/texts/<slug:kind>/", site.admin_view(mail_texts.one), name="mail_text"),
    path("mails/texts/<slug:kind>/<int:number>/", site.admin_view(mail_texts.version), name="mail_text_version"),
    path("mails/<int:mail_id>/", site.admin_view(mails.one), name="mail"),
    path("mails/<int:mail_id>/resend/", site.admin_view(mails.resend), name="mail_resend"),
    path("retention/", site.admin_view(retention.listed), name="retention"),
    path("retention/<slug:kind>/", site.admin_view(retention.one), name="retention_period"),
    path("differences/", site.admin_view(differences.listed), name="differences"),
    path("differences/<int:difference_id>/", site.admin_view(differences.one), name="difference"),
    path("log/", site.admin_view(log.listed), name="log"),
    path("log/search/", site.admin_view(log.search), name="log_search"),
    path("log/<int:number>/", site.admin_view(log.one), name="log_entry"),
]
