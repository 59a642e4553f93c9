"""Papers that go with the answer to a question: who reads them, and in which case files they are."""

import hashlib
import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from bureaus.tests.views.questions_asked import ask, in_review, page
from filings.evidence import documents
from filings.models import Look, OfficialPage, Reply
from filings.review import questions
from icp_portal.demo import invent
from icp_portal.tests.builders import GUANGDONG, client_of, reviewer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


def card(number: int = 1) -> SimpleUploadedFile:
    return invent.card("PROOF", number)


def pdf() -> SimpleUploadedFile:
    """Return a PDF of two pages."""
    target = BytesIO()
    first, second = (Image.open(card(number)) for number in (1, 2))
    first.save(target, "PDF", save_all=True, append_images=[second])
    return SimpleUploadedFile("proof.pdf", target.getvalue(), "application/pdf")


@pytest.mark.parametrize(("upload", "count"), [(card, 1), (pdf, 2)])
def test_a_paper_goes_with_the_answer_and_each_look_at_it_is_on_record(upload, count):
    case = in_review()
    question = ask(case)
    url = reverse("provider_desk:answer", args=[case.filing.pk])
    sent = {"question": question.pk, "text": "见机房合同。", "pages": upload()}

    assert client_of(case.staff).post(url, sent).status_code == 302
    reply = Reply.objects.get()
    pages = list(reply.paper.pages.all())
    assert [page.number for page in pages] == list(range(1, count + 1))

    for actor, desk, role in ((case.reviewer, "bureau_desk", "bureau"), (case.staff, "provider_desk", "provider")):
        own = "review" if desk == "bureau_desk" else "verify"
        address = reverse(f"{desk}:reply", args=[case.filing.pk, reply.pk])
        assert address in page(actor, f"{desk}:{own}", case)
        shown = client_of(actor).get(address).content.decode()
        first = reverse(f"{desk}:reply_page", args=[case.filing.pk, reply.pk, pages[0].pk])
        assert first in shown
        image = client_of(actor).get(first)
        assert hashlib.sha256(image.content).hexdigest() == pages[0].sha256
        assert image["Content-Type"] == "image/jpeg"
        assert "private, no-store" in image["Cache-Control"]
        look = Look.objects.latest("pk")
        assert (look.filing_id, look.user_id, look.role) == (case.filing.pk, actor.user_id, role)
        assert look.what == f"paper of answer {reply.pk}"


@pytest.mark.parametrize("content", [b"<script>", b"%PDF-1.7 nothing", b"\xff\xd8\xff\xe0 half a picture"])
def test_a_bad_file_is_no_paper_and_the_typed_answer_stays(content):
    case = in_review()
    question = ask(case)
    url = reverse("provider_desk:answer", args=[case.filing.pk])
    bad = SimpleUploadedFile("proof.pdf", content, "application/pdf")
    answered = client_of(case.staff).post(url, {"question": question.pk, "text": "写了很久的回复", "pages": bad})

    assert answered.status_code == 200
    assert "写了很久的回复" in answered.content.decode()
    assert (Reply.objects.count(), OfficialPage.objects.count()) == (0, 0)


def test_the_paper_of_an_answer_is_nobody_elses():
    case, other = in_review(), in_review()
    pages = documents.read([card()])
    reply = questions.answer(case.filing.pk, case.staff, ask(case).pk, text="见附件。", pages=pages)
    without = questions.answer(other.filing.pk, other.staff, ask(other).pk, text="没有附件。")
    page_id = reply.paper.pages.get().pk

    def answers(actor: object, desk: str, filing_id: int, reply_id: int) -> list[int]:
        urls = (
            reverse(f"{desk}:reply", args=[filing_id, reply_id]),
            reverse(f"{desk}:reply_page", args=[filing_id, reply_id, page_id]),
        )
        return [client_of(actor).get(url).status_code for url in urls]

    strangers = [(reviewer(GUANGDONG), "bureau_desk"), (other.staff, "provider_desk"), (case.host, "provider_desk")]
    for actor, desk in [*strangers, (case.host, "bureau_desk"), (case.staff, "bureau_desk")]:
        assert answers(actor, desk, case.filing.pk, reply.pk) == [404, 404]
    # the URL of one's own filing opens neither another filing's answer nor its pages
    assert answers(other.staff, "provider_desk", other.filing.pk, reply.pk) == [404, 404]
    assert answers(other.staff, "provider_desk", other.filing.pk, without.pk) == [404, 404]
    assert not Look.objects.filter(what__startswith="paper of answer").exists()


def test_the_paper_of_an_answer_is_in_both_case_files():
    case = in_review()
    reply = questions.answer(case.filing.pk, case.staff, ask(case).pk, text="见附件。", pages=documents.read([card()]))
    name = f"answers/{reply.question_id}-p1.jpg"

    for actor, desk in ((case.reviewer, "bureau_desk"), (case.staff, "provider_desk")):
        content = client_of(actor).get(reverse(f"{desk}:case_file", args=[case.filing.pk, "zip"])).getvalue()
        with zipfile.ZipFile(BytesIO(content)) as packed:
            assert hashlib.sha256(packed.read(name)).hexdigest() == reply.paper.pages.get().sha256
