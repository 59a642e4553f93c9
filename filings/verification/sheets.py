"""Create the content of the verification sheets 《网站备案信息真实性核验单》, one per website, and issue them.

The words are those of the public sheets for units and individuals, so they are always Chinese; the lines to answer are
those of ``filings.checklist``. Provincial additions to the common form are data here too.

Shape of a sheet's content (JSON, stored as issued)::

    {"number", "filing", "round", "website", "host", "domain", "provider",
     "head": [{"label", "value"} | {"label", "boxes"}],
     "blocks": [{"title", "lines": [{"text", "boxes", "ticks": [{"label", "boxes"}]}]}],
     "verified": [{"label", "value"}],
     "pledges": [{"title", "text", "handwriting", "signatures": [label]}],
     "notes": [text]}

``boxes`` are (label, ticked) pairs. Before the verification ``number`` is empty and no box of the blocks is ticked.
A reported sheet has "reported" instead of blocks and pledges.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format

from filings import checklist_items, facts
from filings.checklist_items import BEIJING, GUANGDONG, INDIVIDUAL, JIANGXI, UNIT, XINJIANG, YES, Item
from filings.models import Filing, Sheet, Verification
from ministry.audit.documents import sha256_of
from ministry.reference import certificates, code_tables, domains, service_words

Content = dict[str, Any]
Boxes = list[tuple[str, bool]]

LANGUAGE = "zh-hans"
TITLE = "网站备案信息真实性核验单"
# The public sheets are about websites only. For another service its name replaces this word, by our own choice.
NOUN = "网站"
PRINTED = ("label", "title", "text", "handwriting", "signatures", "notes")  # keys of the sheet's own words
OTHER = "其他"

# The sheet's groups of certificates → our certificate types; all others are "other".
UNIT_CERTIFICATES = {
    "组织机构代码证书": certificates.ORGANISATION_CODES,
    "工商营业执照": (1,),
    "事业法人证书": (4,),
    "社团法人证书": (6,),
    "军队代号": (5,),
}
PERSON_CERTIFICATES = {
    "身份证": (2,),
    "户口簿": (),
    "军官证": (8,),
    "港澳台胞证": (11, 14),
    "护照": (7,),
}
# The kinds of prior approvals that the sheet names; later kinds are "other".
APPROVALS = (1, 2, 3, 4, 5, 9, 10, 6)

PROVIDER_PLEDGE = "本单位承诺：已对上述网站备案信息进行当面核验，核验内容真实、准确。"
# One line per clause, so that no line begins with punctuation.
HOST_PLEDGE = (
    "本网站主办者承诺：\n"
    "已履行网站备案信息当面核验手续，所提交的备案信息真实有效；\n"
    "备案信息发生变化时及时更新；\n"
    "如提供虚假备案信息，接受关闭网站、注销备案的处理"
)
BLACKLIST = "，并接受列入备案黑名单"
NOTES = (
    "本核验单一个网站填写一份，一式两份，接入服务商和通信管理局各留存一份。",
    "请使用蓝色或黑色钢笔、签字笔填写和签字。",
)
REPORTED = "本单备案信息由接入服务商的企业系统报送；核验内容、签字和盖章见随附的核验单扫描件。"
HANDWRITING = "请网站负责人用黑色签字笔在下方手写上述承诺全文："


@dataclass(frozen=True, slots=True)
class Addition:
    """What a province requires on its sheets beyond the common form."""

    pledge: str = ""  # words added to the host's pledge
    handwriting: bool = False  # the pledge must be written out by hand, in black
    fingerprint: bool = False
    registrar: bool = False  # the domain's registrar must stand beside the domain


COMMON = Addition()
# (province, kind of host) → its addition
ADDITIONS = {
    (GUANGDONG, UNIT): Addition(pledge=BLACKLIST),
    (GUANGDONG, INDIVIDUAL): Addition(handwriting=True),
    (XINJIANG, INDIVIDUAL): Addition(fingerprint=True),
    (JIANGXI, INDIVIDUAL): Addition(fingerprint=True),
    (BEIJING, UNIT): Addition(registrar=True),
    (BEIJING, INDIVIDUAL): Addition(registrar=True),
}


def issue(verification: Verification, filing: Filing) -> None:
    """Issue a sheet for each website of a newly verified round, or one about the host alone."""
    for website in range(max(1, facts.count(filing.facts))):
        printed: Any = content(filing, website, verification)
        Sheet.objects.create(verification=verification, website=website, content=printed, sha256=sha256_of(printed))


def issue_reported(verification: Verification, filing: Filing, website: int) -> Sheet:
    """Issue the sheet of a website that the provider's own system has verified.

    It has neither checklist nor pledges: both are on the signed sheet that the system has sent.
    """
    with translation.override(LANGUAGE):
        made = _in_words_of_service(_identity(filing, website, verification))
    at = date_format(timezone.localtime(verification.verified_at), "DATETIME_FORMAT")
    verified = [{"label": "接入服务商", "value": filing.provider.name}, {"label": "报送时间", "value": at}]
    printed: Any = made | {"blocks": [], "pledges": [], "verified": verified, "notes": [REPORTED], "reported": True}
    return Sheet.objects.create(verification=verification, website=website, content=printed, sha256=sha256_of(printed))


def content(filing: Filing, website: int, verification: Verification | None = None) -> Content:
    """Return the content of a website's sheet (counted from 0); without a verification, a blank one."""
    with translation.override(LANGUAGE):
        return _content(filing, website, verification)


def _content(filing: Filing, website: int, verification: Verification | None) -> Content:
    answers = verification.answers if verification else {}
    items = filing.sheet_items_for([facts.service(filing.facts, website)])
    titles = checklist_items.TITLES.items()
    return _in_words_of_service(
        _identity(filing, website, verification)
        | {
            "blocks": [
                {
                    "title": service_words.with_service(title, [facts.service(filing.facts, website)]),
                    "lines": [_line(item, answers, filing, website) for item in items if item.block == block],
                }
                for block, title in titles
                if any(item.block == block for item in items)
            ],
            "verified": list(_verified(filing, verification)),
            "pledges": list(_pledges(filing, addition_of(filing))),
            "notes": list(NOTES),
        }
    )


def _identity(filing: Filing, website: int, verification: Verification | None) -> Content:
    """Return what the sheet is about: its number, filing, host, website and provider."""
    service = facts.service(filing.facts, website)
    kept = str(filing.get(f"websites.{website}.kept_domains")).split()
    domain = "、".join(map(domains.display_domain, kept or [facts.known_by(filing.facts, website)]))
    named = {"service": code_tables.name_of(code_tables.SERVICE_TYPES, service)}
    return {
        "number": f"{filing.pk}-{verification.round}-{website + 1}" if verification else "",
        "filing": filing.pk,
        "round": verification.round if verification else None,
        "website": website + 1,
        "host": filing.get("subject.name"),
        "domain": domain,
        "provider": filing.provider.name,
        **({} if service == code_tables.WEBSITE else named),
        "head": list(_head(filing, domain, website)),
    }


def _in_words_of_service(made: Content) -> Content:
    return {key: _about(made.get("service", NOUN), key, value) for key, value in made.items()}


def _about(service: str, key: str, value: Any) -> Any:
    """Return a part of the content with its printed words about this service; what people have typed stays as it is."""
    match value:
        case dict():
            return {name: _about(service, name, inner) for name, inner in value.items()}
        case list() if key != "boxes":
            return [_about(service, key, inner) for inner in value]
        case str() if key in PRINTED:
            return value.replace(NOUN, service)
    return value


def title_of(content: Content) -> str:
    """Return the title of a sheet."""
    return TITLE.replace(NOUN, content.get("service", NOUN))


def addition_of(filing: Filing) -> Addition:
    """Return what the filing's province adds to the common form for its kind of host."""
    variant = INDIVIDUAL if filing.is_individual else UNIT
    return ADDITIONS.get((filing.get("subject.province"), variant), COMMON)


def _head(filing: Filing, domain: str, website: int) -> Iterator[Content]:
    service = facts.service(filing.facts, website)
    yield {"label": "网站主办者名称", "value": filing.get("subject.name")}
    yield {"label": "网站类型", "boxes": _boxes(("单位", "个人"), ["个人" if filing.is_individual else "单位"])}
    if service != code_tables.WEBSITE:
        yield {"label": "服务类型", "value": code_tables.name_of(code_tables.SERVICE_TYPES, service)}
        yield {"label": "服务名称", "value": domain}
        return
    yield {"label": "网站域名", "value": domain}
    if filing.get(f"websites.{website}.ip_only"):
        return
    registrar = filing.get(f"websites.{website}.registrar")
    if registrar or addition_of(filing).registrar:
        yield {"label": "域名注册服务机构", "value": registrar}


def _boxes(labels: Collection[str], ticked: Collection[str]) -> Boxes:
    return [(label, label in ticked) for label in labels]


def _line(item: Item, answers: Mapping[str, str], filing: Filing, website: int) -> Content:
    given = answers.get(item.id, "")
    boxes = [(str(label), answer == given) for answer, label in item.answers.items()]
    ticks = TICKS.get(item.id)
    return {
        "text": str(item.text),
        "boxes": boxes,
        "ticks": list(ticks(filing, website, given == YES)) if ticks else [],
    }


def _certificates(filing: Filing, website: int, seen: bool) -> Iterator[Content]:
    """Yield the ticks for the unit's certificate, if any, and for that of the website's responsible person."""
    host, person = filing.get("subject.cert_type"), facts.manager(filing.facts, website).get("cert_type")
    if not filing.is_individual:
        yield {"label": "单位证件资质", "boxes": _kinds(UNIT_CERTIFICATES, host if seen else None)}
    yield {"label": "个人证件资质", "boxes": _kinds(PERSON_CERTIFICATES, person if seen else None)}


def _kinds(kinds: Mapping[str, Collection[int]], cert_type: Any) -> Boxes:
    """Return the boxes of certificates with the seen one ticked; one without a box is named beside "other"."""
    boxes = [(kind, cert_type in types) for kind, types in kinds.items()]
    is_other = bool(cert_type) and not any(ticked for _kind, ticked in boxes)
    name = code_tables.name_of(code_tables.CERTIFICATE_TYPES, cert_type) if is_other else ""
    return [*boxes, (f"{OTHER}（{name}）" if name else OTHER, is_other)]


def _approvals(filing: Filing, website: int, kept: bool) -> Iterator[Content]:
    named = (filing.get(f"websites.{website}.approvals") or []) if kept else []
    boxes = [(code_tables.name_of(code_tables.PRIOR_APPROVALS, kind), kind in named) for kind in APPROVALS]
    others = [code_tables.name_of(code_tables.PRIOR_APPROVALS, kind) for kind in named if kind not in APPROVALS]
    other = f"{OTHER}（{'、'.join(others)}）" if others else OTHER
    yield {"label": "审批内容", "boxes": [*boxes, (other, bool(others))]}


# checklist item → the ticks below it
TICKS = {"certificate_seen": _certificates, "approval_kept": _approvals}


def _verified(filing: Filing, verification: Verification | None) -> Iterator[Content]:
    at = verification and date_format(timezone.localtime(verification.verified_at), "DATETIME_FORMAT")
    yield {"label": "接入服务商", "value": filing.provider.name}
    yield {"label": "核验人", "value": str(verification.verifier) if verification else ""}
    yield {"label": "核验时间", "value": at or ""}
    yield {"label": "核验地点", "value": verification.place if verification else ""}


def _pledges(filing: Filing, addition: Addition) -> Iterator[Content]:
    yield {
        "title": "接入服务商承诺",
        "text": PROVIDER_PLEDGE,
        "handwriting": "",
        "signatures": ["核验人签字", "单位盖章"],
    }
    signatures = ["网站负责人签字"]
    if not filing.is_individual:
        signatures.append("单位公章")
    if addition.fingerprint:
        signatures.append("网站负责人指印")
    yield {
        "title": "网站主办者承诺",
        "text": f"{HOST_PLEDGE}{addition.pledge}。",
        "handwriting": HANDWRITING if addition.handwriting else "",
        "signatures": signatures,
    }
