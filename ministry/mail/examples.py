"""Examples of the values in mails, for the preview of a text."""

from typing import Final

from django.conf import settings

from accounts import languages
from ministry.reference.numbers import EXAMPLE_NUMBER

_PATH: Final = "/example/"
# The last word of a placeholder's name → its example in Chinese and in English
_EXAMPLES: Final = {
    "id": ("10086", "10086"),
    "ids": ("10086、10087", "10086, 10087"),
    "pk": ("10086", "10086"),
    "domain": ("example.cn", "example.cn"),
    "topic": ("example.cn", "example.cn"),
    "number": (EXAMPLE_NUMBER, EXAMPLE_NUMBER),
    "numbers": (EXAMPLE_NUMBER, EXAMPLE_NUMBER),
    "provider": ("示例云计算有限公司", "Example Cloud Co., Ltd."),
    "bureau": ("北京市通信管理局", "Beijing Communications Administration"),
    "name": ("示例科技有限公司", "Example Technology Co., Ltd."),
    "by": ("张三", "Zhang San"),
    "service": ("网站", "website"),
    "phone": ("010-12345678", "010-12345678"),
    "address": ("北京市西城区示例路1号", "1 Example Road, Xicheng, Beijing"),
    "kind": ("新增备案", "first-time filing"),
    "day": ("2026年3月2日", "2 March 2026"),
    "days": ("7", "7"),
    "date": ("2026年3月2日", "2 March 2026"),
    "due": ("2026年3月2日", "2 March 2026"),
    "until": ("2026年3月2日", "2 March 2026"),
    "on": ("2026年3月2日", "2 March 2026"),
    "at": ("2026年3月2日 9:30", "2 March 2026, 9:30"),
    "time": ("2026年3月2日 9:30", "2 March 2026, 9:30"),
    "when": ("2026年3月2日 9:30", "2 March 2026, 9:30"),
    "count": ("2", "2"),
    "counter": ("1", "1"),
    "n": ("2", "2"),
    "round": ("2", "2"),
    "year": ("2027", "2027"),
    "open": ("12", "12"),
    "late": ("3", "3"),
    "website": ("example.cn", "example.cn"),
    "certificate": ("营业执照", "business licence"),
    "act": ("注销主体", "the record is cancelled"),
    "display": ("注销主体", "the record is cancelled"),
    "email": ("z***@example.cn", "z***@example.cn"),
    "other": ("z***@example.cn", "z***@example.cn"),
    "to": ("z***@example.cn", "z***@example.cn"),
    "role": ("核验员", "verifier"),
    "hours": ("24", "24"),
    "minutes": ("15", "15"),
    "characters": ("6", "6"),
    "host": ("示例科技有限公司", "Example Technology Co., Ltd."),
    "code": ("123456", "123456"),
    "password": ("EXAMPLE-PASSWORD", "EXAMPLE-PASSWORD"),
    "described": ("示例网站（example.cn）", "Example website (example.cn)"),
    "shown": ("example.cn", "example.cn"),
    "platform": ("全国互联网安全管理服务平台", "the police's platform"),
    "contact": ("z***@example.cn", "z***@example.cn"),
    "directions": ("地铁2号线示例站A口", "Metro line 2, Example station, exit A"),
    "document": ("示例文号〔2026〕1号", "document 2026-1"),
    "article": ("示例办法第一条", "Example Measures, art. 1"),
    "text": ("示例内容", "example text"),
    "note": ("示例说明", "example note"),
    "body": ("示例内容", "example text"),
    "subject": ("备案单 10086（example.cn）", "Filing 10086 (example.cn)"),
    "title": ("网站信息", "Website"),
    "field": ("网站名称", "Website name"),
    "area": ("通知邮件", "E-mails"),
    "meaning": ("密码错", "wrong password"),
    "was": ("2026年3月1日", "1 March 2026"),
    "asked": ("2026年3月2日 9:30", "2 March 2026, 9:30"),
    "received": ("邮件", "an e-mail"),
    "left": ("2", "2"),
    "soon": ("3", "3"),
    "today": ("2", "2"),
    "unanswered": ("1", "1"),
    "about": ("示例密钥", "example key"),
    "reason": ("资料不一致", "The documents differ"),
    "filing": ("10086", "10086"),
    "file": ("20260302.xml", "20260302.xml"),
    "line": ("10086: 资料不一致", "10086: The documents differ"),
    "change": ("已设置新密码。", "A new password was set."),
    "why": ("原因：该备案已注销。", "Reason: the record has been cancelled."),
    "outcome": ("原备案保留，您的备案单仍有冲突。", "The record stays, so your filing is still blocked."),
    "said": ("资料不一致", "The documents differ"),
}


def of(name: str) -> str:
    """Return the example of a placeholder with this name; the name in brackets when there is none."""
    if name == "path":
        return _PATH
    last = name.rpartition("_")[2]
    if last in ("url", "link"):
        return f"{settings.SITE_URL}{'' if name == 'site_url' else _PATH}"
    chinese, english = _EXAMPLES.get(last, (f"[{name}]", f"[{name}]"))
    return english if languages.is_english() else chinese
