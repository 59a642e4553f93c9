"""All URLs of the portal."""

from django.urls import include, path

from accounts import views as account_views
from bureaus.desk import site as bureau_desk
from desks.staff import sheets
from hosts.api import api
from hosts.views import cancellation_cases, codes, mailboxes
from hosts.views.records import proofs
from icp_portal import api_page, gallery, mailbox, pages, personal_data
from icp_portal.env import PRODUCTION
from icp_portal.watch import metrics, status
from ministry.operators.site import site as ministry_desk
from ministry.public import queries
from providers.desk import site as provider_desk

handler400 = "icp_portal.pages.unreadable"
handler403 = "icp_portal.pages.no_access"
handler404 = "icp_portal.pages.not_found"
handler500 = "icp_portal.pages.internal_error"
# Invented data, for those who build pages
_GALLERY = [] if PRODUCTION else [("ministry/components/", gallery.components, "components")]
urlpatterns = [
    path("", pages.home, name="home"),
    path("desk/", pages.desk, name="desk"),
    path("healthz", pages.healthz, name="healthz"),
    path("healthz/live", pages.live, name="live"),
    path("metrics", metrics.metrics, name="metrics"),
    path("guide/", include("icp_portal.guide.urls")),
    path("handbook/", include("icp_portal.handbook.urls")),
    path("query/", queries.search, name="query"),
    path("query/names/", queries.names, name="query_names"),
    path("query/certificate/", queries.certificate, name="query_certificate"),
    path("query/certificate/asked/", queries.certificate_asked, name="query_certificate_asked"),
    path("query/<str:what>/", queries.record, name="record"),
    path("codes/", codes.enter, name="codes"),
    path("codes/done/", codes.done, name="codes_done"),
    path("codes/again/", codes.again, name="codes_again"),
    path("codes/again/sent/", codes.sent, name="codes_sent"),
    path("codes/address/<str:token>/", mailboxes.confirm, name="mailbox"),
    path("sheets/<slug:token>/", sheets.public, name="sheet"),
    path("proof/", proofs.ask, name="proof"),
    path("proof/<str:token>/", proofs.page, name="proof_page"),
    path("cases/shells/", cancellation_cases.published, name="shells"),
    path("cases/<str:token>/", cancellation_cases.holder, name="record_case"),
    path("", include("providers.urls")),
    path("filings/", include("hosts.urls")),
    path("records/", include("hosts.record_urls")),
    path("api/", api_page.index, name="api_page"),
    path("api/", api.urls),
    path("interface/", include("interchange.conformance.urls")),
    path("provider/", include("providers.on_behalf_urls", namespace="on_behalf")),
    path("provider/organisation/reporting/", include("interchange.reporting.urls")),
    path("provider/", provider_desk.urls),
    path("bureau/connections/", include("interchange.desk.urls")),
    path("bureau/", bureau_desk.urls),
    path("", include("bureaus.urls")),
    path("open-data/", include("icp_portal.open_data")),
    *ministry_desk.guarded([("ministry/status/", status.page, "portal_status"), *_GALLERY]),
    path("ministry/calendar/", include("desks.operator.urls")),
    path("ministry/guide/", include("icp_portal.guide.desk_urls")),
    path("ministry/", include("desks.operator.desk_urls")),
    path("ministry/", ministry_desk.urls),
    path("recover/", include("ministry.public.urls")),
    path("keys/", account_views.list_api_keys, name="api_keys"),
    path("keys/<int:key_id>/end/", account_views.end_api_key, name="end_api_key"),
    path("personal-data/", personal_data.page, name="personal_data"),
    path("accounts/address/<str:token>/", account_views.put_back, name="put_back_address"),
    path("language/<str:code>/", account_views.language, name="language"),
    path("accounts/token/", pages.form_token, name="form_token"),
    path("accounts/", include("allauth.urls")),
    path("", include("interchange.soap.urls")),
    path("demo/mailbox/", mailbox.index, name="demo_mailbox"),
    path("demo/mailbox/<slug:name>/", mailbox.message, name="demo_mail"),
]
