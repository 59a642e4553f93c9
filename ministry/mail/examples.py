"""Examples of what stands in mails, for the preview of a text."""

from typing import Final

from django.conf import settings

from accounts import languages

_PATH: Final = "/example/"
# The last word of a placeholder's name → its example in Chinese and in English
_EXAMPLES: Final = {
    "id": ("10086", "10086"),
    "ids": ("10086、10087", "10086, 10087"),
    "pk": ("10086", "10086"),
    "domain": ("example.cn", "example.cn"),
    "topic": ("example.cn", "example.cn"),
    "number": ("京ICP备2026000001号", "京ICP备2026000001号"),
    "numbers": ("京ICP备2026000001号", "京ICP备2026000001号"),
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
    "code": ("123456", "123456"),
    "password": ("EXAMPLE-PASSWORD", "EXAMPLE-PASSWORD"),
    "reason": ("资料不一致", "The documents differ"),
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
