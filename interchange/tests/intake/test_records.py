"""Records about what is on record: websites, accesses, changes and ends that a provider's system reports."""

from typing import Any

import pytest
from django.contrib.auth.hashers import make_password

from filings import facts
from filings.kinds import Kind
from filings.models import Filing
from filings.states import Status
from icp_portal.demo import play
from icp_portal.tests.builders import GUANGDONG, chief, provider, reviewer
from interchange import envelope
from interchange.mapping import writing
from interchange.models import ProvenPassword
from interchange.tests.intake.reported_records import SentFiling, newest, pictures, records, sent
from interchange.tests.intake.test_new_filings import codes
from interchange.tests.systems import System
from ministry.models import Access, Subject, Website

pytestmark = pytest.mark.django_db
PASSWORD = "a-filing-password"


class OnRecord:
    """A record that a provider's system has reported and the bureau has approved."""

    def __init__(self, system: System, **facts_of: Any) -> None:
        self.system, self.first = system, SentFiling(system, **facts_of)
        assert codes(self.first.send()) == ["1062"]
        self.approve()
        self.subject = Subject.objects.latest("pk")
        self.website = self.subject.websites.get()
        Subject.objects.filter(pk=self.subject.pk).update(password_hash=make_password(PASSWORD))

    def approve(self) -> Filing:
        filing = Filing.objects.latest("pk")
        play.approve(filing, reviewer())
        filing.refresh_from_db()
        return filing

    def prove(self, system: System | None = None, password: str = PASSWORD) -> str:
        """Check the password over the interface; return its MD5 as an upload has it."""
        answer = (system or self.system).verify(str(self.subject.number), password)
        assert answer.text("VerifyRes") == ("0" if password == PASSWORD else "1")
        return envelope.password_md5(password)

    def ending(self, what: str, key: int, **more: Any) -> dict[str, Any]:
        return {"ZXBA": {"Zx_xx": [{"Zxlb": what, "Jlid": key, "Zxly": 1, **more}]}}

    def changed(self, **changes: Any) -> dict[str, Any]:
        """A record of a change: everything as it was reported, with these facts changed by path."""
        record = writing.new_filing(
            facts.written(self.first.values, changes), pictures(self.first.papers), self.first.ids
        )
        subject, (site,) = record["Zt_xx"], record["Wz_xx"]
        subject = {name: value for name, value in subject.items() if name not in ("IspZtid", "Bbfs")}
        access = self.website.accesses.get()
        site = {name: value for name, value in site.items() if name != "IspWzid"}
        site["Jr_xx"] = [
            {**{name: value for name, value in one.items() if name != "IspJrid"}, "Jrid": access.pk}
            for one in site["Jr_xx"]
        ]
        numbers = {"Ztid": self.subject.pk, "Baxh": str(self.subject.number)}
        return {
            "BGBA": {
                "Bgxx": [
                    {
                        "Zt_xx": {**subject, **numbers},
                        "Wz_xx": [{**site, "Wzid": self.website.pk, "Baxh": str(self.website.number)}],
                        "Fj": [self._owned(one) for one in record["Fj"]],
                    }
                ]
            }
        }

    def _owned(self, element: dict[str, Any]) -> dict[str, Any]:
        """An attachment with the bureau's ids in place of the provider's."""
        owner = element["Fjxx"]["Fjssdx"]
        key = self.subject.pk if owner["Ssdxlx"] == "1" else self.website.pk
        return {"Fjxx": {**element["Fjxx"], "Fjssdx": {"Ssdxlx": owner["Ssdxlx"], "Ssdxbs": {"Jlid": key}}}}


def owned(one: SentFiling, subject: dict[str, Any]) -> list[dict[str, Any]]:
    """The attachments of a record of websites: the subject by what names it there, the website by its own id."""
    found = []
    for element in one.record()["Fj"]:
        owner = element["Fjxx"]["Fjssdx"]
        name = subject if owner["Ssdxlx"] == "1" else {"Jlid": owner["Ssdxbs"]}
        found.append({"Fjxx": {**element["Fjxx"], "Fjssdx": {"Ssdxlx": owner["Ssdxlx"], "Ssdxbs": name}}})
    return found


@pytest.mark.parametrize("by", ["number", "id"])
def test_a_website_is_added_under_the_number_on_record(system: System, by: str):
    case, other = OnRecord(system), SentFiling(system, same=False)
    named = {"Ztbah": str(case.subject.number)} if by == "number" else {"Ztid": case.subject.pk}
    owner = {"Baxh": str(case.subject.number)} if by == "number" else {"Jlid": case.subject.pk}
    record = {"Zt_xx": named, "Wz_xx": other.record()["Wz_xx"], "Fj": owned(other, owner)}

    assert codes(sent(system, {"XZWZ": {"Xzxx": [record]}})) == ["1062"]
    assert codes(sent(system, {"XZWZ": {"Xzxx": [record]}})) == ["1037"]
    assert case.approve().kind == Kind.NEW_WEBSITE

    added = Website.objects.latest("pk")
    (published,) = records(newest(system), "ICP/BASJ/Baxx")
    (opinion,) = records(newest(system), "ICP/BAJG/GJSHS/Gjsh")
    assert (published["Zt_xx"]["Ztid"], published["Wz_xx"][0]["Baxh"]) == (str(case.subject.pk), str(added.number))
    assert (opinion["Czlx"], opinion["Jlid"]) == ("2", other.ids.websites[0].website)


@pytest.mark.parametrize("individual", [False, True])
def test_a_website_of_the_host_s_person_is_taken_in_as_our_own_desk_reports_it(system: System, individual: bool):
    case, other = OnRecord(system, individual=individual), SentFiling(system, individual=individual)
    assert facts.same_person(other.values)

    record = writing.new_websites(other.values, pictures(other.papers), other.ids, str(case.subject.number))

    assert codes(sent(system, {"XZWZ": {"Xzxx": [record]}})) == ["1062"]
    assert case.approve().kind == Kind.NEW_WEBSITE


def test_an_access_needs_the_filing_password_checked_before(system: System):
    case, other = OnRecord(system), System(by=system.chief)
    one = SentFiling(other)
    (access,) = one.record()["Wz_xx"][0]["Jr_xx"]
    record = {"Wz_xx": {"Wzbah": str(case.website.number)}, **access, "Fj": sheets(one, case)}
    md5 = envelope.password_md5(PASSWORD)

    def upload() -> list[str]:
        return codes(sent(other, {"XZJR": {"Xzxx": [{**record, "ICPmm": md5}]}}))

    assert "1018" in upload()  # nothing was checked
    said = [one["Dmms"] for one in records(newest(other))[0]["Jgxx"] if one["Jgdm"] == "1018"]
    assert [one.partition("：")[2][:24] for one in said] == ["备案密码尚未核验。请先调用 isp_verify"]
    case.prove(other, "wrong-password")
    assert "1018" in upload()
    case.prove()  # by another connection
    assert "1018" in upload()
    assert case.prove(other) == md5
    assert upload() == ["1062"]
    assert upload() == ["1038"]  # under way
    case.approve()

    (published,) = records(newest(other), "ICP/BASJ/Baxx")
    (opinion,) = records(newest(other), "ICP/BAJG/GJSHS/Gjsh")
    (entered,) = published["Wz_xx"][0]["Jr_xx"]
    added = Access.objects.latest("pk")
    assert (entered["IspJrid"], entered["Jrid"]) == (access["IspJrid"], str(added.pk))
    assert (opinion["Czlx"], opinion["Jlid"]) == ("3", access["IspJrid"])


def sheets(one: SentFiling, case: OnRecord) -> list[dict[str, Any]]:
    """The attachments of a new access, by the numbers on record."""
    names = {"1": {"Baxh": str(case.subject.number)}, "2": {"Baxh": str(case.website.number)}}
    found = []
    for element in one.record()["Fj"]:
        what = element["Fjxx"]["Fjssdx"]["Ssdxlx"]
        found.append({"Fjxx": {**element["Fjxx"], "Fjssdx": {"Ssdxlx": what, "Ssdxbs": names[what]}}})
    return found


def test_no_password_is_kept(system: System):
    case = OnRecord(system)
    md5 = case.prove()

    kept = ProvenPassword.objects.get()
    assert PASSWORD not in kept.digest
    assert md5 not in kept.digest


@pytest.mark.parametrize(
    ("what", "kind", "czlx", "left"),
    [
        ("0", Kind.CANCEL_SUBJECT, "6", (0, 0, 0)),
        ("1", Kind.CANCEL_WEBSITE, "7", (1, 0, 0)),
    ],
)
def test_what_is_on_record_ends(system: System, what: str, kind: Kind, czlx: str, left: tuple[int, ...]):
    case = OnRecord(system)
    key = case.subject.pk if what == "0" else case.website.pk
    password = {"ICPmm": case.prove()} if what == "0" else {}

    row = sent(system, case.ending(what, key, **password))
    assert codes(row) == ["1062"]
    assert case.approve().kind == kind

    (ended,) = records(newest(system), "ICP/ZXSJ/Zxxx")
    (opinion,) = records(newest(system), "ICP/BAJG/GJSHS/Gjsh")
    assert (ended["Zxlb"], ended["Jlid"]) == (what, str(key))
    assert (opinion["Czlx"], opinion["Jlid"], opinion["Shjg"]) == (czlx, str(key), "1")
    counts = tuple(model.objects.filter(live=True).count() for model in (Subject, Website, Access))
    assert counts == left


def test_an_only_access_does_not_end(system: System):
    case = OnRecord(system)

    assert "1025" in codes(sent(system, case.ending("2", case.website.accesses.get().pk)))
    assert Filing.objects.latest("pk").status == Status.FILED


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"subject.address": "示例路9号3号楼201室"}, Kind.CHANGE_SUBJECT),
        ({"websites.0.services": [21]}, Kind.CHANGE_WEBSITE),
        ({"subject.address": "示例路9号3号楼201室", "websites.0.services": [21]}, Kind.CHANGE_RECORD),
        ({"websites.0.access.ip_ranges": "192.31.196.9"}, Kind.CHANGE_ACCESS),
    ],
)
def test_a_change_becomes_the_kind_of_what_differs(system: System, changes: dict[str, Any], kind: Kind):
    case = OnRecord(system)

    assert codes(sent(system, case.changed(**changes))) == ["1062"]
    assert case.approve().kind == kind

    (opinion,) = records(newest(system), "ICP/BAJG/GJSHS/Gjsh")
    (published,) = records(newest(system), "ICP/BASJ/Baxx")
    assert (opinion["Czlx"], opinion["Jlid"]) == ("4", str(case.subject.pk))
    assert published["Zt_xx"]["Ztid"] == str(case.subject.pk)


def test_a_change_of_an_access_stands_alone(system: System):
    case = OnRecord(system)
    changes = {"websites.0.access.ip_ranges": "192.31.196.9", "subject.address": "示例路9号3号楼201室"}

    assert codes(sent(system, case.changed(**changes))) == ["1999"]


def test_another_province_finds_nothing(system: System):
    case = OnRecord(system)
    elsewhere = System(by=chief(GUANGDONG), of=provider(provinces=[GUANGDONG]))

    for tree, code in (
        (case.ending("0", case.subject.pk), "1058"),
        (case.ending("1", case.website.pk), "1059"),
        (case.ending("2", case.website.accesses.get().pk), "1016"),
        (case.changed(**{"subject.address": "示例路9号"}), "1058"),
    ):
        assert codes(sent(elsewhere, tree)) == [code]


def test_another_provider_can_neither_change_nor_end(system: System):
    case, other = OnRecord(system), System(by=system.chief)

    assert codes(sent(other, case.changed(**{"subject.address": "示例路9号"}))) == ["1048"]
    assert codes(sent(other, case.ending("1", case.website.pk))) != ["1062"]
    assert Filing.objects.latest("pk").status == Status.FILED
