"""Define the pages of services other than websites: APPs, mini-programs, quick apps (ADR 0015)."""

from dataclasses import replace
from functools import partial

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from filings.fields import value_checks
from filings.fields.field import Field, Need, Section, Type
from filings.fields.website import (
    ACCESS,
    APPROVALS,
    APPROVED_CONTENTS,
    CONTENTS,
    LANGUAGES,
    MANAGER,
    OF_A_WEBSITE,
    REMARK,
    SERVICE,
    WEBSITE,
)
from ministry.reference import code_tables, domains

# The interface of 2013 has no elements for these services; the fields are those that providers ask for.
_HOSTS = Field(
    "domains",
    "",
    _("Domains in use"),
    "1004",
    2000,
    type=Type.LINES,
    plain=True,
    check=value_checks.by_itself(value_checks.hosts),
    words=domains.display_domains,
    hint=_("One per line, down to the level that is actually used. Your website's domain may be included."),
    example="api.example.cn",
)

_of_package = partial(Field, code="", fault="1999", plain=True)
_on_android = partial(_of_package, only_with=("platforms", code_tables.ANDROID))
_on_ios = partial(_of_package, only_with=("platforms", code_tables.IOS))
# As providers ask for it (华为云 APP 备案: 鸿蒙应用的包名、公钥和签名 MD5 值).
_on_harmony = partial(_of_package, only_with=("platforms", code_tables.HARMONY))

_FIELDS_OF_APP = (
    SERVICE,
    Field(
        "name",
        "",
        _("APP name"),
        "1999",
        512,
        hint=_("The same on every system and in every app store. No generic words, symbols or advertising."),
        example="示例出行助手",
    ),
    Field(
        "platforms",
        "",
        _("Systems"),
        "1999",
        type=Type.CHOICES,
        table=code_tables.APP_PLATFORMS,
        hint=_("For each system ticked, the details below are required."),
    ),
    _on_android(
        "android_package",
        label=_("Android: package name"),
        hint=_("Exactly as in the package."),
        example="cn.example.travel",
    ),
    _on_android(
        "android_public_key",
        label=_("Android: public key"),
        max_length=4096,
        type=Type.LINES,
        hint=_("From the certificate that signs the package."),
        example="30820122300D06092A864886F70D0101",
    ),
    _on_android(
        "android_md5",
        label=_("Android: MD5 of the certificate"),
        max_length=128,
        check=value_checks.hex_digits(32),
        hint=_("32 characters, 0 to 9 and A to F."),
        example="5d41402abc4b2a76b9719d911017c592",
    ),
    _on_ios(
        "ios_bundle",
        label=_("iOS: Bundle ID"),
        hint=_("Exactly as in the package."),
        example="cn.example.travel",
    ),
    _on_ios(
        "ios_public_key",
        label=_("iOS: public key"),
        max_length=4096,
        type=Type.LINES,
        hint=_("From the certificate that signs the package."),
        example="30820122300D06092A864886F70D0101",
    ),
    _on_ios(
        "ios_sha1",
        label=_("iOS: SHA-1 of the certificate"),
        max_length=128,
        check=value_checks.hex_digits(40),
        hint=_("40 characters, 0 to 9 and A to F."),
        example="40bd001563085fc35165329ea1ff5c5ecbdbbeef",
    ),
    _on_harmony(
        "harmony_package",
        label=_("HarmonyOS: package name"),
        hint=_("Exactly as in the package."),
        example="cn.example.travel",
    ),
    _on_harmony(
        "harmony_public_key",
        label=_("HarmonyOS: public key"),
        max_length=4096,
        type=Type.LINES,
        hint=_("From the certificate that signs the package."),
        example="3059301306072A8648CE3D0201",
    ),
    _on_harmony(
        "harmony_md5",
        label=_("HarmonyOS: MD5 of the certificate"),
        max_length=128,
        check=value_checks.hex_digits(32),
        hint=_("32 characters, 0 to 9 and A to F."),
        example="5d41402abc4b2a76b9719d911017c592",
    ),
    _HOSTS,
    CONTENTS,
    replace(LANGUAGES, hint=_("Every language in which the APP can be used.")),
    replace(APPROVED_CONTENTS, hint=_("Leave all empty if the service offers none of these.")),
    replace(REMARK, hint=_("Describe the purpose if the service content is “other”.")),
)


def _fields_on_a_platform(name: Field) -> tuple[Field, ...]:
    """Return the fields of a service that runs inside another company's APP or on a phone maker's system."""
    return (
        SERVICE,
        name,
        Field(
            "runs_on",
            "",
            _("Platform"),
            "1999",
            255,
            hint=_("The common name of the platform it runs on."),
            example="微信",
        ),
        replace(_HOSTS, need=Need.NOBODY, hint=_("One per line. Leave empty if it uses none.")),
        CONTENTS,
        replace(APPROVED_CONTENTS, hint=_("Leave all empty if the service offers none of these.")),
        replace(REMARK, hint=_("Describe the purpose if the service content is “other”.")),
    )


_NAME_ON_PLATFORM = Field("name", "", _("Mini-program name"), "1999", 512, hint=_("As it is shown on the platform."))


def _pages(title: Promise, lead: Promise, fields: tuple[Field, ...], responsible: Promise) -> tuple[Section, ...]:
    """Return the pages of an entry of such a service."""
    return (
        replace(WEBSITE, title=title, lead=lead, fields=fields),
        APPROVALS,
        replace(MANAGER, title=responsible),
        replace(ACCESS, lead=_("How its server is connected. If you are not sure, ask your provider.")),
    )


# service type → the pages of such an entry
PAGES: dict[int, tuple[Section, ...]] = {
    code_tables.WEBSITE: OF_A_WEBSITE,
    code_tables.APP: _pages(
        _("The APP"), _("One filing number per APP."), _FIELDS_OF_APP, _("The APP's responsible person")
    ),
    code_tables.MINI_PROGRAM: _pages(
        _("The mini-program"),
        _("One filing number per mini-program."),
        _fields_on_a_platform(replace(_NAME_ON_PLATFORM, example="示例点餐")),
        _("The mini-program's responsible person"),
    ),
    code_tables.QUICK_APP: _pages(
        _("The quick app"),
        _("One filing number per quick app."),
        _fields_on_a_platform(replace(_NAME_ON_PLATFORM, label=_("Quick app name"), example="示例资讯快应用")),
        _("The quick app's responsible person"),
    ),
}
