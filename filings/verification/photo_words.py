"""The one-time words of face-to-face photos, as data: easy to write large, to read on a photo and to say aloud.

Each word names a plain thing of nature or of the household: no name of a person, place, party or brand, nothing that
anybody could take as an opinion, few strokes, no two that sound alike. The digits leave out those that are mistaken
for one another in handwriting (0, 1, 7) and those that many people avoid (4).
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
    """Return a word that nobody can foresee: one of about ten thousand."""
    return f"{secrets.choice(WORDS)} {''.join(secrets.choice(DIGITS) for _digit in range(COUNT))}"
