"""URLs of the host's records."""

from django.urls import path

from hosts.views.records import dates, offers, overview, past, proofs, websites

app_name = "records"

urlpatterns = [
    path("", overview.home, name="home"),
    path("<int:subject_id>/", overview.subject, name="subject"),
    path("<int:subject_id>/give-back/", overview.give_back, name="give_back"),
    path("<int:subject_id>/as-of/", past.as_of, name="as_of"),
    path("<int:subject_id>/dates/", dates.add, name="watch_add"),
    path("dates/<int:watch_id>/", dates.watch, name="watch"),
    path("<int:subject_id>/proof/", proofs.of_subject, name="prove_subject"),
    path("websites/<int:website_id>/", websites.website, name="website"),
    path("websites/<int:website_id>/footer/", websites.check, name="check"),
    path("websites/<int:website_id>/police/", websites.police_filing, name="police"),
    path("websites/<int:website_id>/confirm/", websites.confirm, name="confirm"),
    path("websites/<int:website_id>/offer/", offers.offer, name="offer"),
    path("websites/<int:website_id>/offer/take-back/", offers.take_back, name="take_back_offer"),
    path("websites/<int:website_id>/proof/", proofs.of_website, name="prove_website"),
    path("proofs/<int:proof_id>/proof.pdf", proofs.pdf, name="proof_pdf"),
]
