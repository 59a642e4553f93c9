"""Define the pages of services other than websites: APPs, mini-programs, quick apps (ADR 0015)."""

from dataclasses import replace

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
    Field(
        "android_package",
        "",
        _("Android: package name"),
        "1999",
        255,
        plain=True,
        only_with=("platforms", code_tables.ANDROID),
        hint=_("Exactly as in the package."),
        example="cn.example.travel",
    ),
    Field(
        "android_public_key",
        "",
        _("Android: public key"),
        "1999",
        4096,
        type=Type.LINES,
        plain=True,
        only_with=("platforms", code_tables.ANDROID),
        hint=_("From the certificate that signs the package."),
        example="30820122300D06092A864886F70D0101",
    ),
    Field(
        "android_md5",
        "",
        _("Android: MD5 of the certificate"),
        "1999",
        128,
        plain=True,
        only_with=("platforms", code_tables.ANDROID),
        check=value_checks.hex_digits(32),
        hint=_("32 characters, 0 to 9 and A to F."),
        example="5d41402abc4b2a76b9719d911017c592",
    ),
    Field(
        "ios_bundle",
        "",
        _("iOS: Bundle ID"),
        "1999",
        255,
        plain=True,
        only_with=("platforms", code_tables.IOS),
        hint=_("Exactly as in the package."),
        example="cn.example.travel",
    ),
    Field(
        "ios_public_key",
        "",
        _("iOS: public key"),
        "1999",
        4096,
        type=Type.LINES,
        plain=True,
        only_with=("platforms", code_tables.IOS),
        hint=_("From the certificate that signs the package."),
        example="30820122300D06092A864886F70D0101",
    ),
    Field(
        "ios_sha1",
        "",
        _("iOS: SHA-1 of the certificate"),
        "1999",
        128,
        plain=True,
        only_with=("platforms", code_tables.IOS),
        check=value_checks.hex_digits(40),
        hint=_("40 characters, 0 to 9 and A to F."),
        example="40bd001563085fc35165329ea1ff5c5ecbdbbeef",
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

_HOW_CONNECTED = _("How its server is connected. If you are not sure, ask your provider.")

# service type → the pages of such an entry
PAGES: dict[int, tuple[Section, ...]] = {
    code_tables.WEBSITE: OF_A_WEBSITE,
    code_tables.APP: (
        replace(WEBSITE, title=_("The APP"), lead=_("One filing number per APP."), fields=_FIELDS_OF_APP),
        APPROVALS,
        replace(MANAGER, title=_("The APP's responsible person")),
        replace(ACCESS, lead=_HOW_CONNECTED),
    ),
    code_tables.MINI_PROGRAM: (
        replace(
            WEBSITE,
            title=_("The mini-program"),
            lead=_("One filing number per mini-program."),
            fields=_fields_on_a_platform(replace(_NAME_ON_PLATFORM, example="示例点餐")),
        ),
        APPROVALS,
        replace(MANAGER, title=_("The mini-program's responsible person")),
        replace(ACCESS, lead=_HOW_CONNECTED),
    ),
    code_tables.QUICK_APP: (
        replace(
            WEBSITE,
            title=_("The quick app"),
            lead=_("One filing number per quick app."),
            fields=_fields_on_a_platform(
                replace(_NAME_ON_PLATFORM, label=_("Quick app name"), example="示例资讯快应用")
            ),
        ),
        APPROVALS,
        replace(MANAGER, title=_("The quick app's responsible person")),
        replace(ACCESS, lead=_HOW_CONNECTED),
    ),
}
