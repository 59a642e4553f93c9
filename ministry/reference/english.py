"""English names for rows of the official tables. Official names are Chinese; the English ones are translations.

What a person reads on a paper or has to hand in is named with its official name beside it.
"""

from collections.abc import Iterable
from functools import cache

from django.utils.functional import lazy
from django.utils.translation import get_language

ENGLISH = {
    # Provinces and server places; the bureau of a province is "<province> Communications Administration".
    "北京": "Beijing",
    "天津": "Tianjin",
    "河北": "Hebei",
    "山西": "Shanxi",
    "内蒙古": "Inner Mongolia",
    "辽宁": "Liaoning",
    "吉林": "Jilin",
    "黑龙江": "Heilongjiang",
    "上海": "Shanghai",
    "江苏": "Jiangsu",
    "浙江": "Zhejiang",
    "安徽": "Anhui",
    "福建": "Fujian",
    "江西": "Jiangxi",
    "山东": "Shandong",
    "河南": "Henan",
    "湖北": "Hubei",
    "湖南": "Hunan",
    "广东": "Guangdong",
    "广西": "Guangxi",
    "海南": "Hainan",
    "重庆": "Chongqing",
    "四川": "Sichuan",
    "贵州": "Guizhou",
    "云南": "Yunnan",
    "西藏": "Xizang",
    "陕西": "Shaanxi",
    "甘肃": "Gansu",
    "青海": "Qinghai",
    "宁夏": "Ningxia",
    "新疆": "Xinjiang",
    "香港": "Hong Kong",
    "澳门": "Macao",
    "台湾": "Taiwan",
    # Natures of site hosts
    "国防机构": "Defence body",
    "政府机关": "Government body",
    "事业单位": "Public institution",
    "企业": "Enterprise",
    "个人": "Individual",
    "社会团体": "Social organisation",
    "民办非企业单位": "Private non-enterprise unit",
    "基金会": "Foundation",
    "律师执业机构": "Law firm",
    "外国在华文化中心": "Foreign cultural centre in China",
    "群众性团体组织": "Mass organisation",
    "司法鉴定机构": "Forensic institution",
    "宗教团体": "Religious body",
    "境外机构": "Organisation from outside the mainland",
    "医疗机构": "Medical institution",
    "公证机构": "Notary office",
    "集体经济": "Collective economic organisation",
    "仲裁机构": "Arbitration institution",
    # What is filed, and platforms of an APP
    "网站": "Website",
    "小程序": "Mini-program",
    "快应用": "Quick app",
    "安卓": "Android",
    "鸿蒙": "HarmonyOS",
    # Service contents and their groups
    "基础应用": "Basic services",
    "网络媒体": "Media",
    "电子政务/电子商务": "E-government and e-commerce",
    "数字娱乐": "Entertainment",
    "其他": "Other",
    "即时通信": "Instant messaging",
    "搜索引擎": "Search engine",
    "综合门户": "General portal",
    "网上邮局": "E-mail service",
    "网络新闻": "News",
    "博客/个人空间": "Blog or personal space",
    "网络广告/信息": "Advertising or information",
    "单位门户网站": "Website of an organisation",
    "网络购物": "Shopping",
    "网上支付": "Payment",
    "网上银行": "Banking",
    "网上炒股/股票基金": "Shares and funds",
    "网络游戏": "Games",
    "网络音乐": "Music",
    "网络影视": "Films and video",
    "网络图片": "Pictures",
    "网络软件/下载": "Software and downloads",
    "网上求职": "Job search",
    "网上交友/婚介": "Dating and matchmaking",
    "网上房产": "Real estate",
    "网络教育": "Education",
    "网站建设": "Website building",
    "网络借贷信息中介": "Online lending intermediary",
    "互联网股权融资": "Equity crowdfunding",
    "互联网保险": "Insurance",
    "互联网跨界金融及资产管理": "Cross-sector finance and asset management",
    "网上非银支付": "Non-bank payment",
    # Languages
    "中文简体": "Simplified Chinese",
    "中文繁体": "Traditional Chinese",
    "维吾尔语": "Uyghur",
    "哈萨克语": "Kazakh",
    "柯尔克孜语": "Kyrgyz",
    "蒙古语": "Mongolian",
    "藏语": "Tibetan",
    "壮语": "Zhuang",
    "朝鲜语": "Korean",
    "彝语": "Yi",
    "苗语": "Miao",
    "英语": "English",
    "日语": "Japanese",
    "法语": "French",
    "俄罗斯语": "Russian",
    "西班牙语": "Spanish",
    "阿拉伯语": "Arabic",
    # Authorities of prior approvals
    "省级互联网信息办公室": "Provincial cyberspace administration",
    "新闻出版部门": "Press and publication authority",
    "教育部门": "Education authority",
    "卫生健康部门": "Health authority",
    "药品监督管理部门": "Drug authority",
    "省通信管理局": "Communications administration of the province",
    "文化和旅游部门": "Culture and tourism authority",
    "广播电视部门": "Radio and television authority",
    "交通运输部门": "Transport authority",
    "金融管理部门": "Financial authority",
    "宗教事务部门": "Religious affairs authority",
    "出版主管部门": "Publication authority",
    # Reasons for a cancellation
    "网站不再开办": "The website is no longer run",
    "域名不再使用或已转让": "The domain is no longer used, or was transferred",
    "更换接入服务商": "Change of access provider",
    "主办单位注销或变更": "The site host was dissolved or has changed",
    "备案信息有误，需重新备案": "The filing is wrong and has to be made again",
    # Messengers and ways of access
    "微信": "WeChat",
    "钉钉": "DingTalk",
    "专线": "Leased line",
    "主机托管": "Server hosting",
    "虚拟主机": "Virtual host",
    "其他方式": "Another way",
    "云接入": "Cloud",
    # Days of the work calendar
    "元旦": "New Year's Day",
    "春节": "Spring Festival",
    "清明节": "Tomb-Sweeping Day",
    "劳动节": "Labour Day",
    "端午节": "Dragon Boat Festival",
    "中秋节": "Mid-Autumn Festival",
    "国庆节": "National Day",
    "调休上班": "Make-up day",
}

ON_PAPER = {
    # Certificates
    "部队代号": "Military unit code",
    "军队单位对外有偿服务许可证": "Licence of a military unit for paid services",
    "组织机构代码证": "Organisation code certificate",
    "统一社会信用代码证书": "Unified social credit code certificate",
    "事业单位法人证书": "Certificate of a public institution",
    "营业执照(个人或企业)": "Business licence (individual or enterprise)",
    "外国企业常驻代表机构登记证": "Registration of a foreign enterprise's representative office",
    "居民身份证": "Resident identity card",
    "护照": "Passport",
    "台湾居民来往大陆通行证": "Mainland travel permit for Taiwan residents",
    "港澳居民来往内地通行证": "Mainland travel permit for Hong Kong and Macao residents",
    "外国人永久居留身份证": "Foreign permanent resident identity card",
    "港澳居民居住证": "Residence permit for Hong Kong and Macao residents",
    "台湾居民居住证": "Residence permit for Taiwan residents",
    "军官证": "Officer's certificate",
    "社会团体法人登记证书": "Registration of a social organisation",
    "民办非企业单位登记证书": "Registration of a private non-enterprise unit",
    "社会服务机构登记证书": "Registration of a social service institution",
    "民办学校办学许可证": "Licence of a private school",
    "基金会法人登记证书": "Registration of a foundation",
    "律师事务所执业许可证": "Licence of a law firm",
    "登记证": "Registration certificate",
    "外国政府旅游部门常驻代表机构批准登记证": "Registration of a foreign tourism authority's office",
    "北京市外国驻华使馆人员子女学校办学许可证": "Licence of a Beijing school for children of embassy staff",
    "司法鉴定许可证": "Forensic licence",
    "宗教活动场所登记证": "Registration of a place of religious activities",
    "境外机构证件": "Certificate of an organisation from outside the mainland",
    "医疗机构执业许可证": "Licence of a medical institution",
    "公证机构执业证": "Licence of a notary office",
    "农村集体经济组织登记证": "Registration of a rural collective economic organisation",
    "仲裁委员会登记证": "Registration of an arbitration commission",
    # Prior approvals and their papers
    "新闻": "News",
    "出版": "Publishing",
    "教育": "Education",
    "医疗保健": "Health care",
    "药品和医疗器械": "Drugs and medical devices",
    "电子公告服务": "Bulletin boards",
    "博客": "Blogs",
    "WAP网站": "WAP websites",
    "文化": "Culture",
    "广播电影电视节目": "Radio, film and television",
    "网络预约车": "Ride-hailing",
    "互联网金融": "Internet finance",
    "校外培训": "After-school tutoring",
    "宗教": "Religion",
    "互联网新闻信息服务许可证": "Licence for internet news services",
    "网络出版服务许可证": "Licence for internet publishing",
    "互联网药品信息服务资格证书": "Qualification for internet drug information",
    "网络文化经营许可证": "Licence for internet culture",
    "信息网络传播视听节目许可证": "Licence for audiovisual programmes on the internet",
    "网络预约出租汽车经营许可证": "Licence for ride-hailing",
    "网络游戏出版物号（版号）核发单": "Notice of the publication number of a game",
    # Documents
    "授权书": "Letter of authorisation",
    "备案承诺书": "Filing pledge",
    "真实性责任告知书": "Notice of responsibility for truthfulness",
    "居住证明": "Proof of residence",
    "监护人证件": "Certificate of the guardian",
    "工作证明": "Proof of employment",
    "收入证明": "Proof of income",
    "更名函": "Letter about a change of name",
    "电子商务说明": "Statement about e-commerce",
    "党建确认函": "Confirmation of the party organisation",
    "网站开办审核表": "Review form for opening a website",
    "主体补充材料": "Further documents of the site host",
    "域名证书": "Domain certificate",
    "网站建设方案书": "Plan of the website",
    "不涉及前置审批承诺书": "Pledge that no prior approval is needed",
    "商标注册证": "Trademark registration",
    "网站补充材料": "Further documents of the website",
}


def named(official: str) -> str:
    """Return an official name as the current language shows it; a name that no table has stays as it is."""
    if is_chinese():
        return official
    if english := ON_PAPER.get(official):
        return f"{english} ({official})"
    return ENGLISH.get(official, official)


_lazily = lazy(named, str)  # makes a class, which takes longer than a thousand labels


@cache
def label(official: str) -> str:
    """Return ``named`` as a lazy string, for choices and headings that outlive a request."""
    return _lazily(official)


def _bracketed(text: object, name: object) -> str:
    return f"{text}（{name}）" if is_chinese() else f"{text} ({name})"


bracketed = lazy(_bracketed, str)  # a text with a name in the brackets of the current language


def joined(words: Iterable[object]) -> str:
    """Return the words as a list in the current language."""
    return separator().join(map(str, words))


listed = lazy(joined, str)  # for texts whose reader is known later, as in mails


def separator() -> str:
    """Return what stands between the items of a list in the current language."""
    return "、" if is_chinese() else ", "


def labelled(name: object, text: object) -> str:
    """Return a text after its label, with the colon of the current language."""
    return f"{name}：{text}" if is_chinese() else f"{name}: {text}"


def clauses(parts: Iterable[str]) -> str:
    """Return the parts as clauses of one sentence in the current language."""
    return ("；" if is_chinese() else "; ").join(parts)


def is_chinese() -> bool:
    """Return whether the current language is Chinese; also where none is active, as in migrations."""
    return (get_language() or "zh").startswith("zh")
