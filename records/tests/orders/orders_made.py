"""Orders of a bureau about one record, and the pages that tell of them."""

from django.core.files.uploadedfile import SimpleUploadedFile

from filings.evidence import documents
from icp_portal.demo import invent
from icp_portal.tests.builders import Case
from ministry.models import Website
from records.legal_grounds import Act
from records.orders.making import OrderDraft


def draft(act: Act = Act.CANCEL, ground: str = "33-23", **said: object) -> OrderDraft:
    known = {"document": "京通管令〔2026〕7号", "reason": "登记信息与证件不符", "pages": documents.read([paper()])}
    return OrderDraft(act=act, ground="" if act == Act.LIFT else ground, **(known | said))


def paper() -> SimpleUploadedFile:
    return invent.card("ORDER", 1)


def website_of(case: Case) -> Website:
    return Website.objects.get(subject=case.filing.subject_id)
