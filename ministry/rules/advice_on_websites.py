"""English texts of the advice about websites: names, contents, domains, approvals and papers, by the official text.

What has to be chosen in the form is named as the form names it. Papers and words that a person reads or writes in
Chinese stand in brackets.
"""

from typing import Final

from ministry.reference.english import ENGLISH

BLOG, OTHER, OF_A_UNIT = ENGLISH["博客/个人空间"], ENGLISH["其他"], ENGLISH["单位门户网站"]
NEWS, FILMS = ENGLISH["网络新闻"], ENGLISH["网络影视"]

WEBSITES: Final = {
    "一次备案最多提交1个网站，其余的请在备案通过后再新增。": (
        "A filing can contain one website. Add the others after it has been approved."
    ),
    "一次备案最多提交3个网站，其余的请在备案通过后再新增。": (
        "A filing can contain at most 3 websites. Add the others after it has been approved."
    ),
    "一次备案最多提交5个网站，其余的请在备案通过后再新增。": (
        "A filing can contain at most 5 websites. Add the others after it has been approved."
    ),
    "一次备案最多提交30个网站，其余的请在备案通过后再新增。": (
        "A filing can contain at most 30 websites. Add the others after it has been approved."
    ),
    "个人已备案满7个网站、单位满15个网站后，每次只能新增一个。": (
        "Individuals with 7 websites on record, and organisations with 15, can add only one at a time."
    ),
    "同一主办者的网站不得同名。": "Two websites of a host must not have the same name.",
}

NAMES: Final = {
    "网站名称至少要有3个汉字。": "The website name must have at least 3 Chinese characters.",
    "名称不得以“中国”“中华”“国家”等词开头，国家级单位除外。": (
        "The name must not begin with words like “中国”, “中华” (China) or “国家” (national), except for national "
        "bodies."
    ),
    "名称中不得有这类用词，请换一个名称。": "The name must not contain such words. Choose another name.",
    "只有政府机关可以在名称中用“人民政府”。": (
        "Only government bodies can use “人民政府” (people's government) in the name."
    ),
    "个人网站的名称不得像单位的名称，请去掉这类用词。": (
        "The name of an individual's website must not look like that of an organisation. Remove such words."
    ),
    "个人网站的名称不得用组织、行业、地名、人名或成语，请换一个名称。": (
        "The name of an individual's website must not be an organisation, a trade, a place, a person or a set phrase. "
        "Choose another name."
    ),
    "个人网站的名称不宜用“博客”。": "The name of an individual's website should not contain “博客” (blog).",
    "个人网站的名称以3到10个汉字为宜。": (
        "The name of an individual's website should have 3 to 10 Chinese characters."
    ),
    "个人网站请取名为“某某的个人博客”或“某某的个人主页”。": (
        "Name an individual's website “某某的个人博客” (personal blog of …) or “某某的个人主页” (personal home page "
        "of …)."
    ),
    "单位网站的名称应与单位名称或品牌有关；用品牌命名的，可能要提交商标注册证。": (
        "The name of an organisation's website should relate to its name or brand. For a brand, a trademark "
        "registration (商标注册证) may be required."
    ),
    "名称要说明网站是做什么的，例如“某某官网”“某某管理系统”。": (
        "The name must say what the website is, for example “某某官网” (official website of …) or “某某管理系统” (… "
        "management system)."
    ),
    "请写出网站真正的名称。": "Enter the real name of the website.",
    "名称中有这类用词的，须取得主管部门的许可；没有许可的，请换一个名称。": (
        "A name with such words needs a licence of the competent authority. Without a licence, choose another name."
    ),
    "名称中有这类用词的，部分省份要求提交批准文件或不涉及前置审批的承诺书。": (
        "For a name with such words, some provinces require the approval document or a pledge that no prior approval "
        "is needed (不涉及前置审批承诺书)."
    ),
    "经营收费的网络文化内容，须取得网络文化经营许可证；不涉及的可以不理会。": (
        "Paid cultural content on the internet needs a licence for internet culture (网络文化经营许可证). If you "
        "offer none, ignore this."
    ),
    "论坛类专项审批已于2010年取消，是否还要材料请问省通信管理局。": (
        "The special approval of forums was abolished in 2010. Ask the provincial communications bureau whether it "
        "still requires documents."
    ),
    "名称涉及金融业务的，须提交金融管理部门的批准文件；不从事金融业务的，提交不涉及前置审批承诺书。": (
        "If the name relates to finance, submit the approval document of the financial authority. If you are not in "
        "that business, submit a pledge that no prior approval is needed (不涉及前置审批承诺书)."
    ),
    "网络游戏须先取得出版主管部门的批准（版号）；不涉及游戏的，请在备注中说明。": (
        "Online games first need the approval of the publication authority (版号). If the website has no games, say "
        "so in the remark."
    ),
}

CONTENTS: Final = {
    "个人网站一般选“博客/个人空间”或“其他”。": f"Individuals usually choose “{BLOG}” or “{OTHER}”.",
    "服务内容选“其他”的，请在备注中说明网站是做什么的。": (
        f"If you choose “{OTHER}”, say in the remark what the website is for."
    ),
    "“单位门户网站”是单位的网站，个人请另选服务内容。": (
        f"“{OF_A_UNIT}” is for organisations. Individuals must choose something else."
    ),
    "个人网站一般不选此项服务内容。确需选择的，请先与接入服务商确认。": (
        "Individuals do not usually choose this service content. If you need it, ask your access provider first."
    ),
    "个人网站不得选“博客/个人空间”，请选“其他”并填写备注。": (
        f"Individuals must not choose “{BLOG}”. Choose “{OTHER}” and fill in the remark."
    ),
    "个人网站须选“博客/个人空间”。": f"Individuals must choose “{BLOG}”.",
    "较早的资料要求个人网站选“博客/个人空间”，较新的资料没有这项要求。请先与接入服务商确认。": (
        f"Earlier sources require individuals to choose “{BLOG}”, newer ones do not. Ask your access provider first."
    ),
    "个人备案须在备注中详细说明网站开办后的内容和用途。": (
        "Individuals must describe in the remark in detail what the website will contain and what it is for."
    ),
    "服务内容不是“博客/个人空间”的，须在备注中说明网站内容。": (
        f"If you choose anything but “{BLOG}”, describe the contents of the website in the remark."
    ),
    "服务内容不是“单位门户网站”的，须在备注中说明网站内容。": (
        f"If you choose anything but “{OF_A_UNIT}”, describe the contents of the website in the remark."
    ),
}

DOMAINS: Final = {
    "域名的持有者须是主办者本人或本单位；单位的域名也可以由股东、主要负责人或高级管理人员持有。": (
        "The domain must be held by the site host. An organisation's domain can also be held by a shareholder, the "
        "person in charge or a senior manager."
    ),
    "域名的持有者须与主办单位名称一致。": "The holder of the domain must have the same name as the organisation.",
    "域名不得由法定代表人个人持有。": "The domain must not be held by the legal representative in person.",
    "域名后缀和注册机构须经工业和信息化部批准（见 domain.miit.gov.cn）；实名信息须已同步，一般要等2至5个工作日。": (
        "The ending and the registrar of the domain must be approved by the Ministry of Industry and Information "
        "Technology (see domain.miit.gov.cn). The holder's verified name must have been synchronised, which usually "
        "takes 2 to 5 working days."
    ),
    "大多数国家和地区的域名后缀不予备案，请先与接入服务商确认。": (
        "Domains with the endings of most countries and regions can't be filed. Ask your access provider first."
    ),
    "一个网站有多个域名的，须拆成多个网站备案。": "A website with several domains must be filed as several websites.",
    "域名的剩余有效期须在3个月以上，快到期的请先续费。": (
        "The domain must be valid for at least 3 more months. If it expires sooner, renew it first."
    ),
    "域名的剩余有效期须在6个月以上。": "The domain must be valid for at least 6 more months.",
    "单位一次备案超过5个域名的，域名的剩余有效期须在3个月以上。": (
        "If an organisation files more than 5 domains at once, they must be valid for at least 3 more months."
    ),
    "不是国家级单位的，域名中不得带有“中国”“国家”。": (
        "Only national bodies can have “中国” (China) or “国家” (national) in the domain."
    ),
    "党政机关的域名须以“.gov.cn”或“.政务”结尾。": (
        "Domains of party and government bodies must end in “.gov.cn” or “.政务”."
    ),
    "事业单位的域名须以“.cn”或“.公益”结尾。": "Domains of public institutions must end in “.cn” or “.公益”.",
    "以“.gov.cn”“.政务”结尾的域名只供政府网站使用。": (
        "Domains that end in “.gov.cn” or “.政务” are for government websites only."
    ),
    "不承担行政职能的单位原则上不得使用以“.gov.cn”结尾的域名。": (
        "Bodies without administrative functions should not use a domain that ends in “.gov.cn”."
    ),
    "以“.公益”结尾的域名只供非营利性机构使用。": "Domains that end in “.公益” are for non-profit bodies only.",
}

APPROVALS: Final = {
    "须填写许可证号，并上传主管部门的许可证。": (
        "Enter the number of the licence and upload the licence of the competent authority."
    ),
    "须填写批准文号，并上传主管部门的批准文件。": (
        "Enter the number of the approval and upload the approval document of the competent authority."
    ),
    "经营收费的网络文化内容，须上传网络文化经营许可证。": (
        "For paid cultural content on the internet, upload the licence for internet culture (网络文化经营许可证)."
    ),
    "经营收费的网络音乐，须取得网络文化经营许可证；不涉及的可以不理会。": (
        "Paid music on the internet needs a licence for internet culture (网络文化经营许可证). If you offer none, "
        "ignore this."
    ),
    "全国性的前置审批已取消，部分省份要求提交不涉及前置审批承诺书。": (
        "The nationwide prior approval was abolished. Some provinces require a pledge that no prior approval is "
        "needed (不涉及前置审批承诺书)."
    ),
    "电子公告服务（论坛）的专项审批已于2010年取消，是否还要材料请问省通信管理局。": (
        "The special approval of bulletin boards (forums) was abolished in 2010. Ask the provincial communications "
        "bureau whether it still requires documents."
    ),
    "是否还要材料，各省要求不一，请问省通信管理局。": (
        "Provinces differ in whether they still require documents. Ask the provincial communications bureau."
    ),
    "从事金融业务的，上传金融管理部门的批准文件；不从事的，上传不涉及前置审批承诺书。": (
        "If you are in the finance business, upload the approval document of the financial authority. If not, upload "
        "a pledge that no prior approval is needed (不涉及前置审批承诺书)."
    ),
    "从事金融业务的，须有金融管理部门的批准文件；不从事的，上传不涉及前置审批承诺书。": (
        "Finance business needs an approval document of the financial authority. If you are not in that business, "
        "upload a pledge that no prior approval is needed (不涉及前置审批承诺书)."
    ),
    "网络游戏须先取得出版主管部门的批准（版号）。": (
        "Online games first need the approval of the publication authority (版号)."
    ),
    "提供新闻信息的，须取得互联网新闻信息服务许可证；不提供的，请不要选“网络新闻”。": (
        "Offering news needs a licence for internet news services (互联网新闻信息服务许可证). If you offer none, do "
        f"not choose “{NEWS}”."
    ),
    "提供影视节目的，须取得信息网络传播视听节目许可证；不提供的，请不要选“网络影视”。": (
        "Offering films or programmes needs a licence for audiovisual programmes on the internet "
        f"(信息网络传播视听节目许可证). If you offer none, do not choose “{FILMS}”."
    ),
    "从事中小学生校外培训的，须取得教育部门的批准文件；职业培训等不涉及的可以不理会。": (
        "After-school tutoring for pupils needs an approval document of the education authority. For anything else, "
        "such as vocational training, ignore this."
    ),
    "个人网站选“博客/个人空间”的，须先取得网信部门的审批。": (
        f"Individuals who choose “{BLOG}” first need the approval of the cyberspace administration."
    ),
}

PAPERS: Final = {
    "《互联网信息服务备案承诺书》由法定代表人（个人由本人）用黑色笔手写签名。": (
        "The legal representative (individuals: you yourself) signs the filing pledge 《互联网信息服务备案承诺书》 by "
        "hand with a black pen."
    ),
    "由网站负责人签署《真实性责任告知书》和《真实性承诺书》。": (
        "The website's responsible person signs the notice of responsibility for truthfulness 《真实性责任告知书》 "
        "and the pledge of truthfulness 《真实性承诺书》."
    ),
    "须提交《备案承诺书（2020版）》。": "Submit the filing pledge of 2020 《备案承诺书（2020版）》.",
    "企业须提交《电子商务说明》。": "Enterprises must submit the statement about e-commerce 《电子商务说明》.",
    "社会组织、律师事务所、医疗机构等单位一般要提交党建确认函。": (
        "Social organisations, law firms, medical institutions and similar bodies usually have to submit a "
        "confirmation of the party organisation (党建确认函)."
    ),
    "政府机关和事业单位一般要提交机构编制部门的《网站开办审核表》。": (
        "Government bodies and public institutions usually have to submit the review form for opening a website "
        "《网站开办审核表》 from the authority for institutional staffing."
    ),
    "审核部门要求时，请上传域名证书。": "Upload the domain certificate (域名证书) if a reviewer asks for it.",
    "名称或业务范围容易让人以为要前置审批的，可能要提交不涉及前置审批承诺书。": (
        "If the name or the scope of business suggests that a prior approval is needed, a pledge that none is needed "
        "(不涉及前置审批承诺书) may be required."
    ),
    "单位已更名而证件或域名仍是旧名称的，请提交更名函。": (
        "If the organisation has a new name but the certificate or the domain still has the old one, submit a letter "
        "about the change of name (更名函)."
    ),
    "已备案一个以上网站的，须提交网站建设方案书。": (
        "If you already have a website on record, submit a plan of the website (网站建设方案书)."
    ),
    "备案网站达到30个的，须提交网站建设方案书。": (
        "With 30 or more websites on record, submit a plan of the website (网站建设方案书)."
    ),
    "备案网站超过31个的，须提交网站建设方案书。": (
        "With more than 31 websites on record, submit a plan of the website (网站建设方案书)."
    ),
}

ADVICE: Final = {**WEBSITES, **NAMES, **CONTENTS, **DOMAINS, **APPROVALS, **PAPERS}
