"""Every page of the portal in a real browser: whole, quiet, accessible, at both widths; the work without JavaScript.

A visit answers what is wrong with a page; a test visits the pages of one party and wants nothing to be wrong.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext as _
from post_office.models import Email
from pytest_django import Settings

from accounts.models import Party, User
from bureaus import absences, bulletins
from desks import access as host_access
from filings import fields, services
from filings.models import Entrance, Filing, Sheet
from filings.states import Status
from icp_portal.demo import invent, play
from icp_portal.guide import topics
from icp_portal.tests import builders
from icp_portal.tests.browser import Person, as_upload, with_second_step
from icp_portal.tests.in_browser.filing_in import fill_in, hand_in_pictures
from icp_portal.tests.in_browser.steps import answer_sheet, pass_on, submit, take
from icp_portal.tests.tours import Tour
from ministry import audit
from ministry.models import Mail, Website
from ministry.operators.site import site as ministry_desk
from ministry.public import queries
from ministry.reference import code_tables
from ops.mailsink import MailSink
from providers.models import IpRange

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

Visitor = Callable[..., Person]


def test_pages_that_everybody_sees(tour: Callable[..., Tour]) -> None:
    case = builders.case_at(Status.FILED)
    website = Website.objects.get()
    full = builders.provider(accepts_new=False)
    anybody = tour()
    anybody.visit("/", "/navigation/", "/navigation/?province=110000", "/navigation/?province=540000")
    anybody.visit("/navigation/beijing/", "/navigation/xizang/", "/bureaus/", "/bureaus/beijing/")
    anybody.visit("/open-data/")
    anybody.visit(f"/providers/{case.provider.slug}/", f"/providers/{full.slug}/")
    anybody.visit("/query/", f"/query/?q={website.domain}", "/query/?q=nothing.cn", f"/query/?q={'9' * 256}")
    anybody.visit(
        f"/query/?q={website.domain}&kind=cancelled", f"/query/{website.domain}/", f"/query/{website.number}/"
    )
    anybody.visit(f"/query/{website.subject.number}/?on=2020-01-01", f"/query/{website.subject.number}/?on=2999-01-01")
    anybody.visit(f"/query/{website.domain}/?on=2020-01-01", f"/query/{website.domain}/?on={website.approved_on}")
    anybody.visit("/query/nothing.cn/", f"/query/{'9' * 12}/", status=404)
    anybody.visit("/recover/password/asked/", "/recover/password/")
    anybody.press(_("Request a new password"), "recovery, not filled in")
    anybody.visit("/api/")
    anybody.visit("/nowhere/", "/filings/0/x/", status=404)


def test_bulletins_have_no_barriers(tour: Callable[..., Tour], visitor: Visitor) -> None:
    month = (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)
    bulletins.publish(builders.chief(), month, version=0, typed={"unfiled": 100}, remark="请留意。")
    chinese, english = tour(thorough=True), Tour(visitor(locale="en-GB"), at_both=True, language="en")
    for one in (chinese, english):
        one.visit("/bulletins/beijing/", f"/bulletins/beijing/{month:%Y-%m}/", "/bulletins/tianjin/")

    assert chinese.wrong + english.wrong == []


def test_refusals_of_too_many_queries_have_no_barriers(tour: Callable[..., Tour], visitor: Visitor) -> None:
    chinese, english = tour(thorough=True), Tour(visitor(locale="en-GB"), at_both=True, language="en")
    for _turn in range(queries.QUERIES_A_MINUTE):
        Client().get("/query/?q=a.cn")
    for one in (chinese, english):
        one.visit("/query/?q=a.cn", "/query/a.cn/", status=429)

    assert chinese.wrong + english.wrong == []


def test_pages_of_the_guide(tour: Callable[..., Tour]) -> None:
    case = builders.case_at(Status.FILED)
    IpRange.objects.create(provider=case.provider, start="192.31.196.0", end="192.31.196.255")
    anybody = tour()
    anybody.visit("/guide/")
    anybody.press(_("Continue"), "guide, nothing chosen")
    answers = ["charge=no", "reach=domain", "number=unsure", "nature=4", "province=110000", "host=none"]
    anybody.visit(*(f"/guide/?{'&'.join(answers[: n + 1])}" for n in range(len(answers))))
    last = f"/guide/?{'&'.join(answers[:-1])}"
    anybody.visit(f"{last}&host={case.provider.slug}", f"{last}&q=192.31.196.7", f"{last}&q=www.a.cn", f"{last}&q=x")
    anybody.visit("/guide/?charge=yes", *(f"/guide/?charge=no&reach={way}" for way in ("mini_program", "page", "app")))
    anybody.visit("/guide/?charge=no&reach=ip&number=yes", "/guide/questions/")
    anybody.visit(*(f"/guide/questions/{slug}/" for slug in topics.BY_SLUG))
    found = ("192.31.196.7", "192.168.1.1", "8.8.8.8", "www.a.cn", "x", case.provider.name)
    anybody.visit("/navigation/find/", *(f"/navigation/find/?{urlencode({'q': text})}" for text in found))


def test_without_javascript_a_newcomer_comes_by_the_guide_to_a_filing(visitor: Visitor) -> None:
    of, user = builders.provider(), builders.host_user()
    host = visitor(java_script_enabled=False).sign_in_as(user)
    host.open("/")
    host.follow(_("Filing guide"), host.page.get_by_role("navigation", name=_("Main")))
    for answer in ("charge=no", "reach=domain", "number=no", f"nature={code_tables.ENTERPRISE}"):
        name, value = answer.split("=")
        host.page.locator(f'input[name="{name}"][value="{value}"]').check()
        host.press(_("Continue"))
    host.page.get_by_role("combobox").select_option(builders.BEIJING)
    host.press(_("Continue"))
    host.page.get_by_label(of.name).check()
    host.press(_("Continue"))
    host.sees(_("You need a first-time filing"))
    host.page.go_back()
    host.page.go_forward()
    host.press(_("Start a filing here"))
    host.sees(fields.SUBJECT.title)  # what the guide has asked is answered
    filing = Filing.objects.get(host=user)
    assert (filing.provider, filing.facts["subject"]) == (
        of,
        {"nature": code_tables.ENTERPRISE, "province": builders.BEIJING},
    )


def test_pages_around_signing_in(tour: Callable[..., Tour], mailbox: MailSink) -> None:
    stranger = tour()
    stranger.visit("/accounts/password/reset/", "/accounts/password/reset/done/", "/accounts/login/")
    stranger.person.write(_("Email"), "nobody@example.cn")
    stranger.person.write(_("Password"), "wrong")
    stranger.press(_("Sign in"), "sign-in refused")
    stranger.visit("/accounts/signup/")
    stranger.person.write(_("Email"), "somebody@example.cn")
    stranger.person.write(_("Password"), builders.PASSWORD)
    stranger.person.write(_("Password (again)"), "another")
    stranger.press(_("Sign up"), "sign-up refused")
    stranger.person.write(_("Password"), builders.PASSWORD)
    stranger.person.write(_("Password (again)"), builders.PASSWORD)
    stranger.press(_("Sign up"), "code requested")


def test_pages_about_the_own_account(tour: Callable[..., Tour]) -> None:
    user = builders.user(Party.PROVIDER, password=builders.PASSWORD)
    staff = tour(user)
    staff.visit("/accounts/2fa/", "/accounts/email/", "/accounts/password/change/", "/accounts/logout/")
    staff.visit("/accounts/2fa/totp/activate/")
    staff.person.write(_("Password"), builders.PASSWORD)
    staff.press(_("Confirm"), "authenticator app")
    staff.visit("/accounts/2fa/webauthn/", "/accounts/2fa/webauthn/add/")
    with_second_step(user)
    staff.visit("/accounts/2fa/", "/accounts/2fa/totp/deactivate/", "/accounts/2fa/recovery-codes/generate/")
    staff.person.press(_("Generate"))
    staff.look("recovery codes")


def test_pages_of_an_address_that_is_changed_and_put_back(tour: Callable[..., Tour], mailbox: MailSink) -> None:
    user = builders.user(Party.HOST, password=builders.PASSWORD)
    old, new = user.email, "new.address@example.cn"
    owner = tour(user)
    owner.visit("/accounts/email/")
    owner.person.write(_("New e-mail address"), new)
    owner.press(_("Send the code"), "Repeat the new filing password")
    owner.person.write(_("Password"), builders.PASSWORD)
    owner.press(_("Confirm"), "code requested")
    code = re.search(r"^[A-Z0-9]{4}-[A-Z0-9]{4}", mailbox.messages()[-1].get_content(), re.MULTILINE).group()
    owner.person.page.locator("[name=code]").fill(code)
    owner.press(_("Confirm"), "address changed")
    owner.person.sees(_("My filings"))

    holder = tour()
    holder.visit(re.search(r"/accounts/address/\S+", Email.objects.get(to=old).message).group())
    holder.press(_("Restore it"), "password asked for anew")
    owner.visit("/accounts/login/")  # nobody is signed in any more
    assert User.objects.get().email == old


def test_pages_of_the_host(tour: Callable[..., Tour]) -> None:
    owner = builders.host()
    of = builders.provider()
    host = tour(builders.user_of(owner))
    host.visit("/filings/")
    draft = services.start(owner, provider_id=of.pk, entrance=Entrance.MINISTRY)
    edit = f"/filings/{draft.pk}/edit/"
    host.visit(f"/filings/{draft.pk}/", edit, f"{edit}basics/", f"{edit}basics/?check", f"/filings/{draft.pk}/check/")
    known = {"subject.nature": 4, "subject.province": builders.BEIJING}
    draft = services.save_facts(draft.pk, owner, known, version=None)
    pages = [f"{edit}{section.id}/" for section in fields.sections_of(draft.facts) if section != fields.BASICS]
    host.visit(edit, *pages, *(f"{page}?check" for page in pages), f"{edit}papers/", f"/filings/{draft.pk}/check/")
    host.visit(f"{edit}papers/")
    host.person.page.locator("input[type=file]").first.set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}
    )
    host.press(_("Upload and continue"), "picture refused")
    play.fill(draft, owner, builders.number(), province=builders.BEIJING, same=False)
    host.visit(f"/filings/{draft.pk}/check/")


def test_the_status_page_at_each_status(tour: Callable[..., Tour]) -> None:
    owner = builders.host()
    host = tour(builders.user_of(owner))
    for status in reversed(Status):  # lapsed first: there must be no other draft when it comes about
        host.visit(f"/filings/{builders.Case(owner=owner).to(status).filing.pk}/")


def test_pages_of_the_provider(tour: Callable[..., Tour]) -> None:
    case = builders.case_at(Status.WITH_PROVIDER)
    of, colleague = case.provider, builders.staff(case.provider)
    staff = tour(with_second_step(builders.user_of(case.staff)))
    page = f"/provider/filings/{case.filing.pk}/"
    staff.visit("/provider/", "/provider/?tab=done", page, f"{page}?full=1")
    staff.press(_("Claim"), "verify, taken")
    staff.press(_("Send to the bureau"), "verify, sheet refused")
    staff.press(_("Return to the host"), "verify, no remark")
    staff.person.press(_("Add a remark"))  # opens a row in place
    staff.look("verify, one more row")
    returned = builders.Case(of=of).to(Status.RETURNED_TO_PROVIDER)
    other = builders.Case(of=of).submit()
    services.claim(other.filing.pk, colleague)
    services.claim(returned.filing.pk, case.staff)
    filed = builders.Case(of=of).to(Status.FILED)
    page = f"/provider/filings/{returned.filing.pk}/"
    staff.visit("/provider/", f"/provider/filings/{other.filing.pk}/", f"/provider/filings/{filed.filing.pk}/", page)
    staff.visit(f"{page}amend/website/", f"{page}amend/subject/?check")
    staff.visit("/provider/?tab=bureau", "/provider/?tab=host", "/provider/?tab=done")


def test_pages_of_the_bureau(tour: Callable[..., Tour]) -> None:
    case = builders.case_at(Status.WITH_BUREAU)
    reviewer = tour(with_second_step(builders.user_of(case.reviewer)))
    page = f"/bureau/filings/{case.filing.pk}/"
    reviewer.visit("/bureau/", "/bureau/?tab=done", page, f"{page}?full=1")
    reviewer.press(_("Claim"), "review, taken")
    reviewer.press(_("Return to the provider"), "review, no remark")
    other, returned, filed = (
        builders.case_at(status) for status in (Status.WITH_BUREAU, Status.RETURNED_TO_PROVIDER, Status.FILED)
    )
    services.claim(other.filing.pk, other.reviewer)
    reviewer.visit(*(f"/bureau/filings/{there.filing.pk}/" for there in (other, returned, filed)))
    reviewer.visit("/bureau/", "/bureau/?tab=returned", "/bureau/?tab=done")


def test_pages_of_the_bureaus_chief(tour: Callable[..., Tour]) -> None:
    head, away = builders.chief(), builders.reviewer()
    held, free = (builders.case_at(Status.WITH_BUREAU) for _n in range(2))
    services.claim(held.filing.pk, held.reviewer)
    chief = tour(with_second_step(builders.user_of(head)))
    chief.visit("/bureau/", "/bureau/?tab=work", "/bureau/?tab=late&round=2", f"/bureau/?q={free.filing.domain}")
    chief.visit("/bureau/?q=nothing-like-it", "/bureau/board/", f"/bureau/board/?reviewer={held.reviewer.user_id}")
    chief.visit("/bureau/office/")
    chief.press(_("Enter the leave"), "absence refused")
    today = timezone.localdate()
    absences.enter(away, away.user_id, today, today, head.user_id)
    chief.visit("/bureau/office/", f"/bureau/filings/{held.filing.pk}/take-over/")
    chief.press(_("Take over"), "taken over")
    chief.visit("/bureau/?tab=mine", f"/bureau/filings/{held.filing.pk}/hand-over/")
    chief.press(_("Reassign"), "handed over to nobody")


def test_pages_of_the_verification_sheet(tour: Callable[..., Tour]) -> None:
    case = builders.Case(websites=2).to(Status.RETURNED_TO_PROVIDER)
    sheet = Sheet.objects.first()
    services.add_scan(case.filing.pk, case.staff, sheet.pk, [invent.portrait(1)])
    staff = tour(with_second_step(builders.user_of(case.staff)))
    staff.visit(f"/provider/filings/{case.filing.pk}/sheets/", f"/sheets/{sheet.token}/")
    staff.visit(f"/provider/filings/{case.filing.pk}/sheets/")
    staff.press(_("Save the signed copy"), "no sheet, no file")
    staff.person.page.locator("select").select_option(str(sheet.pk))
    staff.person.page.locator("input[type=file]").set_input_files(as_upload(invent.portrait(2)))
    staff.press(_("Save the signed copy"), "signed copy kept")
    assert sheet.scans.count() == 2
    case.verify()
    reviewer = tour(with_second_step(builders.user_of(case.reviewer)))
    page = f"/bureau/filings/{case.filing.pk}/"
    reviewer.visit(page, f"{page}sheets/", f"/sheets/{sheet.token}/")


def test_pages_of_the_ministry(tour: Callable[..., Tour]) -> None:
    builders.case_at(Status.FILED)
    builders.blacklisted_domain()
    audit.seal()
    operator = tour(with_second_step(builders.user(Party.MINISTRY)))
    operator.at_both = True
    operator.visit("/ministry/", "/ministry/status/", "/ministry/components/", "/ministry/mails/")
    operator.visit("/ministry/log/", "/ministry/log/1/")
    operator.visit(f"/ministry/mails/{Mail.objects.latest('pk').pk}/")
    for model in ministry_desk._registry:
        table = f"/ministry/{model._meta.app_label}/{model._meta.model_name}/"
        operator.visit(table)
        if row := model._default_manager.first():
            operator.visit(f"{table}{row.pk}/change/")
    operator.visit("/ministry/providers/provider/add/", "/ministry/ministry/provincerule/add/")
    operator.visit("/ministry/calendar/", "/ministry/calendar/2026/", "/ministry/calendar/2026/edit/")
    operator.press(_("Preview"), "the calendar's preview")


def test_pages_of_the_demonstration(tour: Callable[..., Tour], mailbox: MailSink, settings: Settings) -> None:
    settings.DEMO = True
    anybody = tour()
    anybody.visit("/accounts/signup/")
    anybody.person.write(_("Email"), "somebody@example.cn")
    anybody.person.write(_("Password"), builders.PASSWORD)
    anybody.person.write(_("Password (again)"), builders.PASSWORD)
    anybody.press(_("Sign up"), "code requested")
    anybody.visit("/demo/mailbox/")
    anybody.person.page.get_by_role("main").get_by_role("link").first.click()
    anybody.person.page.wait_for_url("**/demo/mailbox/*/")
    anybody.look("a mail")


def test_without_javascript_a_host_files(visitor: Visitor) -> None:
    number, of, user = builders.number(), builders.provider(), builders.host_user()
    values = invent.values(number, province=builders.BEIJING)
    host = visitor(java_script_enabled=False).sign_in_as(user)
    host.open(f"/providers/{of.slug}/")
    host.press(_("Start a filing here"))
    fill_in(host, values)
    hand_in_pictures(host, values, number)
    filing = Filing.objects.get(host=user)
    play.prove_addresses(filing, host_access.host(user))
    host.open(f"/filings/{filing.pk}/check/")
    submit(host)
    filing.refresh_from_db()
    assert (filing.status, filing.provider, filing.entrance) == (Status.WITH_PROVIDER, of, Entrance.PROVIDER)


def test_without_javascript_a_provider_passes_with_an_uploaded_photo(visitor: Visitor) -> None:
    case = builders.case_at(Status.WITH_PROVIDER)
    staff = visitor(java_script_enabled=False).sign_in_as(with_second_step(builders.user_of(case.staff)))
    staff.open("/provider/")
    take(staff, case.filing)
    staff.page.get_by_text(_("Upload a file instead")).click()
    staff.control(_("Face-to-face photo")).set_input_files(as_upload(invent.portrait(1)))
    staff.control(_("Reason for uploading a file")).select_option("no_camera")
    answer_sheet(staff, case.filing)
    pass_on(staff)
    assert case.refresh().filing.status == Status.WITH_BUREAU


def test_without_javascript_a_bureau_approves(visitor: Visitor) -> None:
    case = builders.case_at(Status.WITH_BUREAU)
    reviewer = visitor(java_script_enabled=False).sign_in_as(with_second_step(builders.user_of(case.reviewer)))
    reviewer.open("/bureau/")
    take(reviewer, case.filing)
    reviewer.press(_("Approve and issue the number"))
    reviewer.press(_("Confirm the approval and issue the number"))
    reviewer.arrives_at("/bureau/")
    assert case.refresh().filing.status == Status.FILED
