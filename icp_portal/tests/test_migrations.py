"""What was under way before filings could name several websites is found again afterwards, and can go on."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.models import User
from accounts.sealed import digest
from desks.access import host
from filings import services
from filings.models import Filing, HoldKind
from filings.rules import checks, reservations
from filings.states import Status
from icp_portal.demo import invent
from icp_portal.tests.builders import BEIJING, number, sign_in
from icp_portal.tests.committed import committed, seeded_again  # noqa: F401 — fixtures
from ministry.models import ProvinceRule, SubjectCertificate, SubjectContact
from ministry.register import digests
from providers.models import Provider

pytestmark = pytest.mark.usefixtures("committed")

BEFORE = [("filings", "0002_initial"), ("ministry", "0002_work_calendar"), ("providers", "0001_initial")]
CREDIT_CODE = "91440300708461136T"  # published by a listed company; holds the organisation code 70846113-6
OLD_KINDS = ("subject_certificate", "responsible_front", "responsible_back", "manager_front", "manager_back", "photo")


def migrate(targets: list[tuple[str, str]]) -> Any:
    """Bring the database to this state; answers the models as they were then."""
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


def latest() -> list[tuple[str, str]]:
    return MigrationExecutor(connection).loader.graph.leaf_nodes()


def upgrade() -> None:
    """As docs/operations.md says: migrate, and bind what is sealed to its row."""
    migrate(latest())
    call_command("reseal", "--unbound", stdout=StringIO())


@pytest.fixture
def old(committed: None) -> Iterator[Any]:  # noqa: F811 — the fixture
    """The models before; whatever happens, the database ends as the other tests expect it."""
    Provider.objects.all().delete()
    yield migrate(BEFORE)
    migrate(latest())


def old_facts(serial: int, *, same: bool) -> dict[str, Any]:
    """The document as it was written then: one website, no places for approvals, one number a person."""
    document: dict[str, Any] = {"subject": {}, "responsible": {}, "websites": [{"responsible": {}, "access": {}}]}
    for path, value in invent.values(serial, province=BEIJING, same=same).items():
        if path == "responsible.legal_representative":
            continue  # nobody was asked
        *parents, name = path.split(".")
        node: Any = document
        for parent in parents:
            node = node[int(parent)] if isinstance(node, list) else node[parent]
        node[name] = value
    return document


class Old:
    """A filing of before, written as the portal of then had written it."""

    def __init__(
        self,
        models: Any,
        status: Status,
        *,
        same: bool = False,
        handed_on: bool = True,
        certificate: tuple[int, str] | None = None,
    ) -> None:
        self.serial, self.models = number(), models
        user = models.get_model("accounts", "User")
        self.host = user.objects.create(email=f"old{self.serial}@example.cn", party="host")
        provider = models.get_model("providers", "Provider").objects.create(
            slug=f"old-{self.serial}",
            name=f"示例接入{self.serial}",
            provinces=[BEIJING],
            licence=f"B1-{self.serial}",
            contact_phone="400-000-0001",
            contact_email=f"p{self.serial}@example.cn",
            address="示例大厦",
        )
        self.facts = old_facts(self.serial, same=same)
        subject = self.facts["subject"]
        if certificate:
            subject["cert_type"], subject["cert_number"] = certificate
        self.row = self._make(
            "Filing",
            host_id=self.host.pk,
            provider_id=provider.pk,
            entrance="ministry",
            status=status,
            round=int(handed_on),
            facts=self.facts,
            subject_name=subject["name"],
            domain=self.facts["websites"][0]["domain"],
            subject_digest=digest(f"subject:{subject['cert_type']}:{subject['cert_number']}"),
        )
        self.pictures = {kind: f"{position:064d}" for position, kind in enumerate(OLD_KINDS)}
        self.photo = None
        for kind, sha256 in self.pictures.items():
            self.photo = self._belonging(
                "Evidence",
                kind=kind,
                file=f"{kind}.jpg",
                sha256=sha256,
                original_sha256=sha256,
                size=1,
                width=640,
                height=480,
                uploaded_by_id=self.host.pk,
            )
        if handed_on:
            self._belonging("Event", name="submit", round=1, role="host", actor_name="", user_id=self.host.pk)
            self._belonging("Snapshot", round=1, facts=self.facts, papers=self.pictures)

    def _make(self, model: str, **values: Any) -> Any:
        return self.models.get_model("filings", model).objects.create(**values)

    def _belonging(self, model: str, **values: Any) -> Any:
        return self._make(model, filing_id=self.row.pk, **values)

    def remark(self, path: str) -> None:
        written = {"code": "P301", "seen": "看到的", "expected": "应当的"}
        self._belonging("Remark", round=1, stage="provider", author_id=self.host.pk, path=path, **written)

    def verify(self) -> None:
        assert self.photo is not None
        self._belonging(
            "Verification", round=1, answers={}, place="营业厅", verifier_id=self.host.pk, photo_id=self.photo.pk
        )

    def now(self) -> Filing:
        return Filing.objects.get(pk=self.row.pk)


def test_nothing_is_lost_on_the_way_forward(old, client):
    draft = Old(old, Status.DRAFT, handed_on=False)
    under_way, returned = Old(old, Status.WITH_PROVIDER, same=True), Old(old, Status.RETURNED_TO_HOST)
    returned.remark("papers.manager_front")
    returned.remark("papers.responsible_front")
    returned.remark("websites.0.name")
    returned.verify()

    upgrade()

    for one in (draft, under_way, returned):
        filing = one.now()
        assert (filing.facts, filing.status, filing.host.email) == (one.facts, one.row.status, one.host.email)
        assert filing.subject_digest == reservations.subject_key(one.facts)
        assert client_sees(client, filing)
    paths = {
        path: f"{number:064d}"
        for number, path in enumerate(
            (
                *(f"papers.{kind}" for kind in OLD_KINDS[:3]),
                *(f"websites.0.papers.{kind}" for kind in OLD_KINDS[3:]),
            )
        )
    }
    filing = returned.now()
    assert dict(filing.evidence.values_list("path", "sha256")) == paths
    assert filing.snapshots.get().papers == paths
    assert [remark.path for remark in filing.remarks.all()] == [
        "websites.0.papers.manager_front",
        "papers.responsible_front",
        "websites.0.name",
    ]
    assert [photo.path for photo in filing.verifications.get().photos.all()] == ["websites.0.papers.photo"]
    assert filing.submitted_at == filing.events.get().at
    assert draft.now().submitted_at is None


def client_sees(client: Any, filing: Filing) -> bool:
    """Whether every page of the host opens, and the page of the form can be saved."""
    sign_in(client, User.objects.get(pk=filing.host_id))
    open_pages = {Status.DRAFT: ("edit/", "edit/website/", "check/"), Status.RETURNED_TO_HOST: ("mend/", "check/")}
    pages = ("", "summary.pdf", *open_pages.get(Status(filing.status), ()))
    return all(client.get(f"/filings/{filing.pk}/{page}").status_code == 200 for page in pages)


def test_what_was_under_way_holds_its_place_and_an_old_draft_goes_on(old):
    under_way = Old(old, Status.WITH_PROVIDER)
    draft = Old(old, Status.DRAFT, handed_on=False)

    upgrade()

    filing = under_way.now()
    assert set(filing.holds.values_list("kind", "key")) == {
        (claim.kind, claim.key) for claim in reservations.claims(filing.facts)
    }
    assert filing.holds.filter(kind=HoldKind.MOBILE).count() == 2
    rival = draft.now()
    typed = {"websites.0.domain": under_way.row.domain, "websites.0.name": "另一个网站的名称"}
    rival = services.save_facts(rival.pk, host(rival.host), typed, version=None)
    assert ("1005", "websites.0.domain") in [(one.code, one.path) for one in checks.findings(rival)]
    assert rival.facts["websites"][0]["remark"] == ""


def test_two_under_way_for_one_unit_keep_their_places(old):
    """Before, the old and the new certificate of a unit did not meet; the way forward must not stumble over it."""
    first = Old(old, Status.WITH_PROVIDER, certificate=(1, CREDIT_CODE))
    second = Old(old, Status.WITH_PROVIDER, certificate=(12, CREDIT_CODE[8:17]))

    upgrade()

    assert first.now().subject_digest == digests.of_unit(1, CREDIT_CODE)
    assert second.now().subject_digest == second.row.subject_digest


def test_the_register_learns_by_what_it_is_found(old):
    subject = old.get_model("ministry", "Subject").objects.create(
        province=BEIJING,
        year=2025,
        serial=1,
        name="示例公司",
        nature=4,
        division="110105",
        address="示例路1号",
        responsible_name="张三",
        responsible_mobile="13800000001",
        responsible_email="one@example.cn",
        approved_on="2025-03-03",
    )
    code = invent.credit_code(number())
    old.get_model("ministry", "SubjectCertificate").objects.create(
        subject=subject, cert_type=1, number=code, digest=digests.of_certificate(code)
    )

    upgrade()

    assert SubjectCertificate.objects.get().unit_digest == digests.of_unit(1, code)
    assert set(SubjectContact.objects.values_list("kind", "digest")) == {
        (kind, digests.of_contact(kind, text))
        for kind, text in (("mobile", "13800000001"), ("email", "one@example.cn"))
    }
    assert ProvinceRule.objects.filter(province="").exists()


def test_the_way_back_to_several_websites_keeps_filings(old):
    """Columns of later steps go, what they stood beside stays; a second way forward fills them again."""
    one = Old(old, Status.WITH_PROVIDER)
    upgrade()

    models = migrate([("filings", "0003_several_websites")])

    row = models.get_model("filings", "Filing").objects.get(pk=one.row.pk)
    subject = one.facts["subject"]
    assert row.facts == one.facts
    assert row.subject_digest == digest(f"subject:{subject['cert_type']}:{subject['cert_number']}")
    assert models.get_model("filings", "Evidence").objects.filter(filing_id=row.pk).count() == len(OLD_KINDS)
    upgrade()
    assert one.now().subject_digest == reservations.subject_key(one.facts)
