"""English texts of the rules that come with the portal; what operators write themselves is shown as they typed it.

Titles of papers keep their Chinese. Rules are stored in Chinese and put into the language of the page when shown.
"""

from typing import Final

from ministry.reference import english
from ministry.rules import advice_on_hosts, advice_on_websites

ADVICE: Final = {"": "", **advice_on_hosts.ADVICE, **advice_on_websites.ADVICE}
SOURCES: Final = {
    # Laws and notices, without where a copy of them was found
    "《网站备案信息填报规范性与真实性的有关要求》（约2010年）": (
        "《网站备案信息填报规范性与真实性的有关要求》, Requirements for well-formed and truthful filing data (about "
        "2010)"
    ),
    "信管〔2017〕264号（2018年1月1日起施行）": "Notice 信管〔2017〕264号 (in force since 1 January 2018)",
    "《互联网政务应用安全管理规定》（2024年7月1日起施行）": (
        "《互联网政务应用安全管理规定》, Provisions on the security of government services on the internet (in force "
        "since 1 July 2024)"
    ),
    "《国务院办公厅关于加强政府网站域名管理的通知》（2018年9月6日发布）": (
        "《国务院办公厅关于加强政府网站域名管理的通知》, Notice of the General Office of the State Council on the "
        "domains of government websites (published on 6 September 2018)"
    ),
    "上海市通信管理局《备案承诺书（2020版）》（见京东云备案文档）": (
        "Shanghai Communications Administration, filing pledge 《备案承诺书（2020版）》"
    ),
    "江苏省通信管理局要求（2021年6月1日起，见华为云、腾讯云备案文档）": (
        "Requirement of the Jiangsu Communications Administration (since 1 June 2021)"
    ),
    "江苏省通信管理局通知（2021年5月25日转载，6月1日起）": (
        "Notice of the Jiangsu Communications Administration (reprinted on 25 May 2021, since 1 June)"
    ),
    "广东省通信管理局要求（2021年6月21日起，见华为云、腾讯云备案文档）": (
        "Requirement of the Guangdong Communications Administration (since 21 June 2021)"
    ),
    "湖北省2020年度网站备案信息年度审核（见腾讯云备案文档）": (
        "Yearly review of filing data in Hubei for 2020 (see Tencent Cloud's filing documents)"
    ),
    # Documents of access providers
    "华为云备案文档（2025年11月）": "Huawei Cloud, filing documents (November 2025)",
    "华为云备案文档“迁移备案”（2024年7月19日）": "Huawei Cloud, filing documents on migration (19 July 2024)",
    "华为云备案文档“变更备案”（2026年5月27日）": "Huawei Cloud, filing documents on changes (27 May 2026)",
    "华为云备案文档“青海管局要求”（2025年12月31日）": (
        "Huawei Cloud, filing documents on the requirements of the bureau of Qinghai (31 December 2025)"
    ),
    "腾讯云备案文档（约2020年）": "Tencent Cloud, filing documents (about 2020)",
    "腾讯云备案文档（约2020年）、华为云备案文档（2025年）": (
        "Tencent Cloud, filing documents (about 2020), and Huawei Cloud, filing documents (2025)"
    ),
    "腾讯云备案文档“各省管局要求”（约2021年）": (
        "Tencent Cloud, filing documents on the requirements of the bureaus (about 2021)"
    ),
    "腾讯云备案文档“前置审批相关”（2021年7月24日后）": (
        "Tencent Cloud, filing documents on prior approvals (after 24 July 2021)"
    ),
    "腾讯云备案文档“可备案的域名后缀”（2022年8月30日）": (
        "Tencent Cloud, filing documents on domain endings that can be filed (30 August 2022)"
    ),
    "腾讯云备案文档“西藏管局备案要求”（约2021年，只写单位备案）": (
        "Tencent Cloud, filing documents on the requirements of the bureau of Xizang (about 2021, for organisations "
        "only)"
    ),
    "腾讯云备案文档：一般只选这两项，湖北等地允许其他内容并备注": (
        "Tencent Cloud, filing documents: usually only these two; Hubei and others allow more, with a remark"
    ),
    "腾讯云备案文档：约2020年要求，约2021年未再要求": (
        "Tencent Cloud, filing documents: required in about 2020, no longer in about 2021"
    ),
    "京东云备案文档（2018—2020年）": "JD Cloud, filing documents (2018 to 2020)",
    "京东云备案文档（2018—2020年）要求，腾讯云备案文档（约2021年）未提": (
        "Required by JD Cloud, filing documents (2018 to 2020); not mentioned by Tencent Cloud (about 2021)"
    ),
    "华为云、京东云、腾讯云备案文档（2018—2025年）": (
        "Huawei Cloud, JD Cloud and Tencent Cloud, filing documents (2018 to 2025)"
    ),
    "阿里云备案文档“ICP备案订单清理”（提交管局前45天未更新的订单予以删除）": (
        "Alibaba Cloud, filing documents (orders not updated for 45 days before submission to the bureau are deleted)"
    ),
    "浪潮云备案系统（2021年）": "Inspur Cloud, filing system (2021)",
    "世纪互联《备案信息填写要求》（2017年10月13日）": (
        "VNET, 《备案信息填写要求》, How to fill in filing data (13 October 2017)"
    ),
    "世纪互联《备案信息填写要求》（2017年10月13日）或腾讯云备案文档（约2020年）": (
        "VNET, 《备案信息填写要求》, How to fill in filing data (13 October 2017), or Tencent Cloud, filing documents "
        "(about 2020)"
    ),
    "火数云备案文档“变更主体”（未注明日期）": (
        "Huoshuyun, filing documents on changes of the site host (without a date)"
    ),
    "凡科建站帮助文档（广东网站名称要求）": "Fkw, help documents (website names in Guangdong)",
    # Without a public source
    "业内通行做法，公开资料未见出处": "Common practice; no public source was found",
    "公开资料未说明，本系统自定": "Not stated in public sources; set by this portal",
    "公开资料未说明，暂按通行做法": "Not stated in public sources; common practice for the time being",
    "较早的公开资料，未注明出处": "Earlier public documents that name no origin",
}
_TEXTS: Final = ADVICE | SOURCES


def rule_text(official: str) -> str:
    """Return the advice or source of a rule as the current language shows it; a text of an operator stays as it is."""
    return official if english.is_chinese() else _TEXTS.get(official, official)
