"""Write the facts of a filing as a record of the interface, in the order of the schema.

``unwritable`` says what the interface of 2013 has no elements for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from filings import facts
from filings.facts import Facts
from filings.fields.attachments import MOST_PAGES
from filings.rules import external_bureaus
from interchange.mapping import attachments as papers
from interchange.mapping.record_parts import (
    ITSELF,
    ON_BEHALF,
    Fault,
    Name,
    ObjectType,
    OfficialIds,
    OwnIds,
    Pictures,
    Purpose,
    Record,
    WebsiteIds,
)
from ministry.reference import addresses, code_tables

_PAGES = range(1, MOST_PAGES + 1)


def unwritable(values: Facts, pictures: Pictures) -> list[Fault]:
    """Return why the interface can't carry these facts; empty if it can."""
    found = []
    if external_bureaus.other_services(values):
        found.append(Fault(1999, _("The interface of 2013 has no elements for APPs, mini-programs and quick apps.")))
    if external_bureaus.ipv6_ranges(values):
        found.append(Fault(1006, _("The interface of 2013 has no IPv6 addresses.")))
    if any(not _is_proven(values, pictures, number) for number in range(facts.count(values))):
        found.append(Fault(1033, _("The interface wants number and scan of each prior approval.")))
    return found


def _is_proven(values: Facts, pictures: Pictures, website: int) -> bool:
    """Return whether each prior approval of the website has a number and a scan."""
    entry = values["websites"][website]
    return all(
        (entry.get("approval_numbers") or {}).get(str(approval))
        and f"websites.{website}.papers.approval.{approval}.1" in pictures.papers
        for approval in entry.get("approvals") or []
    )


def new_filing(values: Facts, pictures: Pictures, ids: OwnIds, *, on_behalf: bool = False) -> Record:
    """Return a record of ``XZBA`` (``Baxx``) of facts that ``unwritable`` has nothing against."""
    own = values["responsible"]
    websites = list(_websites(values, pictures, ids))
    return {
        "Zt_xx": without_empty(
            {"IspZtid": ids.subject}
            | subject_elements(values["subject"])
            | {
                "Fzr": person_elements(own),
                "Bbfs": ON_BEHALF if on_behalf else ITSELF,
                "Bz": values["subject"].get("remark"),
            }
        ),
        "Wz_xx": websites,
        "Fj": list(_attachments(pictures, ids.subject, [website.website for website in ids.websites])),
    }


def new_websites(values: Facts, pictures: Pictures, ids: OwnIds, number: str) -> Record:
    """Return a record of ``XZWZ`` (``Xzxx``): websites of the subject with this number.

    It has no element for the host's responsible person. Where that person answers for a website too, the certificate
    goes also as that of the website's person, whose data every website repeats.
    """
    pictures = _of_each_website(values, pictures)
    names = [{"Jlid": website.website} for website in ids.websites]
    websites = list(_websites(values, pictures, ids))
    return {
        "Zt_xx": {"Ztbah": number},
        "Wz_xx": websites,
        "Fj": list(_attachments(pictures, {"Baxh": number}, names)),
    }


def _of_each_website(values: Facts, pictures: Pictures) -> Pictures:
    """Return the pictures with those of the host's responsible person also at each website of that person."""
    found = dict(pictures.papers)
    for website in filter(partial(facts.same_person, values), range(facts.count(values))):
        for own, of_website in zip(papers.SIDES[Purpose.RESPONSIBLE], papers.SIDES[Purpose.MANAGER], strict=True):
            if content := found.get(papers.path(Purpose.RESPONSIBLE, 0, own)):
                found[papers.path(Purpose.MANAGER, website, of_website)] = content
    return replace(pictures, papers=found)


def new_access(values: Facts, pictures: Pictures, ids: OwnIds, *, number: str, password_md5: str) -> Record:
    """Return a record of ``XZJR`` (``Xzxx``): a further access of the website with this number."""
    ((access, known),) = ids.websites[0].accesses.items()
    subject = number.rpartition("-")[0]
    return {
        "Wz_xx": {"Wzbah": number},
        **_access(values["websites"][0]["access"], access, known),
        "Fj": list(_attachments(pictures, {"Baxh": subject}, [{"Baxh": number}])),
        "ICPmm": password_md5,
    }


def change(values: Facts, pictures: Pictures, ids: OwnIds, official: OfficialIds) -> Record:
    """Return a record of ``BGBA`` (``Bgxx``): all facts of a subject and of one website, named by the bureau's ids."""
    (website,) = _websites(values, pictures, ids)
    (access,) = website["Jr_xx"]
    row = {name: value for name, value in website.items() if name != "IspWzid"}
    row |= {
        "Wzid": official.website,
        "Baxh": official.website_number,
        "Jr_xx": [{name: value for name, value in access.items() if name != "IspJrid"} | {"Jrid": official.access}],
    }
    subject = subject_elements(values["subject"]) | {
        "Ztid": official.subject,
        "Baxh": official.number,
        "Fzr": person_elements(values["responsible"]),
        "Bz": values["subject"].get("remark"),
    }
    files = _attachments(pictures, {"Jlid": official.subject}, [{"Jlid": official.website}])
    return {"Zt_xx": without_empty(subject), "Wz_xx": [row], "Fj": list(files)}


def ending(values: Facts, target: str, key: str, password_md5: str) -> Record:
    """Return a record of ``ZXBA`` (``Zx_xx``): the end of what the bureau's id names; ``target`` is its Zxlb."""
    cancellation = values["cancellation"]
    return without_empty(
        {
            "Zxlb": target,
            "Jlid": key,
            "Zxly": _text(cancellation["reason"]),
            "Zxlybz": cancellation.get("note"),
            "ICPmm": password_md5,
        }
    )


def _websites(values: Facts, pictures: Pictures, ids: OwnIds) -> Iterator[Record]:
    for number, (website, known) in enumerate(zip(values["websites"], ids.websites, strict=True)):
        yield _website(website, facts.manager(values, number), known, pictures, number)


def subject_elements(subject: Mapping[str, Any]) -> Record:
    """Return the elements about a host, without those about its responsible person."""
    division = str(subject["division"])
    city = f"{division[:4]}00"  # also of a county directly under its province, whose city has no name of its own
    return {
        "Dwmc": subject["name"],
        "Dwxz": _text(subject.get("nature")),
        "Tzr": subject.get("investor"),
        "Txdz": without_empty(
            {
                "Shengid": subject["province"],
                "Shiid": city,
                "Xianid": division if division != city else "",
                "Xxdz": subject.get("address"),
            }
        ),
        "Zj": {"Zjlx": _text(subject["cert_type"]), "Zjhm": subject["cert_number"], "Zjzs": subject["cert_address"]},
    }


def person_elements(person: Mapping[str, Any]) -> Record:
    """Return the elements about a responsible person."""
    return without_empty(
        {
            "Fzr_xm": person.get("name"),
            "Fzr_dhhm": person.get("office_phone"),
            "Fzr_sjhm": person["mobile"],
            "Fzr_dzyj": person["email"],
            "Qq": person.get("im_account") if person.get("im") == code_tables.QQ else "",
            "Fzr_zjlx": _text(person.get("cert_type")),
            "Fzr_zjhm": person.get("cert_number"),
        }
    )


def _website(
    entry: Mapping[str, Any], manager: Mapping[str, Any], ids: WebsiteIds, pictures: Pictures, number: int
) -> Record:
    return without_empty(
        {
            "IspWzid": ids.website,
            "Wzmc": entry["name"],
            "Nrlx": _approvals(entry, pictures, number),
            "Fwnr": {"Fwnr_id": texts(entry["services"])},
            "Yylb": {"Yylb_id": texts(entry["languages"])},
            "Ym_xx": [{"IspYmid": ids.domains[0], "Ym": entry["domain"]}],
            "Jr_xx": [_access(entry["access"], access, known) for access, known in ids.accesses.items()],
            "Wz_Fzr": person_elements(manager),
            "Syurl": entry.get("home_url"),
            "Wz_Bz": entry.get("remark"),
        }
    )


def _approvals(entry: Mapping[str, Any], pictures: Pictures, number: int) -> Record:
    numbers = entry.get("approval_numbers") or {}
    rows = []
    for approval in entry.get("approvals") or []:
        path = f"websites.{number}.papers.approval.{approval}"
        pages = [content for page in _PAGES if (content := pictures.papers.get(f"{path}.{page}"))]
        scans = [papers.encoded(page) for page in pages]
        rows.append({"Nrlx_id": str(approval), "Qzsph": numbers.get(str(approval), ""), "Spwj": scans})
    return {"Nrlx_xx": rows} if rows else {}


def _access(values: Mapping[str, Any], access: str, known: Sequence[str]) -> Record:
    return {
        "IspJrid": access,
        "Wzfb": {"Fbdd": texts(values["places"])},
        "Wzjrfs": {"Jrfs": texts(values["ways"])},
        "Ip_xx": [{"IspIpid": own} | one for own, one in zip(known, ranges(values["ip_ranges"]), strict=True)],
    }


def ranges(text: str) -> list[Record]:
    """Return addresses and ranges, one a line, each as its first and its last address."""
    found = addresses.parse_ip_ranges(text)
    return [{"Qsip": str(int(one.start)), "Zzip": str(int(one.end))} for one in found]


def _attachments(pictures: Pictures, subject: Name, websites: Sequence[Name]) -> Iterator[Record]:
    for purpose, kinds in papers.SIDES.items():
        of_website = papers.BELONGS_TO[purpose] == ObjectType.WEBSITE
        for number, owner in enumerate(websites if of_website else [subject]):
            for kind in kinds:
                if content := pictures.papers.get(papers.path(purpose, number, kind)):
                    yield papers.attachment(purpose, owner, content)
    for number, owner in enumerate(websites):
        for page in pictures.sheets.get(number, ()):
            yield papers.attachment(Purpose.SHEET, owner, page)
        if photo := pictures.photos.get(number):
            yield papers.attachment(Purpose.PHOTO, owner, photo)


def without_empty(record: Record) -> Record:
    """Return the elements that are not empty."""
    return {name: value for name, value in record.items() if value not in (None, "", {}, [])}


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def texts(numbers: Sequence[int]) -> list[str]:
    """Return ids as elements that repeat."""
    return [str(number) for number in numbers]
