"""Return the days off that law fixes, which are holidays also in a year whose notice isn't published yet.

《全国年节及纪念日放假办法》 lists them: since 2025 (Order 795) 元旦, 除夕 and the first three days of the lunar year,
清明, 1 and 2 May, 端午, 中秋, 1 to 3 October. The library knows each version of the law, the lunar calendar and 清明.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Final

import holidays

# The library's names → the portal's. It has also days that a notice moved or added; only those of the law are taken,
# because the notice itself is in the calendar. Which working day replaces one on a weekend is unknown until the notice.
_NAMES: Final = {
    "New Year's Day": "元旦",
    "Chinese New Year's Eve": "春节",
    "Chinese New Year (Spring Festival)": "春节",
    "Tomb-Sweeping Day": "清明节",
    "Labor Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-Autumn Festival": "中秋节",
    "National Day": "国庆节",
}


@cache
def days_off(year: int) -> Mapping[date, str]:
    """Return the days off that law fixes in a year, each with its name; empty before 1950 and after 2100."""
    known = holidays.country_holidays("CN", years=year, observed=False, language="en_US")
    named = {day: "、".join(_NAMES[name] for name in known.get_list(day) if name in _NAMES) for day in sorted(known)}
    return MappingProxyType({day: name for day, name in named.items() if name})
