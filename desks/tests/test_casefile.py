"""The case file: it shows who saw what and when, by which rule and code; each party gets only its own."""

import hashlib
import json
import re
import zipfile
from contextlib import closing
from datetime import date
from io import BytesIO
from typing import Any

import pgtrigger
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from post_office.models import Email
from pypdfium2 import PdfDocument

from accounts.models import Party, User
from desks.casefile import contents
from filings import reasons, services
from filings.kinds import Kind
from filings.mail import notices, queueing
from filings.models import Answer, Export, FilingMail, Look, Sheet
from filings.review import questions
from filings.states import Status
from icp_portal.demo import invent, play, play_kinds
from icp_portal.tests.builders import GUANGDONG, Case, case_at, number, provider, reviewer, sign_in, staff, user
from ministry import audit
from ministry.models import AuditCheck, AuditEntry, ProvinceRule
from ministry.rules.rules import save_rule

pytestmark = pytest.mark.django_db

AUDITED = (
    *("snapshot", "verification", "remark", "answer", "event", "clockentry"),
    *("look", "filingmail", "sheet", "sheetscan", "photograph"),
)
RARE = {"responsible.name": "䶮㛃𬱖", "subject.name": "𠮷野𠀀"}


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.RELAX_SECOND_FACTOR = True


def as_(actor: Any) -> Client:
    return sign_in(Client(), User.objects.get(pk=actor.user_id))


def fetched(actor: Any, case: Case, form: str = "pdf", desk: str = "bureau_desk") -> bytes:
    response = as_(actor).get(reverse(f"{desk}:case_file", args=[case.filing.pk, form]))
    assert response.status_code == 200
    return response.content


def text(content: bytes) -> str:
    """Return the text of a PDF, without blanks, line breaks and page footers."""
    with closing(PdfDocument(content)) as document:
        read = "".join(page.get_textpage().get_text_range() for page in document)
    return re.sub(r"备案单\d+案卷\d+/\d+", "", re.sub(r"\s", "", read))


def unblanked(words: object) -> str:
    return re.sub(r"\s", "", str(words))


@pytest.fixture
def travelled() -> Case:
    """Return a filing that the bureau returned once, that its host corrected, and that was approved."""
    case = case_at(Status.RETURNED_TO_PROVIDER)
    case.send_back().submit().verify()
    services.look(case.filing, case.reviewer, "facts")
    services.add_scan(case.filing.pk, case.staff, Sheet.objects.latest("pk").pk, [invent.portrait(1)])
    return case.approve()


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

    read = text(as_(travelled.reviewer).get(reverse("bureau_desk:case_file", args=[leaving.pk, "pdf"])).content)

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
        services.look(travelled.filing, travelled.reviewer, what)
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


# --- Whose it is ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["pdf", "zip"])
def test_another_party_or_province_finds_nothing_and_leaves_no_trace(travelled, form):
    case = travelled
    before = Look.objects.count()
    bureau = reverse("bureau_desk:case_file", args=[case.filing.pk, form])
    provider_desk = reverse("provider_desk:case_file", args=[case.filing.pk, form])

    answers = [
        as_(reviewer(GUANGDONG)).get(bureau),
        as_(staff(provider())).get(provider_desk),
        as_(case.staff).get(bureau),
        as_(case.host).get(bureau),
        as_(case.host).get(provider_desk),
    ]

    assert [answer.status_code for answer in answers] == [404] * 5
    assert (Look.objects.count(), Export.objects.count()) == (before, 0)


@pytest.mark.parametrize("form", ["exe", "pdf-x", "index"])
def test_other_forms_are_not_there(travelled, form):
    page = as_(travelled.reviewer).get(reverse("bureau_desk:case_file", args=[travelled.filing.pk, form]))
    assert page.status_code == 404


def test_a_draft_has_no_case_file_at_a_desk():
    case = case_at(Status.WITH_PROVIDER)
    assert as_(case.reviewer).get(reverse("bureau_desk:case_file", args=[case.filing.pk, "pdf"])).status_code == 404


def test_the_bureaus_file_ends_with_the_last_round_it_was_handed(travelled):
    """While the filing is with its host, nobody else sees what is typed."""
    case = case_at(Status.RETURNED_TO_PROVIDER)
    case.send_back()
    services.save_facts(case.filing.pk, case.host, {"websites.0.name": "尚未递交的新名称"}, version=None)

    read = text(fetched(case.reviewer, case))

    assert "尚未递交的新名称" not in read
    assert unblanked(case.filing.snapshots.get(round=1).facts["websites"][0]["name"]) in read


def test_a_desk_learns_nothing_of_the_others_inside(travelled):
    """The provider does not see who claimed a filing, who of the bureau looked, or what the chief is told."""
    case = travelled
    providers = text(fetched(case.staff, case, desk="provider_desk"))
    bureaus = text(fetched(case.reviewer, case))

    looked = Look.objects.filter(filing=case.filing, role="bureau").select_related("user")
    assert looked
    assert unblanked(f"通信管理局·{looked[0].user}") not in providers
    claims = case.filing.events.filter(name="claim")
    assert {event.role for event in claims} == {"provider", "bureau"}
    assert unblanked(queueing.digest_of(Email.objects.filter(to=case.filing.host.email)[0])) not in providers
    assert f"{case.staff.name}〔" not in bureaus.split("全部经过")[-1].split("查看")[0]


def test_a_mail_that_names_other_filings_is_named_but_not_printed():
    case = case_at(Status.WITH_BUREAU)
    stranger = case_at(Status.WITH_BUREAU, of=case.provider, province=GUANGDONG)
    today = timezone.localdate()
    notices.tell_moved([(case.filing, today), (stranger.filing, today)])

    read = text(fetched(case.reviewer, case))

    shared = FilingMail.objects.filter(filing=case.filing, is_shared=True).get()
    assert shared.name == "moved_provider"
    assert shared.sha256 in read
    assert unblanked(stranger.filing.subject_name) not in read
    assert stranger.filing.shown_domain not in read


def test_it_costs_the_same_with_many_rounds(django_assert_max_num_queries):
    def cost(case: Case) -> int:
        client = as_(case.reviewer)
        client.get(reverse("desk"))
        services.look(case.filing, case.reviewer, "facts")
        audit.seal()
        with django_assert_max_num_queries(1000) as captured:
            client.get(reverse("bureau_desk:case_file", args=[case.filing.pk, "zip"]))
        return len(captured)

    one = case_at(Status.RETURNED_TO_PROVIDER).send_back().submit().verify().approve()
    many = case_at(Status.RETURNED_TO_PROVIDER)
    for _round in range(3):
        many.send_back().submit().verify()
        play.return_to_provider(many.filing, many.reviewer)
    many.send_back().submit().verify().approve()

    assert (cost(one), cost(many)) == (56, 56)
