"""Bring filings to every status by calling the services as each party does. For the demonstration and the tests."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from filings import checklist_items, services
from filings.actors import Actor
from filings.fields import attachments
from filings.models import Entrance, Filing, Photograph, Way
from filings.rules import asked_certificates, checks, corrections, mailboxes, usual_access
from filings.states import Status
from filings.verification import filling, photographs
from filings.verification.worksheets import SheetEntry
from icp_portal.demo import invent
from ministry.reference import code_tables

GOOD_REMARK = services.RemarkDraft(
    path="websites.0.name", code="P301", seen="网站名称与主办单位无关", expected="使用单位全称或注册商标"
)

GOOD_ANSWER = "已改为单位全称。"


def complete_draft(
    host: Actor,
    provider_id: int,
    number: int,
    *,
    province: str,
    entrance: Entrance = Entrance.MINISTRY,
    **facts: Any,
) -> Filing:
    """Create a draft with all facts and pictures, ready to be submitted."""
    filing = services.start(host, provider_id=provider_id, entrance=entrance)
    return fill(filing, host, number, province=province, **facts)


def fill(filing: Filing, host: Actor, number: int, **facts: Any) -> Filing:
    """Fill in the facts and pictures of an invented filing."""
    filing = fill_in(filing, host, number, **facts)
    for path, picture in pictures(filing, number).items():
        services.add_evidence(filing.pk, host, path, picture)
    filing.refresh_from_db()
    return filing


def fill_in(filing: Filing, host: Actor, number: int, **facts: Any) -> Filing:
    """Fill in the facts of an invented filing, without its pictures."""
    values = invent.values(number, **facts)
    for service in [*(facts.get("services") or [code_tables.WEBSITE] * facts.get("websites", 1))][1:]:
        filing = services.add_website(filing.pk, host, version=filing.version, service=service)
    asked_certificates.reset_count(host)
    filing = services.save_facts(filing.pk, host, values, version=filing.version)
    prove_addresses(filing, host)
    return filing


def pictures(filing: Filing, number: int) -> dict[str, SimpleUploadedFile]:
    """Return a drawn picture for each paper that the filing requires, by path."""
    return invent.pictures_for(checks.papers_of(filing), number)


def prove_addresses(filing: Filing, host: Actor) -> None:
    """Prove the unproved e-mail addresses with their codes, without waiting for a mail."""
    for address in mailboxes.lacking(filing):
        with transaction.atomic():  # so that no worker sends another code in between
            code = mailboxes.make(mailboxes.order(filing.pk, host, address))
            mailboxes.prove(filing.pk, host, address, code)


def submit(filing: Filing, host: Actor) -> None:
    """Submit a filing; if it was returned, correct it and answer its remarks first."""
    filing.refresh_from_db()
    if filing.status == Status.RETURNED_TO_HOST:
        correct(filing, host)
        filing.refresh_from_db()
    prove_addresses(filing, host)
    services.submit(filing.pk, host, version=None)


def correct(filing: Filing, host: Actor) -> None:
    """Correct the field named by ``GOOD_REMARK``, and answer every remark."""
    remarks = corrections.open_remarks(filing)
    name = f"{filing.get('subject.name')}的网站"
    values = {GOOD_REMARK.path: name} if any(remark.path == GOOD_REMARK.path for remark in remarks) else {}
    answered = {remark.pk: GOOD_ANSWER for remark in remarks}
    services.save_facts(filing.pk, host, values, version=None, answers=answered)


def answers(filing: Filing) -> dict[str, str]:
    """Return the answers of a verification sheet that passes."""
    return {item.id: checklist_items.YES for item in filing.sheet_items}


def filled_in(filing: Filing) -> dict[str, SheetEntry]:
    """Return the sheet's entries with a registrar, and an IP address, for each domain whose host has named none."""
    asked = {item.id: [path for path, *_field in filling.asked(filing, item)] for item in filing.sheet_items}
    values = {filling.REGISTRAR: "示例域名注册有限公司", usual_access.ADDRESSES: "192.31.196.7"}
    return {
        item: SheetEntry(filled={path: values[path.rpartition(".")[2]] for path in paths})
        for item, paths in asked.items()
        if paths
    }


def photograph(filing: Filing, staff: Actor, path: str = "websites.0.papers.photo", number: int = 0) -> Photograph:
    """Take a photo with the current word, for a claimed filing; each photo is different."""
    word = photographs.word_for(filing.pk, staff, path)
    number = number or filing.pk * 100 + filing.evidence.count()
    shot = photographs.Shot(Way.CAMERA, "营业厅一层", word.pk)
    return photographs.take(filing.pk, staff, path, invent.portrait(number), shot, version=None)


def verify(filing: Filing, staff: Actor) -> None:
    """Claim, photograph, pass to the bureau."""
    services.claim(filing.pk, staff)
    for paper in attachments.photos(filing.facts):
        photograph(filing, staff, paper.path)
    filing.refresh_from_db()
    answered, filled = answers(filing), filled_in(filing)
    services.verify(filing.pk, staff, version=filing.version, answers=answered, place="营业厅一层", entries=filled)


def send_back(filing: Filing, staff: Actor, remark: services.RemarkDraft = GOOD_REMARK) -> None:
    """Claim and return to the host."""
    services.claim(filing.pk, staff)
    services.send_back(filing.pk, staff, version=None, remarks=[remark])


def close(filing: Filing, staff: Actor) -> None:
    """Claim and close without passing on."""
    services.claim(filing.pk, staff)
    services.close(filing.pk, staff, version=None, reason="unreachable", words="三次致电均无人接听。")


def return_to_provider(filing: Filing, reviewer: Actor, remark: services.RemarkDraft = GOOD_REMARK) -> None:
    """Claim and return to the provider."""
    services.claim(filing.pk, reviewer)
    services.return_to_provider(filing.pk, reviewer, version=None, remarks=[remark])


def approve(filing: Filing, reviewer: Actor) -> None:
    """Claim and approve."""
    services.claim(filing.pk, reviewer)
    services.approve(filing.pk, reviewer, version=None)
