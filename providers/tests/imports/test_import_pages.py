"""The pages of an import: from the file to the drafts, and who may not see them."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from icp_portal.tests.builders import client_of, host, provider, staff
from providers.imports import writing
from providers.models import Import, ImportMode
from providers.tests.imports.imports_made import ask_all, checked
from providers.tests.imports.sheets_to_import import row, workbook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]


def upload(content: bytes, name: str = "list.xlsx") -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile(name, content)}


def test_from_the_file_to_the_drafts_on_pages():
    member = staff(provider())
    client = client_of(member)
    sent = client.post(reverse("provider_desk:imports"), upload(workbook([row(), row(subject__name="=1+1<b>")])))
    batch = Import.objects.get()
    url = reverse("provider_desk:import", args=[batch.pk])
    assert sent["Location"] == url
    waiting = client.get(url)
    assert waiting["Refresh"] == "3"
    assert "0 of 2 rows" in waiting.content.decode()

    while writing.check_some(batch.pk):
        pass
    page = client.get(url)
    assert "Refresh" not in page
    assert "2 rows were checked" in page.content.decode()
    assert client.post(url, {"mode": "rows", "way": "invite"}).context["form"].errors.keys() == {"days"}
    assert client.post(url, {"mode": "rows", "way": "paper"}).context["form"].errors.keys() == {"pages", "until"}
    assert client.post(url, {"mode": "rows", "way": "invite", "days": "90"})["Location"] == url
    assert "of 2 rows" in client.get(url).content.decode() or "of 1 rows" in client.get(url).content.decode()

    while writing.write_some(batch.pk):
        pass
    assert "drafts were created" in client.get(url).content.decode()


def test_a_bad_file_is_answered_at_the_field():
    client = client_of(staff(provider()))
    url = reverse("provider_desk:imports")

    assert "is empty" in str(client.post(url, upload(b"")).context["form"].errors["file"])
    assert client.post(url, {}).context["form"].errors.keys() == {"file"}
    assert Import.objects.count() == 0


def test_the_list_of_faults_is_text_whatever_it_begins_with():
    member = staff(provider())
    batch = checked(member, workbook([row(responsible__email='=HYPERLINK("http://evil.example")')]))

    content = client_of(member).get(reverse("provider_desk:import_faults", args=[batch.pk])).content

    cells = [cell for line in load_workbook(BytesIO(content)).active.iter_rows() for cell in line]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n"}
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_staff_of_another_provider_have_no_such_import():
    batch = checked(staff(provider()), workbook([row(responsible__mobile="123")]))
    stranger = staff(provider())
    client = client_of(stranger)

    for name in ("import", "import_faults"):
        assert client.get(reverse(f"provider_desk:{name}", args=[batch.pk])).status_code == 404
    url = reverse("provider_desk:import", args=[batch.pk])
    assert client.post(url, {"mode": "rows", "way": "invite", "days": "90"}).status_code == 404
    assert "list.xlsx" not in client.get(reverse("provider_desk:imports")).content.decode()
    with pytest.raises(Import.DoesNotExist):
        ask_all(batch, stranger)
    with pytest.raises(Import.DoesNotExist):
        ask_all(batch, host())


@pytest.mark.parametrize(
    ("rows", "mode"), [([row()], ImportMode.ALL), ([row(), row(responsible__mobile="1")], ImportMode.ROWS)]
)
def test_what_is_chosen_beforehand_can_be_done(rows, mode):
    """“All rows or none” is refused while a row has a fault, so it is not preselected."""
    member = staff(provider())
    batch = checked(member, workbook(rows))

    form = client_of(member).get(reverse("provider_desk:import", args=[batch.pk])).context["form"]

    assert form["mode"].value() == mode


def test_the_pages_cost_the_same_with_few_rows_and_with_many(django_assert_num_queries):
    member = staff(provider())
    client = client_of(member)
    few = checked(member, workbook([row(responsible__mobile="123")]))
    many = checked(member, workbook([row(responsible__mobile="123") for _n in range(30)]))
    client.get(reverse("provider_desk:imports"))

    for batch in (few, many):
        with django_assert_num_queries(6):
            client.get(reverse("provider_desk:import", args=[batch.pk]))
    with django_assert_num_queries(3):
        client.get(reverse("provider_desk:imports"))
