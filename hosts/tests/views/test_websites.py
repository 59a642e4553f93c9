"""Several websites in one filing, websites without a domain, prior approvals: from the form to the register."""

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from filings import facts, fields, services
from filings.errors import FactsRefused, MoveRefused
from filings.fields import attachments
from filings.models import Reservation, ReservationKind
from filings.rules import checks
from filings.states import Status
from icp_portal.demo import invent, play
from icp_portal.tests.builders import Case, case_at, host_user, sign_in
from ministry.models import Website

pytestmark = pytest.mark.django_db


def found(case: Case, **values) -> list[tuple[str, str]]:
    written = facts.written(case.filing.facts, {path.replace("__", "."): value for path, value in values.items()})
    case.filing.facts = written
    return [(finding.code, finding.path) for finding in checks.findings(case.filing)]


# --- Several websites -----------------------------------------------------------------------------------


@pytest.mark.parametrize("same", [True, False])
def test_three_websites_are_filed_under_one_number_in_order(same):
    case = Case(websites=3, same=same)
    assert checks.findings(case.filing) == []

    case.submit().verify().approve()

    websites = Website.objects.select_related("subject").order_by("sequence")
    number = case.filing.subject.number
    assert [str(website.number) for website in websites] == [f"{number}-{n}" for n in (1, 2, 3)]
    assert [website.domain for website in websites] == facts.domains_of(case.filing.facts)
    assert [website.accesses.get().provider_id for website in websites] == [case.provider.pk] * 3


def test_the_page_and_the_mail_of_a_filed_filing_name_every_number(client, mailoutbox):
    case = case_at(Status.FILED, websites=2)
    page = sign_in(client, case.filing.host).get(reverse("filings:status", args=[case.filing.pk])).content.decode()
    number = str(case.filing.subject.number)
    for website in (1, 2):
        assert f"{number}-{website}" in page


def test_each_persons_pictures_and_photo_are_asked_for_once():
    """Both websites name the same second person: one pair of certificate pictures, one photo."""
    values = Case(websites=2, same=False).filing.facts
    assert [paper.path for paper in attachments.needed(values)] == [
        "papers.subject_certificate",
        "papers.responsible_front",
        "papers.responsible_back",
        "websites.0.papers.manager_front",
        "websites.0.papers.manager_back",
    ]
    assert [paper.path for paper in attachments.photos(values)] == ["websites.0.papers.photo"]


def test_two_people_need_two_photos_to_pass():
    case = Case(websites=2, same=False)
    third = invent.person(case.number + 500_000)
    values = {
        f"websites.1.responsible.{name}": getattr(third, source)
        for name, source in (
            ("name", "name"),
            ("cert_number", "id_number"),
            ("mobile", "mobile"),
            ("emergency_mobile", "emergency_mobile"),
            ("email", "email"),
        )
    }
    services.save_facts(case.filing.pk, case.host, values, version=None)
    for side in ("front", "back"):
        services.add_evidence(case.filing.pk, case.host, f"websites.1.papers.manager_{side}", invent.card("M", 7))
    case.refresh().submit()
    services.claim(case.filing.pk, case.staff)
    play.photograph(case.filing, case.staff, "websites.0.papers.photo", 1)
    answers = play.answers(case.filing)
    with pytest.raises(
        MoveRefused,
        match=ngettext(
            "Take the photo of the website's responsible person first.",
            "Take the photos of all responsible persons of the websites first.",
            2,
        ),
    ):
        services.verify(case.filing.pk, case.staff, version=None, answers=answers, place="营业厅")

    play.photograph(case.filing, case.staff, "websites.1.papers.photo", 2)
    services.verify(case.filing.pk, case.staff, version=None, answers=answers, place="营业厅")

    photos = case.filing.verifications.get().photos.order_by("path")
    assert [photo.path for photo in photos] == ["websites.0.papers.photo", "websites.1.papers.photo"]


def test_a_value_given_twice_in_one_filing_is_found_at_the_second():
    case = Case(websites=2)
    first = case.filing.facts["websites"][0]
    twice = {f"websites__1__{name}": first[name] for name in ("domain", "home_url", "name")}
    assert found(case, **twice) == [
        ("1020", "websites.1.name"),
        ("1039", "websites.1.domain"),
        ("1021", "websites.1.home_url"),
    ]


def test_any_domain_of_an_open_filing_is_taken():
    one, other = Case(websites=2), Case()
    one.submit()
    domain = one.filing.get("websites.1.domain")
    taken = {"websites.0.domain": domain, "websites.0.home_url": domain}
    services.save_facts(other.filing.pk, other.host, taken, version=None)
    with pytest.raises(FactsRefused) as refused:
        services.submit(other.filing.pk, other.host, version=None)
    assert [(finding.code, finding.path) for finding in refused.value.findings] == [("1039", "websites.0.domain")]

    one.withdraw()
    services.submit(other.filing.pk, other.host, version=None)
    assert list(Reservation.objects.filter(kind=ReservationKind.DOMAIN).values_list("filing", flat=True)) == [
        other.filing.pk
    ]


def test_a_filing_takes_ten_websites_and_not_one_more():
    case = Case(websites=facts.MOST_WEBSITES)
    with pytest.raises(
        MoveRefused,
        match=_("A filing can have at most %(most)d websites. File the others after this one.")
        % {"most": facts.MOST_WEBSITES},
    ):
        services.add_website(case.filing.pk, case.host, version=None)
    assert facts.count(case.refresh().filing.facts) == facts.MOST_WEBSITES


def test_websites_behind_a_removed_one_move_up_with_their_pictures():
    case = Case(websites=3)
    domains = facts.domains_of(case.filing.facts)
    picture = services.add_evidence(
        case.filing.pk, case.host, "websites.2.papers.approval.1.1", invent.card("NEWS", 1), version=None
    )
    services.remove_website(case.filing.pk, case.host, 1, version=None)
    assert facts.domains_of(case.refresh().filing.facts) == [domains[0], domains[2]]
    picture.refresh_from_db()
    assert (picture.path, picture.replaced_at) == ("websites.1.papers.approval.1.1", None)


def test_the_last_website_and_one_that_is_not_there_stay():
    """Of two websites none is taken out by a number that neither has; of one, none at all."""
    one, two = Case(), Case(websites=2)
    for case, number in ((one, 0), (two, 2), (two, -1)):
        with pytest.raises(MoveRefused, match=_("A filing needs at least one website.")):
            services.remove_website(case.filing.pk, case.host, number, version=None)
    assert (facts.count(one.refresh().filing.facts), facts.count(two.refresh().filing.facts)) == (1, 2)


def test_a_submitted_filing_takes_no_further_website():
    case = case_at(Status.WITH_PROVIDER)
    with pytest.raises(
        MoveRefused,
        match=_("This filing is “%(status)s” now and can't be edited.") % {"status": Status.WITH_PROVIDER.label},
    ):
        services.add_website(case.filing.pk, case.host, version=None)


# --- On the pages ---------------------------------------------------------------------------------------


def test_a_website_is_added_filled_in_and_taken_out_on_the_pages(client):
    case = Case()
    sign_in(client, case.filing.host)
    filing = case.filing
    added = client.post(reverse("filings:add_website", args=[filing.pk]), {"version": filing.version})
    assert added["Location"] == reverse("filings:section", args=[filing.pk, "website-2"])
    assert client.get(added["Location"]).status_code == 200

    version = case.refresh().filing.version
    page = client.post(added["Location"], {"version": version, "name": "示例第二网站", "domain": "second-demo.cn"})
    assert page.status_code == 200  # kept, with what is still to be filled in
    assert case.refresh().filing.get("websites.1.domain") == "second-demo.cn"

    remove = reverse("filings:remove_website", args=[filing.pk, 2])
    assert "second-demo.cn" in client.get(remove).content.decode()
    assert client.get(reverse("filings:remove_website", args=[filing.pk, 3])).status_code == 404
    client.post(remove, {"version": case.refresh().filing.version})
    assert facts.count(case.refresh().filing.facts) == 1


def test_a_page_of_a_website_that_is_not_there_is_missing(client):
    case = Case()
    sign_in(client, case.filing.host)
    for section in ("website-2", "website-11", "website-0", "approvals", "access-9"):
        assert client.get(reverse("filings:section", args=[case.filing.pk, section])).status_code == 404


def test_a_stranger_adds_and_removes_nothing(client):
    case = Case(websites=2)
    sign_in(client, host_user())
    version = {"version": case.filing.version}
    assert client.post(reverse("filings:add_website", args=[case.filing.pk]), version).status_code == 404
    assert client.post(reverse("filings:remove_website", args=[case.filing.pk, 2]), version).status_code == 404
    assert client.post(reverse("filings:remove_picture", args=[case.filing.pk]), version).status_code == 404
    assert facts.count(case.refresh().filing.facts) == 2


def test_a_person_is_copied_and_kept_only_when_the_page_is_sent(client):
    case = Case(websites=2, same=False)
    sign_in(client, case.filing.host)
    url = reverse("filings:section", args=[case.filing.pk, "manager-2"])
    page = client.post(url, {"copy": "responsible"}).content.decode()
    assert f'value="{case.filing.get("responsible.cert_number")}"' in page
    assert case.refresh().filing.get("websites.1.responsible.name") == case.filing.get("websites.0.responsible.name")
    # nobody is copied from a later website, from nowhere, or from another page
    for source in ("websites.1.responsible", "subject", "websites.7.responsible", ""):
        assert client.post(url, {"copy": source}).status_code == 200


@pytest.mark.parametrize("same", [True, False])
def test_nobody_is_offered_to_copy_from_while_the_same_person_is_responsible(client, same):
    case = Case(websites=2, same=same)
    sign_in(client, case.filing.host)
    page = client.get(reverse("filings:section", args=[case.filing.pk, "manager-2"]))
    assert bool(page.context["people"]) is not same


def test_pages_of_an_approval_fill_the_free_places_and_can_be_removed(client):
    case = Case()
    services.save_facts(case.filing.pk, case.host, {"websites.0.approvals": [1]}, version=None)
    sign_in(client, case.filing.host)
    url, name = reverse("filings:papers", args=[case.filing.pk]), "websites.0.papers.approval.1"
    version = case.refresh().filing.version
    sent = [invent.card("A", 1), invent.card("B", 2)]
    client.post(url, {"version": version, name: sent, "later": "1"})
    current = case.filing.evidence.filter(replaced_at=None, path__startswith=name).order_by("path")
    assert [picture.path for picture in current] == [f"{name}.1", f"{name}.2"]

    version = case.refresh().filing.version
    client.post(reverse("filings:remove_picture", args=[case.filing.pk]), {"version": version, "path": f"{name}.1"})
    assert [picture.path for picture in current.all()] == [f"{name}.2"]
    client.post(
        url, {"version": case.refresh().filing.version, name: [invent.card("C", n) for n in range(10)], "later": "1"}
    )
    assert sorted(int(picture.path.rpartition(".")[2]) for picture in current.all()) == list(range(1, 11))


@pytest.mark.parametrize(
    "path",
    [
        "papers.photo",
        "papers.nothing",
        "websites.0.papers.subject_certificate",
        "websites.1.papers.manager_front",
        "websites.0.papers.approval.1",
        "websites.0.papers.approval.1.11",
        "websites.0.papers.approval.99.1",
        "papers.approval.1.1",
        "papers.subject_certificate.1.1",
        "../etc",
        "",
    ],
)
def test_a_picture_has_a_known_place_or_none(path):
    case = Case()
    with pytest.raises(MoveRefused, match=_("There is no such document type.")):
        services.add_evidence(case.filing.pk, case.host, path, invent.card("X", 1))


# --- Domains of every sort ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("home", "kept"), [("www.first-demo.cn", "www.second-demo.cn"), ("first-demo.cn/blog", "first-demo.cn/blog")]
)
def test_a_home_page_that_nobody_typed_follows_the_domain(home, kept):
    """The page without JavaScript sends the home page as it was."""
    case = Case()
    typed = {"websites.0.domain": "first-demo.cn", "websites.0.home_url": home}
    services.save_facts(case.filing.pk, case.host, typed, version=None)

    filing = services.save_facts(
        case.filing.pk, case.host, typed | {"websites.0.domain": "second-demo.cn"}, version=None
    )

    assert filing.get("websites.0.home_url") == kept


@pytest.mark.parametrize(
    ("typed", "kept", "home", "kept_home", "ranges"),
    [
        ("192.31.196.7", "192.31.196.7", "http://192.31.196.7:8080/", "192.31.196.7:8080", "192.31.196.0-192.31.196.9"),
        ("2400:3200::0001", "2400:3200::1", "http://[2400:3200::1]/a", "[2400:3200::1]/a", "2400:3200::1"),
    ],
)
def test_a_website_without_a_domain_is_filed_by_its_address(typed, kept, home, kept_home, ranges):
    case = Case()
    values = {
        "websites.0.ip_only": True,
        "websites.0.domain": typed,
        "websites.0.home_url": home,
        "websites.0.access.ip_ranges": ranges,
    }
    filing = services.save_facts(case.filing.pk, case.host, values, version=None)
    assert (filing.get("websites.0.domain"), filing.get("websites.0.home_url")) == (kept, kept_home)
    assert checks.findings(filing) == []
    case.refresh().submit().verify().approve()
    assert Website.objects.get().domain == kept


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"domain": "192.168.1.1"}, ("1004", "websites.0.domain")),
        ({"domain": "192.31.196.7-192.31.196.9"}, ("1004", "websites.0.domain")),
        ({"domain": "example.cn"}, ("1004", "websites.0.domain")),
        ({"domain": "192.31.196.7", "home_url": "192.31.196.8"}, ("1041", "websites.0.home_url")),
        ({"domain": "192.31.196.7", "home_url": "www.example.cn"}, ("1022", "websites.0.home_url")),
        ({"domain": "192.31.197.1", "home_url": "192.31.197.1"}, ("1006", "websites.0.access.ip_ranges")),
    ],
)
def test_the_address_of_a_website_without_a_domain_is_checked(values, expected):
    typed = {f"websites__0__{name}": value for name, value in ({"ip_only": True} | values).items()}
    assert expected in found(Case(), **typed)


def test_an_address_where_a_domain_is_said_to_be_is_refused():
    assert ("1004", "websites.0.domain") in found(Case(), websites__0__domain="192.31.196.7")


def test_a_chinese_domain_is_kept_as_the_register_keeps_it_and_shown_as_it_is_read():
    case = Case()
    values = {"websites.0.domain": "例子.中国", "websites.0.home_url": "例子.中国"}
    filing = services.save_facts(case.filing.pk, case.host, values, version=None)
    assert (filing.domain, filing.shown_domain) == ("xn--fsqu00a.xn--fiqs8s", "例子.中国")
    assert checks.findings(filing) == []


def test_the_number_of_an_approval_is_not_called_optional(client):
    case = Case()
    services.save_facts(case.filing.pk, case.host, {"websites.0.approvals": [1]}, version=None)
    sign_in(client, User.objects.get(pk=case.host.user_id))

    form = client.get(f"/filings/{case.filing.pk}/edit/approvals/").context["form"]

    assert [field.optional for field in form.visible_fields()] == [False]


def test_a_chinese_domain_stands_in_its_field_and_on_the_check_page_as_it_was_typed(client):
    case = Case()
    values = {"websites.0.domain": "例子.中国", "websites.0.home_url": "www.例子.中国"}
    services.save_facts(case.filing.pk, case.host, values, version=None)
    sign_in(client, User.objects.get(pk=case.host.user_id))

    form = client.get(f"/filings/{case.filing.pk}/edit/website/").context["form"]
    check = client.get(f"/filings/{case.filing.pk}/check/").content.decode()

    assert (form["domain"].value(), form["home_url"].value()) == ("例子.中国", "www.例子.中国")
    assert (check.count("xn--"), check.count("www.例子.中国")) == (0, 1)


def test_every_field_has_help_and_what_is_typed_has_an_example():
    """Every field but the certificate's last day, which says when to leave it empty."""
    values = facts.written(facts.blank(), {"websites.0.approvals": [1]})
    bare = [path for path, _section, field in fields.each(values) if not field.hint]
    typed = [path for path, _section, field in fields.each(values) if field.type in fields.TYPED and not field.example]
    assert (bare, typed) == ([], [])
