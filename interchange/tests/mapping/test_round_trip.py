"""Facts and papers written as a record of the interface are read back as they were."""

from itertools import count

import pytest

from filings import facts
from filings.fields import derived
from icp_portal.demo import invent
from interchange.mapping import reading, writing
from interchange.mapping.record_parts import OfficialIds, OwnIds, Pictures, RecordRefused, WebsiteIds
from ministry.reference import addresses, code_tables

JPEG = b"\xff\xd8\xff\xe0 picture %d"
# Facts for which the interface of 2013 has no elements
NOT_SENT = {"cert_from", "cert_until", "emergency_mobile", "legal_representative", "registrar"}


def filing_facts(number=1, **kind):
    return derived.completed(facts.written(facts.blank(), invent.values(number, province="110000", **kind)))


def several(number, websites):
    values = {"subject": {}, "responsible": {}, "websites": [facts.blank_website() for _n in range(websites)]}
    return derived.completed(facts.written(values, invent.values(number, province="440000", websites=websites)))


def ids_of(values):
    numbers = map(str, count(101))
    websites = []
    for path in facts.accesses(values):
        ranges = addresses.parse_ip_ranges(facts.read(values, f"{path}.ip_ranges"))
        accesses = {next(numbers): [next(numbers) for _one in ranges]}
        websites.append(WebsiteIds(next(numbers), [next(numbers)], accesses))
    return OwnIds(next(numbers), websites)


def pictures_of(values):
    pages = count(1)
    taken = Pictures()
    taken.papers["papers.subject_certificate"] = JPEG % next(pages)
    for side in ("front", "back"):
        taken.papers[f"papers.responsible_{side}"] = JPEG % next(pages)
        for website in range(facts.count(values)):
            if not facts.same_person(values, website):
                taken.papers[f"websites.{website}.papers.manager_{side}"] = JPEG % next(pages)
    for website in range(facts.count(values)):
        taken.sheets[website] = [JPEG % next(pages), JPEG % next(pages)]
        taken.photos[website] = JPEG % next(pages)
        for approval in facts.read(values, f"websites.{website}.approvals") or ():
            for page in (1, 2):
                taken.papers[f"websites.{website}.papers.approval.{approval}.{page}"] = JPEG % next(pages)
    return taken


def sent_of(values):
    """The facts that the interface has elements for, without those that say nothing."""
    flat = dict(facts.flat(values))
    return {path: value for path, value in flat.items() if path.split(".")[-1] not in NOT_SENT and value}


CASES = {
    "enterprise": filing_facts(),
    "individual": filing_facts(2, individual=True),
    "another person": filing_facts(3, same=False),
    "ranges": filing_facts(4, ip_ranges="192.31.196.7\n192.31.196.16-192.31.196.31"),
    "several websites": several(5, 3),
    "messenger": facts.written(filing_facts(6), {"responsible.im": code_tables.QQ, "responsible.im_account": "10001"}),
    "prior approvals": facts.written(
        filing_facts(7),
        {"websites.0.approvals": [2, 5], "websites.0.approval_numbers": {"2": "B2-1", "5": "药-2"}},
    ),
    "county directly under its province": facts.written(
        filing_facts(8), {"subject.province": "420000", "subject.division": "429004"}
    ),
    "city without counties": facts.written(
        filing_facts(9), {"subject.province": "440000", "subject.division": "441900"}
    ),
    "only an address": facts.written(
        filing_facts(10), {"websites.0.ip_only": True, "websites.0.domain": "192.31.196.7", "websites.0.home_url": ""}
    ),
}


@pytest.mark.parametrize("values", CASES.values(), ids=CASES.keys())
def test_facts_papers_and_ids_come_back(values):
    ids, pictures = ids_of(values), pictures_of(values)
    assert writing.unwritable(values, pictures) == []

    read = reading.new_filing(writing.new_filing(values, pictures, ids))

    assert sent_of(read.values) == sent_of(values)
    assert read.ids == ids
    assert read.pictures == pictures


def test_what_is_about_a_record_comes_back_by_the_names_of_the_bureau():
    values = several(5, 2)
    ids, pictures, number = ids_of(values), pictures_of(values), "粤ICP备2026000001号"

    websites = reading.new_websites(writing.new_websites(values, pictures, ids, number))
    assert websites.ids.websites == ids.websites
    assert (websites.pictures.sheets, websites.pictures.photos) == (pictures.sheets, pictures.photos)
    assert [site["domain"] for site in websites.values["websites"]] == [site["domain"] for site in values["websites"]]

    one, first = several(5, 1), OwnIds(ids.subject, ids.websites[:1])
    shown = pictures_of(one)
    access = reading.new_access(writing.new_access(one, shown, first, number=f"{number}-1", password_md5="0" * 32))
    assert (access.values["websites"][0]["access"], access.pictures) == (one["websites"][0]["access"], shown)
    assert access.ids.websites[0].accesses == first.websites[0].accesses

    named = OfficialIds("7001", "8001", "9001", number, f"{number}-1")
    change = reading.change(writing.change(one, shown, first, named))
    assert (sent_of(change.values), change.pictures) == (sent_of(one), shown)
    assert (change.ids.subject, change.ids.websites[0].website) == ("7001", "8001")

    said = {"cancellation": {"reason": 1, "note": "不再使用"}}
    assert reading.ending(writing.ending(said, "1", "8001", "")).values == said


@pytest.mark.parametrize("individual", [False, True])
def test_the_host_s_person_is_a_new_website_s_own_with_the_certificate(individual):
    values = filing_facts(2, individual=individual)
    assert facts.same_person(values)
    ids, pictures = ids_of(values), pictures_of(values)

    read = reading.new_websites(writing.new_websites(values, pictures, ids, "粤ICP备2026000001号"))

    assert read.values["websites"][0]["responsible"]["cert_number"] == values["responsible"]["cert_number"]
    for side in ("front", "back"):
        shown = read.pictures.papers[f"websites.0.papers.manager_{side}"]
        own = f"papers.responsible_{side}"
        assert shown == pictures.papers[own] == read.pictures.papers[own]


def test_ids_are_stored_and_read():
    ids = ids_of(several(5, 2))
    assert OwnIds.from_json(ids.as_json()) == ids


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"websites.0.service": code_tables.APP}, 1999),
        ({"websites.0.access.ip_ranges": "2001:db8::1"}, 1006),
        ({"websites.0.approvals": [2], "websites.0.approval_numbers": {"2": "B2-1"}}, 1033),
    ],
)
def test_what_the_interface_cannot_carry_is_named(changes, code):
    values = facts.written(filing_facts(), changes)
    assert [fault.code for fault in writing.unwritable(values, Pictures())] == [code]


# --- Records that other systems send --------------------------------------------------------------------------


def record(**changes):
    values = filing_facts(3, same=False)
    return writing.new_filing(values, pictures_of(values), ids_of(values)) | changes


def refused(sent):
    with pytest.raises(RecordRefused) as raised:
        reading.new_filing(sent)
    return [fault.code for fault in raised.value.faults]


def test_accesses_of_one_website_become_one():
    sent = record()
    (access,) = sent["Wz_xx"][0]["Jr_xx"]
    second = access | {"IspJrid": "999", "Wzjrfs": {"Jrfs": ["1"]}, "Wzfb": {"Fbdd": ["2", "26"]}}
    first = access | {"Wzjrfs": {"Jrfs": ["5"]}, "Wzfb": {"Fbdd": ["2"]}}
    sent["Wz_xx"][0]["Jr_xx"] = [first, second]

    read = reading.new_filing(sent)

    assert read.values["websites"][0]["access"] == {"ways": [5, 1], "places": [2, 26], "ip_ranges": "192.31.196.7"}
    assert list(read.ids.websites[0].accesses) == [first["IspJrid"], "999"]


def test_an_equal_person_is_the_same_one():
    sent = record()
    sent["Wz_xx"][0]["Wz_Fzr"] = dict(sent["Zt_xx"]["Fzr"])
    assert reading.new_filing(sent).values["websites"][0]["responsible"] == {"same": True}


def test_two_domains_of_a_website_are_refused():
    sent = record()
    sent["Wz_xx"][0]["Ym_xx"] *= 2
    assert refused(sent) == [1999]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Fjyt": "9"}, 1057),
        ({"Fjwjgs": "9"}, 1056),
        ({"Fjnr": "====", "Fjwjgs": "1"}, 5010),
        ({"Fjwjgs": "2"}, 5010),
        ({"Fjnr": "/9j/" + "A" * 205_000}, 5010),
        ({"Fjssdx": {"Ssdxlx": "1", "Ssdxbs": "1"}}, 1055),
        ({"Fjssdx": {"Ssdxlx": "2", "Ssdxbs": "1"}}, 1061),
    ],
)
def test_attachments_that_cannot_be_placed_are_refused(change, code):
    sent = record()
    sent["Fj"][0]["Fjxx"] |= change
    assert refused(sent) == [code]


def test_more_pictures_than_sides_are_refused():
    sent = record()
    sent["Fj"] += [sent["Fj"][0]]
    assert refused(sent) == [1057]


def test_all_faults_are_named_at_once():
    sent = record()
    sent["Wz_xx"][0]["Ym_xx"] *= 2
    sent["Fj"][0]["Fjxx"]["Fjyt"] = "9"
    sent["Fj"][1]["Fjxx"]["Fjwjgs"] = "9"
    assert refused(sent) == [1999, 1057, 1056]
