from django.urls import path

from desks import rounds
from hosts.views import begin, filing, handover, mailboxes, mandates, matters, mend, offers, transfers

app_name = "filings"

urlpatterns = [
    path("", filing.home, name="home"),
    path("begin/", begin.begin, name="begin"),
    path("begin/look/", begin.look_up, name="look_up"),
    path("begin/adopt/", begin.adopt, name="adopt"),
    path("<int:filing_id>/become/", begin.become, name="become"),
    path("<int:filing_id>/prove/", begin.prove, name="prove"),
    path("<int:filing_id>/address/", mailboxes.prove, name="mailbox"),
    path("<int:filing_id>/", filing.status, name="status"),
    path("<int:filing_id>/edit/", filing.overview, name="overview"),
    path("<int:filing_id>/edit/papers/", filing.upload_papers, name="papers"),
    path("<int:filing_id>/edit/papers/remove/", filing.remove_picture, name="remove_picture"),
    path("<int:filing_id>/edit/websites/add/", filing.add_website, name="add_website"),
    path("<int:filing_id>/edit/websites/<int:number>/remove/", filing.remove_website, name="remove_website"),
    path("<int:filing_id>/edit/<slug:section_id>/", filing.edit_section, name="section"),
    path("<int:filing_id>/mend/", mend.mend, name="mend"),
    path("<int:filing_id>/unlock/", mend.unlock, name="unlock"),
    path("<int:filing_id>/rounds/", rounds.compare, name="rounds"),
    path("<int:filing_id>/check/", filing.check, name="check"),
    path("<int:filing_id>/submit/", filing.submit, name="submit"),
    path("<int:filing_id>/withdraw/", filing.withdraw, name="withdraw"),
    path("<int:filing_id>/provider/", transfers.transfer, name="transfer"),
    path("<int:filing_id>/continue/", filing.resume, name="resume"),
    path("<int:filing_id>/copy/", filing.copy, name="copy"),
    path("<int:filing_id>/summary.pdf", filing.summary_pdf, name="summary"),
    path("<int:filing_id>/phone/", handover.make, name="handover"),
    path("<int:filing_id>/phone/<int:handover_id>/", handover.state, name="handover_state"),
    path("offers/<int:offer_id>/", offers.offer, name="offer"),
    path("offers/<int:offer_id>/decline/", offers.decline, name="decline_offer"),
    path("mandates/<int:mandate_id>/", mandates.mandate, name="mandate"),
    path("mandates/<int:mandate_id>/paper/<int:page_id>/", mandates.paper, name="mandate_page"),
    path("<int:filing_id>/conflict/", matters.apply, name="apply_release"),
    path("matters/<int:matter_id>/", matters.matter, name="matter"),
    path("phone/done/", handover.done, name="phone_done"),
    path("phone/<slug:token>/", handover.phone, name="phone"),
    path("<int:filing_id>/evidence/<int:evidence_id>/", filing.evidence, name="evidence"),
]
