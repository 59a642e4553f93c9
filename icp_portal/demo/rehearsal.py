"""Enter what ``python -m ops.rehearse`` works on: people, drafts to be completed, files to be imported.

The rehearsal acts through the pages only; what it has to type and to upload is in ``plan.json`` and in files beside it.
"""

import json
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts.models import Party, User
from bureaus import absences
from bureaus.access import reviewer
from bureaus.models import Bureau, Reviewer, ReviewerRole
from desks.access import host
from filings import services
from filings.models import Entrance, Filing
from icp_portal.demo import invent, invent_rows, play
from icp_portal.demo.seed import PASSWORD
from ministry.reference import code_tables
from providers.access import staff
from providers.models import IpRange, Provider, Staff, StaffRole

PROVINCE, ALLOTTING = "110000", "120000"  # where cases are decided, and where filings are assigned by load
ADDRESS = "192.31.196.50"
ALLOTTED = 4  # filings that are assigned again and again
ROWS = 40  # of a file to be imported
FILES_EACH = 20  # files of one importer, fewer than the portal takes from one in an hour
FIRST_ROW = 50_000  # the numbers of invented filings below are those of drafts


class Seeding:
    """Enters everything into an empty portal and writes the plan into ``folder``."""

    def __init__(self, folder: Path, people: int) -> None:
        self._folder, self._people = folder, people
        self._hashed = make_password(PASSWORD)

    def run(self, *, cases: int, imports: int) -> None:
        """Enter so many drafts and write so many files to be imported."""
        self._provider = self._entered_provider()
        verifiers = [self._staff(f"verifier{number}") for number in range(self._people)]
        deciders = [self._reviewer(f"reviewer{number}", PROVINCE) for number in range(self._people)]
        allotted = self._allotted(verifiers[0])
        self._importers = [self._staff(f"importer{number}") for number in range(1 + imports // FILES_EACH)]
        plan = {
            "password": PASSWORD,
            "verifiers": [user.email for user in verifiers],
            "reviewers": [user.email for user in deciders],
            "onlooker": self._user("onlooker", Party.HOST).email,
            "cases": [self._case(number) for number in range(1, cases + 1)],
            "imports": [self._file(number) for number in range(imports)],
            "allotted": [filing.pk for filing in allotted],
        }
        (self._folder / "plan.json").write_text(json.dumps(plan))

    def _user(self, name: str, party: Party) -> User:
        email = f"{name}@rehearsal.example.cn"
        user = User.objects.create(email=email, password=self._hashed, name=name, party=party)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        return user

    def _entered_provider(self) -> Provider:
        provider = Provider.objects.create(
            slug="rehearsal",
            name="演练示例云计算有限公司",
            provinces=[PROVINCE, ALLOTTING],
            licence="B1-20260001",
            contact_phone="400-000-0001",
            contact_email="rehearsal@rehearsal.example.cn",
            address="示例大厦一层",
            access_ways=[code_tables.CLOUD],
        )
        IpRange.objects.create(provider=provider, start=ADDRESS, end=ADDRESS)
        return provider

    def _staff(self, name: str) -> User:
        user = self._user(name, Party.PROVIDER)
        Staff.objects.create(user=user, provider=self._provider, role=StaffRole.VERIFIER)
        return user

    def _reviewer(self, name: str, province: str, role: ReviewerRole = ReviewerRole.REVIEWER) -> User:
        user = self._user(name, Party.BUREAU)
        mail = {"contact_email": f"b{province}@example.cn", "chief_email": f"c{province}@example.cn"}
        bureau, _new = Bureau.objects.update_or_create(province=province, defaults=mail)
        Reviewer.objects.create(user=user, bureau=bureau, role=role)
        return user

    def _draft(self, number: int, province: str) -> tuple[User, Filing]:
        owner = self._user(f"host{number}", Party.HOST)
        filing = services.start(host(owner), provider_id=self._provider.pk, entrance=Entrance.MINISTRY)
        facts = {"province": province, "individual": True, "ip_ranges": ADDRESS}
        return owner, play.fill_in(filing, host(owner), number, **facts)

    def _case(self, number: int) -> dict[str, Any]:
        """Return a draft that lacks only its pictures, and what its parties upload."""
        owner, filing = self._draft(number, PROVINCE)
        papers = {path: self._kept(f"{number}-{path}", file) for path, file in play.pictures(filing, number).items()}
        return {
            "filing": filing.pk,
            "host": owner.email,
            "password_to": filing.get("responsible.email"),
            "papers": papers,
            "photo": self._kept(f"{number}-photo", invent.portrait(number)),
        }

    def _kept(self, name: str, file: Any) -> str:
        (self._folder / f"{name}.jpg").write_bytes(file.read())
        return f"{name}.jpg"

    def _file(self, number: int) -> dict[str, Any]:
        """Return a file to be imported, who does that, and how many rows it has."""
        first = FIRST_ROW + number * ROWS
        rows = [invent_rows.row(tail, province=PROVINCE) for tail in range(first, first + ROWS)]
        name = f"import-{number}.csv"
        (self._folder / name).write_bytes(invent_rows.text(rows))
        importer = self._importers[number // FILES_EACH]
        return {"file": name, "rows": ROWS, "importer": importer.email}

    def _allotted(self, verifier: User) -> list[Filing]:
        """Return filings with a bureau that assigns by load to three people."""
        chief = self._reviewer("chief", ALLOTTING, ReviewerRole.CHIEF)
        for number in range(2):
            self._reviewer(f"allotted{number}", ALLOTTING)
        found = []
        for number in range(FIRST_ROW - ALLOTTED, FIRST_ROW):
            owner, filing = self._draft(number, ALLOTTING)
            for path, picture in play.pictures(filing, number).items():
                services.add_evidence(filing.pk, host(owner), path, picture)
            play.submit(filing, host(owner))
            play.verify(filing, staff(verifier))
            found.append(filing)
        absences.give_out_by_load(reviewer(chief), wanted=True)
        return found
