"""The case file: it shows who saw what and when, by which rule and code."""

import hashlib
import json
import re
import zipfile
from datetime import date
from io import BytesIO
from typing import Any

import pgtrigger
import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Party
from desks.casefile import archive, contents
from desks.tests.casefile.casefiles_fetched import fetched, text, unblanked
from filings import reasons, services
from filings.kinds import Kind
from filings.models import Answer, Export, Look, Sheet
from filings.review import questions
from filings.states import Status
from icp_portal.demo import play_kinds
from icp_portal.tests.builders import Case, case_at, client_of, number, reviewer, user
from ministry import audit
from ministry.models import AuditCheck, AuditEntry, ProvinceRule
from ministry.rules.rules import save_rule

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]

AUDITED = (
    *("snapshot", "verification", "remark", "answer", "event", "clockentry"),
    *("look", "filingmail", "sheet", "sheetscan", "photograph"),
)
RARE = {"responsible.name": "䶮㛃𬱖", "subject.name": "𠮷野𠀀"}


def test_who_decided_what_when_by_which_rule_with_which_code_is_in_it(travelled):
    case = travelled
    read = text(fetched(case.reviewer, case))

    returned, approved = case.filing.events.filter(name__in=["return", "approve"])
    for event in (returned, approved):
        assert unblanked(event.actor_name) in read
        assert unblanked(f"{timezone.localtime(event.at):%H:%M}") in read
        link = AuditEntry.objects.get(shape__name="filings_event", row=event.pk)
        assert re.search(rf"〔\D*{link.number}\D*〕", read)
    for remark in case.filing.remarks.all():
        assert remark.code in read
        for words in (remark.seen, remark.expected, reasons.BY_CODE[remark.code].text):
            assert unblanked(words) in read
    assert unblanked(Answer.objects.get(remark__filing=case.filing).text) in read
    assert str(case.filing.subject.number) in read
    for rule in ProvinceRule.objects.filter(province__in=["", "110000"], valid_to=None)[:5]:
        if rule.concerns(individual=False, nature=case.filing.subject_nature):
            assert unblanked(rule.source) in read


def test_every_rounds_facts_and_what_changed_between_them_are_in_it_in_full(travelled):
    case = travelled
    read = text(fetched(case.reviewer, case))

    for snapshot in case.filing.snapshots.filter(round__in=case.filing.verifications.values("round")):
        for path in ("subject.cert_number", "responsible.mobile", "subject.address"):
            assert unblanked(_fact(snapshot.facts, path)) in read
        assert unblanked(snapshot.facts["websites"][0]["name"]) in read
    old, new = (one.facts["websites"][0]["name"] for one in case.filing.snapshots.order_by("round"))
    assert unblanked(f"{old}→{new}") in read


def _fact(facts: dict[str, Any], path: str) -> str:
    for name in path.split("."):
        facts = facts[name]
    return str(facts)


def test_who_looked_is_in_it_and_who_took_the_file_too(travelled):
    case = travelled
    other = reviewer()
    read = text(fetched(other, case))

    looks = Look.objects.filter(filing=case.filing)
    assert looks.latest("pk").what == "case file"
    assert {look.user_id for look in looks} == {case.reviewer.user_id, other.user_id}
    for look in looks.select_related("user"):
        assert unblanked(look.user) in read


def test_the_file_of_a_cancellation_does_not_say_that_a_number_was_issued(travelled):
    target = play_kinds.target_of(travelled.filing)
    leaving = play_kinds.complete_draft(travelled.host, Kind.CANCEL_WEBSITE, target, travelled.provider.pk, number())
    play_kinds.approved(leaving, travelled.host, travelled.staff, travelled.reviewer)
    leaving.refresh_from_db()

    read = text(
        client_of(travelled.reviewer).get(reverse("bureau_desk:case_file", args=[leaving.pk, "pdf"])).getvalue()
    )

    assert read.count(unblanked(_("Approved; the number is void"))) == 2  # the decision, and what happened
    assert unblanked(_("Approved, number issued")) not in read
    assert leaving.get_status_display() == _("Cancelled as requested")
    assert travelled.filing.get_status_display() == Status.FILED.label


def test_what_was_looked_at_is_said_in_words(travelled):
    for what in (
        "rounds",
        "second reading",
        "signed sheet 1-1-1 1/2",
        "paper of answer 3",
        "subject",
        "overview",
    ):
        services.record_look(travelled.filing, travelled.reviewer, what)
    fetched(travelled.reviewer, travelled)

    read = text(fetched(travelled.reviewer, travelled))

    looks = read[read.index(unblanked(_("Access log of full data and pictures"))) : read.index(unblanked(_("E-mails")))]
    for words in (_("the full data"), _("the case file"), _("signed verification sheet"), _("a page of the form")):
        assert unblanked(words) in looks
    assert "1-1-11/2" in looks
    assert not re.search("·(facts|rounds|casefile|secondreading|subject|overview)·|·signedsheet1", looks)


@pytest.mark.parametrize("fault", ["", "entry 7: filings_event 3: the row was removed"])
def test_it_says_whether_the_whole_log_was_sound(travelled, fault):
    """A removed row leaves no trace in the other rows; only the proof of the whole log detects it."""
    assert unblanked(_("not verified yet")) in text(fetched(travelled.reviewer, travelled))
    AuditCheck.objects.create(number=7, chain="0" * 64, fault=fault)

    read = text(fetched(travelled.reviewer, travelled))

    words = (
        _("%(at)s: FAILED; entries may be missing here, ask the ministry")
        if fault
        else _("%(at)s: verified up to entry %(number)d, nothing is missing")
    )
    assert unblanked(words % {"at": "", "number": 7}) in read


def test_what_left_is_on_record_with_its_digest_and_in_the_next_file(travelled):
    content = fetched(travelled.reviewer, travelled, "zip")

    export = Export.objects.get()
    assert export.query == f"case file zip SHA-256 {hashlib.sha256(content).hexdigest()}"
    assert (export.user_id, export.filing_ids) == (travelled.reviewer.user_id, [travelled.filing.pk])
    audit.seal()
    assert AuditEntry.objects.filter(shape__name="filings_export", row=export.pk).exists()
    assert unblanked(export.query.removeprefix("case file ")) in text(fetched(travelled.reviewer, travelled))


def test_a_large_zip_is_written_to_a_file_and_not_held_in_memory(travelled, monkeypatch):
    monkeypatch.setattr(archive, "IN_MEMORY", 0)
    file = contents.gather(travelled.filing, travelled.reviewer, travelled.filing.evidence.all())

    with archive.packed(file) as target, zipfile.ZipFile(target) as packed:
        assert target.fileno()  # what is in memory has none
        assert packed.testzip() is None
    content = fetched(travelled.reviewer, travelled, "zip")
    assert Export.objects.get().query == f"case file zip SHA-256 {hashlib.sha256(content).hexdigest()}"


def test_the_zip_holds_sheets_pictures_signed_copies_and_mails_each_as_recorded(travelled):
    case = travelled
    with zipfile.ZipFile(BytesIO(fetched(case.reviewer, case, "zip"))) as packed:
        assert packed.testzip() is None
        index = json.loads(packed.read("index.json"))
        for file in index["files"]:
            content = packed.read(file["name"])
            assert (len(content), hashlib.sha256(content).hexdigest()) == (file["size"], file["sha256"])
            assert file.get("is_as_recorded", True)
        names = {file["name"] for file in index["files"]}
        assert {*names, "index.json"} == set(packed.namelist())
        assert text(packed.read("case-file.pdf"))

    sheets = Sheet.objects.filter(verification__filing=case.filing)
    assert {name for name in names if re.fullmatch(r"sheets/[^/]+\.pdf", name)} == {f"sheets/{s}.pdf" for s in sheets}
    assert [name for name in names if name.startswith("sheets/signed/")] == [f"sheets/signed/{sheets.last()}-v1-p1.jpg"]
    assert len([name for name in names if name.startswith("mails/")]) == len(case.filing.mails.all())
    kept = {f"pictures/{one.path}-{one.pk}.jpg" for one in case.filing.evidence.all()}
    assert {name for name in names if name.startswith("pictures/")} == kept


def test_each_row_of_the_index_stands_where_it_says_in_the_log(travelled):
    case = travelled
    with zipfile.ZipFile(BytesIO(fetched(case.reviewer, case, "zip"))) as packed:
        index = json.loads(packed.read("index.json"))

    links = AuditEntry.objects.select_related("shape").in_bulk([row["audit"] for row in index["rows"]])
    assert [
        row
        for row in index["rows"]
        if (links[row["audit"]].shape.name, links[row["audit"]].row) != (row["table"], row["row"])
        or links[row["audit"]].digest != row["digest"]
        or not row["is_as_sealed"]
    ] == []
    tables = {row["table"] for row in index["rows"]}
    assert tables >= {f"filings_{name}" for name in AUDITED}
    assert "ministry_rulechange" in tables
    assert index["audit_log"] == {"last": audit.last().number, "chain": audit.last().chain}


def test_a_row_that_was_changed_past_the_portal_is_named_in_the_file(travelled):
    case = travelled
    audit.seal()
    event = case.filing.events.get(name="return")
    with pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute("UPDATE filings_event SET actor_name = 'Somebody else' WHERE id = %s", [event.pk])

    with zipfile.ZipFile(BytesIO(fetched(case.reviewer, case, "zip"))) as packed:
        rows = json.loads(packed.read("index.json"))["rows"]

    assert [(row["table"], row["row"]) for row in rows if not row["is_as_sealed"]] == [("filings_event", event.pk)]


def test_a_picture_that_was_changed_or_is_gone_is_named(travelled):
    case = travelled
    first, second = case.filing.evidence.order_by("pk")[:2]
    with first.file.storage.open(first.file.name, "wb") as file:
        file.write(b"something else")
    second.file.storage.delete(second.file.name)

    with zipfile.ZipFile(BytesIO(fetched(case.reviewer, case, "zip"))) as packed:
        files = json.loads(packed.read("index.json"))["files"]

    wrong = {file["name"]: file.get("is_missing", False) for file in files if not file.get("is_as_recorded", True)}
    assert wrong == {
        f"pictures/{first.path}-{first.pk}.jpg": False,
        f"pictures/{second.path}-{second.pk}.jpg": True,
    }


def test_rare_characters_are_printed_and_those_without_a_glyph_as_their_code():
    case = Case()
    services.save_facts(case.filing.pk, case.host, RARE, version=None)
    case.submit().verify()

    read = text(fetched(case.reviewer, case))

    assert "䶮㛃𬱖" in read
    assert "𠮷野〔U+20000〕" in read


def test_rules_are_those_of_the_decision_however_they_are_worded_now(travelled):
    case = travelled
    worded = next(
        rule
        for rule in ProvinceRule.objects.filter(province="110000").exclude(advice="")
        if rule.concerns(individual=False, nature=case.filing.subject_nature)
        and rule.valid_from <= timezone.localdate() <= (rule.valid_to or date.max)
    )
    before = worded.advice
    worded.advice = "后来改写的提示。"
    save_rule(worded, user(Party.MINISTRY))

    read = text(fetched(case.reviewer, case))

    assert unblanked(before) in read
    assert "后来改写的提示" not in read


def test_questions_and_opinions_are_in_the_bureaus_file_and_opinions_in_no_other():
    case = case_at(Status.WITH_BUREAU)
    services.claim(case.filing.pk, case.reviewer)
    question = questions.ask(case.filing.pk, case.reviewer, text="请说明网站用途", days=min(questions.DAYS))
    questions.answer(case.filing.pk, case.staff, question.pk, text="用于产品介绍")
    services.approve(case.filing.pk, case.reviewer, version=None, opinion="材料齐全，同意")

    bureaus, providers = text(fetched(case.reviewer, case)), text(fetched(case.staff, case, desk="provider_desk"))

    for said in ("请说明网站用途", "用于产品介绍"):
        assert said in bureaus
        assert said in providers
    assert "材料齐全，同意" in bureaus
    assert "材料齐全，同意" not in providers


def test_a_round_that_still_waits_for_codes_is_not_the_bureaus():
    case = case_at(Status.RETURNED_TO_PROVIDER)
    case.send_back().submit().ask_persons()

    numbers = [
        [one.number for one in contents.gather(case.filing, actor, case.filing.evidence.none()).rounds]
        for actor in (case.reviewer, case.staff)
    ]
    assert numbers == [[1], [1, 2]]
