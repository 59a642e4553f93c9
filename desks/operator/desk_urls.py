"""The mails, the audit log, the differences between copies and the quarantine on the operators' desk."""

from desks.operator import differences, log, mail_texts, mails, quarantine, retention
from ministry.operators.site import site

app_name = "operators"

urlpatterns = site.guarded(
    [
        ("mails/", mails.listed, "mails"),
        ("mails/search/", mails.search, "mail_search"),
        ("mails/resend/", mails.resend_failed, "mails_resend"),
        ("mails/texts/", mail_texts.listed, "mail_texts"),
        ("mails/texts/<slug:kind>/", mail_texts.one, "mail_text"),
        ("mails/texts/<slug:kind>/<int:number>/", mail_texts.version, "mail_text_version"),
        ("mails/<int:mail_id>/", mails.one, "mail"),
        ("mails/<int:mail_id>/resend/", mails.resend, "mail_resend"),
        ("retention/", retention.listed, "retention"),
        ("retention/<slug:kind>/", retention.one, "retention_period"),
        ("differences/", differences.listed, "differences"),
        ("differences/<int:difference_id>/", differences.one, "difference"),
        ("quarantine/", quarantine.listed, "quarantine"),
        ("quarantine/<int:row_id>/", quarantine.one, "quarantined_file"),
        ("log/", log.listed, "log"),
        ("log/search/", log.search, "log_search"),
        ("log/<int:number>/", log.one, "log_entry"),
    ]
)
