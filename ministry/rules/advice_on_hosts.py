"""English texts of the advice about hosts, responsible persons, contacts, changes and records, by the official text.

Advice is shown to hosts of one province, which “the province” and “local” mean. Papers and words that a person reads
or writes in Chinese stand in brackets.
"""

from typing import Final

PEOPLE: Final = {
    "主办人和负责人须年满18周岁。": "The site host and the responsible persons must be at least 18 years old.",
    "主办人和负责人须年满17周岁。": "The site host and the responsible persons must be at least 17 years old.",
    "主办人和负责人须年满16周岁。": "The site host and the responsible persons must be at least 16 years old.",
    "未满18周岁的，须同时提交监护人证件。": (
        "If you are under 18, also submit the certificate of your guardian (监护人证件)."
    ),
    "须年满16周岁；未满18周岁的，须同时提交工作证明。": (
        "The person must be at least 16 years old. Anyone under 18 must also submit proof of employment (工作证明)."
    ),
    "须年满14周岁；未满18周岁的，须同时提交收入证明。": (
        "The person must be at least 14 years old. Anyone under 18 must also submit proof of income (收入证明)."
    ),
    "外省户籍的个人也可以在本地备案。": "Individuals registered as residents of another province can also file here.",
    "公开资料没有说明外省户籍个人能否备案，请先向接入服务商确认。": (
        "Public sources do not say whether residents of other provinces can file here. Ask your access provider first."
    ),
    "公开资料只写明单位备案的要求，没有写个人备案；个人请先向接入服务商或省通信管理局确认。": (
        "Public sources state the requirements for organisations only. Individuals: ask your access provider or the "
        "provincial communications bureau first."
    ),
    "身份证不是本省的，请提交居住证。户籍已迁入本省的，请提交户口簿或新的身份证说明情况。": (
        "If your identity card is from another province, submit a residence permit (居住证). If your registered "
        "residence has moved to this province, submit the household register (户口簿) or the new identity card."
    ),
    "身份证不是上海的，请提交居住证（须已办理满一个月）；学生证不予接受。": (
        "If your identity card is not from Shanghai, submit a residence permit (居住证) that is at least one month "
        "old. A student card is not accepted."
    ),
    "身份证不是山东的，请提交居住证或学生证。": (
        "If your identity card is not from Shandong, submit a residence permit (居住证) or a student card (学生证)."
    ),
    "身份证不是四川的，请提交居住证明，学生证也可以。": (
        "If your identity card is not from Sichuan, submit proof of residence (居住证明). A student card (学生证) "
        "will also do."
    ),
    "身份证不是广东的，请提交居住证、租房合同、房产证或工作证明中的一种。": (
        "If your identity card is not from Guangdong, submit one of these: a residence permit (居住证), a tenancy "
        "agreement (租房合同), a property certificate (房产证) or proof of employment (工作证明)."
    ),
    "个人备案只接受本省户籍。户籍已迁入本省的，请先与接入服务商确认。": (
        "Individuals can file here only if they are registered residents of the province. If your registered "
        "residence has moved to the province, ask your access provider first."
    ),
    "主体负责人须为法定代表人。": "The host's responsible person must be the legal representative.",
    "主体负责人一般为法定代表人；由他人担任的，须提交授权书。": (
        "The host's responsible person is usually the legal representative. For anybody else, submit a letter of "
        "authorisation (授权书)."
    ),
    "主体负责人可以不是法定代表人，但应为本单位人员。": (
        "The host's responsible person need not be the legal representative, but must belong to the organisation."
    ),
    "主体负责人须为法定代表人；法定代表人是外籍或港澳台人员的，须授权持内地居民身份证的人员担任。": (
        "The host's responsible person must be the legal representative. A legal representative who is a foreigner or "
        "comes from Hong Kong, Macao or Taiwan must authorise a person with a mainland resident identity card."
    ),
    "各接入服务商的说法不一：有的要求主体负责人为法定代表人，有的没有这项要求。由他人担任的，请先与接入服务商确认。": (
        "Access providers differ: some require the legal representative as the host's responsible person, others do "
        "not. If it is somebody else, ask your access provider first."
    ),
    "法定代表人是外籍人员的，可以用护照。": "A legal representative who is a foreigner can use a passport.",
    "不接受外籍人员担任主办人或负责人。": "Foreigners are not accepted as site hosts or responsible persons.",
    "不接受临时身份证。": "Temporary identity cards are not accepted.",
    "证件的剩余有效期须不少于3个月；快到期的，请先换新证。": (
        "The certificate must be valid for at least 3 more months. If it expires sooner, renew it first."
    ),
    "网站负责人应为实际管理网站的本单位人员；不是法定代表人的，多数省份要求提交授权书。": (
        "The website's responsible person should belong to the organisation and actually manage the website. If this "
        "is not the legal representative, most provinces require a letter of authorisation (授权书)."
    ),
    "网站负责人与主体负责人不是同一人的，须提交授权书。": (
        "If the website's responsible person is not the host's, submit a letter of authorisation (授权书)."
    ),
    "网站负责人不是法定代表人的，须提交法定代表人的授权书。": (
        "If the website's responsible person is not the legal representative, submit a letter of authorisation "
        "(授权书) from the legal representative."
    ),
    "主体负责人不是法定代表人的，网站负责人须为同一人。": (
        "If the host's responsible person is not the legal representative, the same person must be responsible for "
        "the website."
    ),
    "主体负责人不是法定代表人的，网站负责人须与主体负责人为同一人；一个人只能担任一家单位的网站负责人。": (
        "If the host's responsible person is not the legal representative, the same person must be responsible for "
        "the website. A person can be responsible for the websites of one organisation only."
    ),
}

CONTACTS: Final = {
    "请填写本省的号码：固定电话用本省区号，手机号码应为本省办理。": (
        "Enter numbers of the province: a landline with an area code of the province, a mobile number registered in "
        "the province."
    ),
    "手机号码应为湖南本地办理。": "The mobile number should be registered in Hunan.",
    "一个号码只能用于一个主办者；同一个人在几个主体中任职的，各处填写的联系方式须一致。": (
        "A number can be used for one site host only. A person who is responsible for several hosts must use the same "
        "contact details everywhere."
    ),
    "主体负责人和网站负责人的应急联系电话不得相同。": (
        "The host's and the website's responsible persons must have different emergency numbers."
    ),
    "主体负责人与网站负责人不是同一人的，四处手机和应急号码中至少要有3个不同的号码。": (
        "If the host's and the website's responsible persons are different people, their four mobile and emergency "
        "numbers must include at least 3 different ones."
    ),
    "应急联系电话不得与手机号码相同。": "The emergency number must differ from the mobile number.",
}

HOSTS: Final = {
    "没有字号的个体工商户，名称填经营者姓名，并在备注中写明，例如“张三（个体工商户）”。": (
        "Sole traders without a trade name: enter the owner's name as the name of the host, and say so in the remark, "
        "for example “张三（个体工商户）”."
    ),
    "没有字号和公章的个体工商户，请在备注中写“无字号无公章个体工商户”。": (
        "Sole traders without a trade name and a seal: write “无字号无公章个体工商户” in the remark."
    ),
    "通信地址所在的市须与证件住所所在的市一致。": (
        "The postal address must be in the same city as the address on the certificate."
    ),
}

CHANGES: Final = {
    "已备案的网站可以变更到另一个主办者名下。": "A website on record can be changed to another site host.",
    "法定代表人相同的，已备案的网站可以变更到另一个单位名下。": (
        "A website on record can be changed to another organisation with the same legal representative."
    ),
    "个人备案可以变更到本人担任法定代表人的公司名下。": (
        "An individual's filing can be changed to a company of which the individual is the legal representative."
    ),
    "只能凭更名函办理更名；主办者变了的，须注销后重新备案。": (
        "Only a new name of the same host can be filed, with a letter about the change of name (更名函). If the host "
        "is another one, cancel the filing and file again."
    ),
    "已备案的网站可以迁移到另一个单位名下，不必先注销；不能迁移到个人名下。": (
        "A website on record can be migrated to another organisation without being cancelled first. It can't be "
        "migrated to an individual."
    ),
    "主体下已没有网站的（空壳主体），须先注销主体，再重新备案。": (
        "A record without websites must be cancelled first. Then file again."
    ),
    "主体下已没有网站的（空壳主体），可以直接新增网站。": (
        "A website can be added directly to a record without websites."
    ),
    "变更须提交全部证件图片，请办理“变更主体和网站”。": (
        "A change needs pictures of all certificates. File a “change of the site host and a website”."
    ),
    "更换主体负责人的，请办理“变更主体和网站”，并提交新的授权书。": (
        "To change the host's responsible person, file a “change of the site host and a website” and submit a new "
        "letter of authorisation (授权书)."
    ),
    "不单独受理变更主体，请办理“变更主体和网站”。": (
        "A change of the site host alone is not accepted. File a “change of the site host and a website”."
    ),
    "逐个网站确认备案信息：无变化、已更新或已注销。不得延期，逾期未确认的将被注销备案。": (
        "Confirm the filing data of each website: unchanged, updated or cancelled. There is no extension. Filings not "
        "confirmed in time will be cancelled."
    ),
}

ADVICE: Final = {**PEOPLE, **CONTACTS, **HOSTS, **CHANGES}
