"""Pages of the guide, their titles and their links."""

import re
from html import unescape

from django.test import Client

from icp_portal.guide.questions import UNKNOWN
from icp_portal.tests.builders import BEIJING

CHINESE = {"accept-language": "zh-CN"}
FIRST = {"charge": "no", "reach": "domain", "number": "no", "nature": "4", "province": BEIJING, "host": UNKNOWN}


def page_of(path: str, **params: str) -> str:
    response = Client().get(path, params, headers=CHINESE)
    assert response.status_code == 200
    return response.content.decode()


def title_of(page: str) -> str:
    return unescape(re.search(r"<h1>(.*?)</h1>", page, re.S)[1].strip())


def links_of(page: str) -> set[str]:
    main = re.search(r"<main.*?</main>", page, re.S)[0]
    return {unescape(url) for url in re.findall(r'href="([^"#]+)"', main)}
