"""Other files are compared with the register that has their records already."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.management import CommandError
from django.test import Client
from django.urls import reverse

from icp_portal.demo import invent
from ministry.models import Subject
from ministry.register import history, writer
from ministry.register.entry_types import SubjectEntry
from ministry.tests.imports.national_files import access, faults, files, run, subject, text_of, website

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("jieru")]

OTHER_VALUE = "The register has another value. It is not changed."


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "register"


def test_what_differs_from_an_earlier_version_is_a_fault(folder):
    """Of the subject, a website and an access, each with the row and the column of that version."""
    former = invent.credit_code(99)
    person = {"responsible_name": "王五", "responsible_mobile": "13800000099", "cert_number": former}
    last = {"address": "新址路1号", "further_certificates": f"1:{former}"}

    def register(earlier_subject, earlier_website, earlier_access):
        files(
            folder,
            [subject(**earlier_subject), subject(valid_from="2022-05-01", **last)],
            [website(**earlier_website), website(valid_from="2022-05-01")],
            [access(**earlier_access), access(valid_from="2022-05-01", ip_ranges="192.31.196.8")],
        )

    register({"name": "旧名称有限公司"}, {"domain": "import-6.cn", "home_url": ""}, {"ways": "5"})
    run(folder)
    register(
        {"name": "旧名称有限公司", **person}, {"domain": "import-5.cn", "home_url": ""}, {"ways": "4", "places": "2"}
    )
    with pytest.raises(CommandError, match="faults"):
        run(folder)

    masked = former[:3] + "*" * 11 + former[-4:]
    assert sorted(faults(folder)) == [
        ("accesses", "2", "places", "2", OTHER_VALUE),
        ("accesses", "2", "ways", "4", OTHER_VALUE),
        ("subjects", "2", "cert_number", masked, OTHER_VALUE),
        ("subjects", "2", "responsible_mobile", "138****0099", OTHER_VALUE),
        ("subjects", "2", "responsible_name", "王*", OTHER_VALUE),
        ("websites", "2", "domain", "import-5.cn", OTHER_VALUE),
    ]


def test_an_earlier_version_that_a_filing_made_is_known_by_what_the_file_gives_of_it(folder):
    """A filing's facts have more than the columns of a file."""
    files(folder, [subject()], [website()], [access()])
    run(folder)
    found = Subject.objects.get()
    more = {"investor": "张三", "police_number": "1"}
    columns = history.columns_say(found)
    entry = SubjectEntry(
        **{name: getattr(found, name) for name in ("province", "name", "nature", "division")},
        **{name: getattr(found, name) for name in ("responsible_name", "responsible_mobile", "responsible_email")},
        address="新址路1号",
        cert_type=1,
        cert_number=invent.credit_code(7),
        facts={
            "subject": columns["subject"] | more | {"address": "新址路1号"},
            "responsible": columns["responsible"] | more,
        },
    )
    writer.change_subject(found.pk, entry, date(2022, 5, 1))
    writer.change_subject(found.pk, replace(entry, address="第三路1号", facts={}), date(2023, 5, 1))
    versions = [
        subject(),
        subject(valid_from="2022-05-01", address="新址路1号"),
        subject(valid_from="2023-05-01", address="第三路1号"),
    ]

    files(folder, versions, [website()], [access()])
    assert "1 subject is in the register already." in run(folder)

    versions[1]["address"] = "别路1号"
    files(folder, versions, [website()], [access()])
    with pytest.raises(CommandError, match="1 fault"):
        run(folder)
    assert faults(folder) == [("subjects", "3", "address", "别***", OTHER_VALUE)]


def test_names_and_addresses_keep_the_brackets_of_their_certificate_and_are_found_by_either_width(folder):
    wide, narrow = "示例（中国）有限公司", "示例(中国)有限公司"
    texts = {"name": wide, "address": "示例路7号（东区）"}
    files(folder, [subject(**texts)], [website(name="示例（中国）网站")])
    run(folder)

    found = Subject.objects.get()
    assert (found.name, found.address, found.websites.get().name) == (wide, texts["address"], "示例（中国）网站")
    for typed in (wide, narrow, "（中国）", "(中国)"):
        assert [row["name"] for row in Client().get(reverse("query"), {"q": typed}).context["rows"]] == [wide]
    # Written in the other width, it is the same record
    files(folder, [subject(**{name: text.replace("（", "(") for name, text in texts.items()})], [website()])
    (folder / "websites.csv").write_text(text_of("websites", []), encoding="utf-8")
    assert "1 subject is in the register already." in run(folder)
