"""Read a record of the interface as the facts of a filing.

Values are taken as they stand; ``filings`` checks them by its own rules. Elements for which a filing has no fact are
left out: ``Msn`` (the service has ended) and the ids of accesses and addresses, which ``OwnIds`` keeps.
"""

from collections.abc import Iterable, Iterator
from ipaddress import AddressValueError, IPv4Address
from typing import Any

from django.utils.translation import gettext_lazy as _

from filings.facts import Facts
from interchange.mapping.attachments import Owners, read_attachments, read_scans
from interchange.mapping.record_parts import Fault, OwnIds, Pictures, ReadRecord, Record, RecordRefused, WebsiteIds
from ministry.reference import code_tables


def new_filing(record: Record) -> ReadRecord:
    """Return a record of ``XZBA`` (one ``Baxx``): a new subject with its websites; raise RecordRefused."""
    subject, websites = record["Zt_xx"], record["Wz_xx"]
    ids = OwnIds(subject["IspZtid"], [_ids(website) for website in websites])
    values = {
        "subject": _subject(subject),
        "responsible": _person(subject["Fzr"]),
        "websites": [_website(website, subject["Fzr"]) for website in websites],
    }
    return _read(record, values, ids, _owners(ids, subject["IspZtid"]))


def new_websites(record: Record) -> ReadRecord:
    """Return a record of ``XZWZ`` (one ``Xzxx``): websites of a subject on record; raise RecordRefused.

    The host's responsible person isn't in it, so every website names its own.
    """
    websites = record["Wz_xx"]
    ids = OwnIds("", [_ids(website) for website in websites])
    values = {"websites": [_website(website, None) for website in websites]}
    return _read(record, values, ids, _owners(ids, *record["Zt_xx"].values()))


def new_access(record: Record) -> ReadRecord:
    """Return a record of ``XZJR`` (one ``Xzxx``): a further access of a website on record; raise RecordRefused."""
    access = record["IspJrid"]
    ids = OwnIds("", [WebsiteIds("", [], {access: [one["IspIpid"] for one in record["Ip_xx"]]})])
    name = next(iter(record["Wz_xx"].values()))  # its number, or the bureau's id
    owners = Owners(frozenset({name.rpartition("-")[0]}), {name: 0})
    return _read({**record, "Wz_xx": []}, {"websites": [{"access": joined_access([record])}]}, ids, owners)


def ending(record: Record) -> ReadRecord:
    """Return a record of ``ZXBA`` (one ``Zx_xx``): the end of a subject, a website or an access."""
    values = _filled(reason=_number(record["Zxly"]), note=record.get("Zxlybz"))
    return ReadRecord({"cancellation": values}, Pictures(), OwnIds())


def change(record: Record) -> ReadRecord:
    """Return a record of ``BGBA`` (one ``Bgxx``): all facts of a subject and of websites; raise RecordRefused."""
    subject, websites = record["Zt_xx"], record["Wz_xx"]
    ids = OwnIds(subject["Ztid"], [WebsiteIds(website["Wzid"], [], {}) for website in websites])
    values = {
        "subject": _subject(subject),
        "responsible": _person(subject["Fzr"]),
        "websites": [_website(website, subject["Fzr"]) for website in websites],
    }
    numbers = {website["Baxh"]: place for place, website in enumerate(websites)}
    owners = Owners(frozenset({subject["Ztid"], subject["Baxh"]}), {**_owners(ids).websites, **numbers})
    return _read(record, values, ids, owners)


def _owners(ids: OwnIds, *subject: str) -> Owners:
    return Owners(frozenset(subject), {website.website: place for place, website in enumerate(ids.websites)})


def _read(record: Record, values: Facts, ids: OwnIds, owners: Owners) -> ReadRecord:
    faults = list(_faults(record.get("Wz_xx") or []))
    pictures, refused = read_attachments(record.get("Fj") or [], owners)
    for number, website in enumerate(record.get("Wz_xx") or []):
        found, wrong = read_scans(number, website.get("Nrlx"))
        pictures.papers.update(found)
        refused += wrong
    if faults or refused:
        raise RecordRefused([*faults, *refused])
    return ReadRecord(values, pictures, ids)


def _faults(websites: Iterable[Record]) -> Iterator[Fault]:
    """Yield what can't be expressed as facts."""
    for website in websites:
        if len(website["Ym_xx"]) > 1:
            # 工信管函〔2019〕633号: one website, one domain; the interface is older and has no code for it.
            yield Fault(1999, _("A website has exactly one domain (MIIT notice 633 of 2019)."))


def _ids(website: Record) -> WebsiteIds:
    accesses = {access["IspJrid"]: [one["IspIpid"] for one in access["Ip_xx"]] for access in website["Jr_xx"]}
    return WebsiteIds(website["IspWzid"], [one["IspYmid"] for one in website["Ym_xx"]], accesses)


def _subject(element: Record) -> Facts:
    address, certificate = element["Txdz"], element["Zj"]
    return _filled(
        name=element["Dwmc"],
        nature=_number(element.get("Dwxz")),
        province=address["Shengid"],
        division=address.get("Xianid") or address["Shiid"],
        address=address.get("Xxdz"),
        cert_type=_number(certificate["Zjlx"]),
        cert_number=certificate["Zjhm"],
        cert_address=certificate["Zjzs"],
        investor=element.get("Tzr"),
        remark=element.get("Bz"),
    )


def _person(element: Record) -> Facts:
    account = element.get("Qq")
    return _filled(
        name=element.get("Fzr_xm"),
        cert_type=_number(element.get("Fzr_zjlx")),
        cert_number=element.get("Fzr_zjhm"),
        mobile=element["Fzr_sjhm"],
        office_phone=element.get("Fzr_dhhm"),
        email=element["Fzr_dzyj"],
        im=code_tables.QQ if account else None,
        im_account=account,
    )


def _website(element: Record, hosts_person: Record | None) -> Facts:
    domain = element["Ym_xx"][0]["Ym"]
    approvals = (element.get("Nrlx") or {}).get("Nrlx_xx") or []
    manager = element["Wz_Fzr"]
    return _filled(
        name=element["Wzmc"],
        domain=domain,
        ip_only=_is_address(domain) or None,
        home_url=element.get("Syurl"),
        services=_numbers(element["Fwnr"]["Fwnr_id"]),
        languages=_numbers((element.get("Yylb") or {}).get("Yylb_id") or []),
        approvals=_numbers(one["Nrlx_id"] for one in approvals) or None,
        remark=element.get("Wz_Bz"),
    ) | {
        "approval_numbers": {one["Nrlx_id"]: one["Qzsph"] for one in approvals},
        "responsible": {"same": True} if manager == hosts_person else _person(manager),
        "access": joined_access(element["Jr_xx"]),
    }


def joined_access(elements: Iterable[Record]) -> Facts:
    """Return the accesses of a website through one provider as one: all ways, places and addresses, each once."""
    accesses = list(elements)
    ranges = [_range(one) for access in accesses for one in access["Ip_xx"]]
    return {
        "ways": _each_once(way for access in accesses for way in _numbers(access["Wzjrfs"]["Jrfs"])),
        "places": _each_once(place for access in accesses for place in _numbers(access["Wzfb"]["Fbdd"])),
        "ip_ranges": "\n".join(dict.fromkeys(ranges)),
    }


def _range(element: Record) -> str:
    first, last = (str(IPv4Address(int(element[name]))) for name in ("Qsip", "Zzip"))
    return first if first == last else f"{first}-{last}"


def _is_address(text: str) -> bool:
    try:
        IPv4Address(text)
    except AddressValueError:
        return False
    return True


def _filled(**values: Any) -> Facts:
    """Return the values that are there."""
    return {name: value for name, value in values.items() if value not in (None, "")}


def _number(text: str | None) -> int | None:
    return int(text) if text else None


def _numbers(texts: Iterable[str]) -> list[int]:
    return _each_once(int(text) for text in texts)


def _each_once(numbers: Iterable[int]) -> list[int]:
    return list(dict.fromkeys(numbers))
