"""The one-time words of face-to-face photos: easy to write large, to read on a photo and to say aloud.

Each word names a plain thing of nature or of the household: no person, place, party or brand, no opinion, few strokes,
no two that sound alike. Excluded digits: those confused in handwriting (0, 1, 7) and one that many people avoid (4).
"""

import secrets

WORDS = (
    "青山",
    "白云",
    "春风",
    "秋叶",
    "小河",
    "大海",
    "明月",
    "星光",
    "竹林",
    "松树",
    "梅花",
    "荷叶",
    "苹果",
    "西瓜",
    "草莓",
    "花生",
    "大米",
    "绿茶",
    "牛奶",
    "面包",
    "木船",
    "风车",
    "雨伞",
    "书包",
    "铅笔",
    "毛巾",
    "灯光",
    "水杯",
    "钟表",
    "门窗",
    "地毯",
    "石桥",
    "田野",
    "沙滩",
    "瀑布",
    "泉水",
    "雪花",
    "彩虹",
    "朝阳",
    "清晨",
    "燕子",
    "喜鹊",
    "金鱼",
    "白兔",
    "山羊",
    "蜜蜂",
    "蜻蜓",
    "海豚",
)
DIGITS = "235689"
COUNT = 3  # of digits


def invent() -> str:
    """Return a random word with digits: one of about ten thousand."""
    return f"{secrets.choice(WORDS)} {''.join(secrets.choice(DIGITS) for _digit in range(COUNT))}"
