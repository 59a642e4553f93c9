"""The portal that ``manage.py bench`` measures: a large register, two long queues, filings of its own at each desk."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.core.management.color import no_style
from django.db import connection
from django.utils import timezone

from accounts.models import User
from bench import queue_rows, register_rows
from bench.browsers import Browser
from bench.world import PROVINCE, reviewer
from bureaus import bulletins
from bureaus.access import reviewer as bureau_reviewer
from bureaus.announcements import publishing
from bureaus.announcements.publishing import AnnouncementContent
from bureaus.models import Bulletin, BureauAnnouncement, ReviewerRole
from desks.access import host
from filings import services
from filings.actors import Actor
from filings.figures import monthly
from filings.figures.provider_work import MONTHS, Span
from filings.models import Filing
from filings.states import Status
from icp_portal.demo import play
from ministry.models import Website
from providers.access import staff
from records import proofs
from records.models import Proof


@dataclass
class MeasuredPortal:
    """Its filings: a draft, a complete one, one claimed at each desk, one on record with a proof.

    The bureau has a bulletin and announcements, of which ``announcement`` is the newest.
    """

    register: int
    filings: int
    queues: queue_rows.World = field(init=False)
    browsers: dict[str, Browser] = field(init=False)
    draft: Filing = field(init=False)
    complete: Filing = field(init=False)
    claimed: Filing = field(init=False)
    received: Filing = field(init=False)
    filed: Filing = field(init=False)
    website: Website = field(init=False)
    proof: Proof = field(init=False)
    bulletin: Bulletin = field(init=False)
    announcement: BureauAnnouncement = field(init=False)
    decider: User = field(init=False)

    def fill(self) -> None:
        """Create the organisations, the register, the queues and those filings."""
        self.queues = queue_rows.World()
        register_rows.fill(self.register)
        queue_rows.fill(self.queues, 0, self.filings)
        Filing.objects.filter(status=Status.WITH_BUREAU).update(bureau_id=PROVINCE)
        with connection.cursor() as cursor:
            cursor.execute("\n".join(connection.ops.sequence_reset_sql(no_style(), [*queue_rows.NUMBERED])))
            cursor.execute("VACUUM ANALYZE filings_filing")  # as autovacuum does
        verifier, decider, owner = self.queues.people[0], reviewer(0), self.queues.host
        self.decider = decider
        self.draft, self.complete = self._filing(1, owner), self._filing(5, owner)
        self.claimed = self._with_provider(2, owner, staff(verifier))
        self.received = self._with_bureau(3, owner, staff(verifier), decider)
        self.filed = self._with_bureau(4, owner, staff(verifier), decider)
        play.approve(self.filed, bureau_reviewer(decider))
        self.filed.refresh_from_db()
        self.website = Website.objects.get(subject__filings=self.filed)
        self.proof = proofs.of_website(self.website.pk, host(owner))
        head = reviewer(1, ReviewerRole.CHIEF)
        chief = bureau_reviewer(head)
        self.bulletin, self.announcement = _published(chief), _announced(chief)
        for month in Span.of(timezone.localdate(), MONTHS + 1).months:
            monthly.count(month)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        who = {"host": owner, "verifier": verifier, "reviewer": decider, "chief": head}
        self.browsers = {name: Browser(user) for name, user in who.items()}

    def _filing(self, number: int, owner: User) -> Filing:
        return play.complete_draft(host(owner), self.queues.provider.pk, number, province=PROVINCE)

    def _with_provider(self, number: int, owner: User, verifier: Actor) -> Filing:
        filing = self._filing(number, owner)
        play.submit(filing, host(owner))
        services.claim(filing.pk, verifier)
        return filing

    def _with_bureau(self, number: int, owner: User, verifier: Actor, decider: User) -> Filing:
        filing = self._filing(number, owner)
        play.submit(filing, host(owner))
        play.verify(filing, verifier)
        services.claim(filing.pk, bureau_reviewer(decider))
        return filing


def _published(chief: Actor) -> Bulletin:
    """Return the bulletin of last month."""
    month = (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)
    return bulletins.publish(chief, month, version=0, typed={"unfiled": 100}, remark="")


ANNOUNCEMENTS = 100  # four pages of the list


def _announced(chief: Actor) -> BureauAnnouncement:
    """Return the newest of many announcements, corrected once."""
    today = timezone.localdate()
    content = AnnouncementContent(
        title="示例公告", text="示例。\n\n" * 50, title_en="", text_en="", starts_on=today, ends_on=None
    )
    newest = [publishing.publish(chief, content) for _n in range(ANNOUNCEMENTS)][-1]
    publishing.correct(chief, newest.pk, AnnouncementContent(**{**content, "text": "更正。"}), version=newest.version)
    return newest
