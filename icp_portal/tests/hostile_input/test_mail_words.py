"""What one person has typed comes to another by mail on one line, short, in quotes, and with nothing to click."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from post_office.models import Email

from accounts.models import Party
from filings.agreements import mandates
from icp_portal.tests.builders import provider, sign_in, staff, user, user_of
from ministry.templatetags.mails import plain, quoted
from providers.models import StaffRole
from providers.organisation import invitations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]

# What hosts and providers type, as mails name it, and what may be done with it there.
TYPED = r"(?:mandate\.host_name|(?<![\w.])offer\.name|(?:filing|row)\.subject_name|filing\.facts)"
MAILS = sorted(Path(settings.BASE_DIR, "templates", "emails").glob("*.txt"))


@pytest.mark.parametrize("mail", MAILS, ids=lambda path: path.stem)
def test_no_mail_repeats_what_was_typed_as_it_is(mail):
    assert re.findall(rf"{TYPED}(?!\|(?:plain|quoted))", mail.read_text()) == []


@pytest.mark.parametrize("mail", MAILS, ids=lambda path: path.stem)
def test_no_mail_has_chinese_punctuation_that_an_english_one_would_show_too(mail):
    assert re.findall(r"[\u3001-\u9fff\uff01-\uff5e]", mail.read_text()) == []


@pytest.mark.parametrize("mail", MAILS, ids=lambda path: path.stem)
def test_no_translation_puts_quotation_marks_around_what_is_quoted_already(mail):
    for sentence, name in re.findall(
        r"(blocktranslate with [^%]*?(\w+)=[\w.]+\|quoted.*?endblocktranslate)", mail.read_text(), re.S
    ):
        msgid = " ".join(re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", sentence.split("%}")[1].split("{%")[0]).split())
        with translation.override("zh-hans"):
            assert f"%({name})s" in (said := gettext(msgid))
        assert f"“%({name})s" not in said


def test_the_page_that_asks_for_an_accounts_code_says_how_long_it_is_valid(settings):
    with translation.override("zh-hans"):
        said = gettext("We've sent a code to %(recipient)s. The code expires shortly, so please enter it soon.")
    assert f"{settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT // 60} 分钟内有效" in said


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("示例公司", "示例公司"),
        ("a\n\nBcc: x\r\nb", "a Bcc: x b"),
        ("见 https://evil.cn/x", "见 https[:]//evil[.]cn/x"),
        ("evil.com", "evil[.]com"),
        ("示例.中国", "示例[.]中国"),
        ("me@evil.cn", "me[@]evil[.]cn"),
        ("第1.2版", "第1.2版"),
        ("长" * 90, "长" * 80 + "…"),
    ],
)
def test_words_in_a_mail_can_not_be_clicked(typed, shown):
    assert plain(typed) == shown
    assert quoted(typed) == f"“{shown}”"


def test_quotes_of_the_words_do_not_end_the_quotation():
    assert quoted("甲”，本系统提示您“乙") == "“甲’，本系统提示您‘乙”"


def test_a_mandate_mail_quotes_the_name_a_provider_has_typed():
    member = staff(provider())
    mandates.ask(member, "stranger@example.cn", "中奖\n\n请登录 https://evil.cn/ 领取", 30)
    mail = Email.objects.get()
    assert "“中奖 请登录 https[:]//evil[.]cn/ 领取”" in mail.message
    assert "evil.cn" not in mail.message


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("请登录 www.evil.cn", "contain a web address"),
        ("北京市通信管理局", "could be mistaken for that of an authority"),
        ("示例\n公司", "line break"),
        ("示例\u202e公司", "invisible character"),
        ("示例公司\u0301\u0302", "a mark that is not used in normal writing"),
    ],
)
def test_a_provider_can_not_type_it_in_the_first_place(name, words):
    client = sign_in(Client(), user_of(staff(provider())))
    answer = client.post(reverse("provider_desk:mandate_ask"), {"email": "a@example.cn", "name": name, "days": 30})
    assert (answer.status_code, words in answer.content.decode()) == (200, True)
    assert not Email.objects.exists()


def test_staff_can_not_call_themselves_as_a_bureau():
    admin = staff(provider(), StaffRole.ADMINISTRATOR)
    _invitation, token = invitations.invite(admin, "new@example.cn", StaffRole.VERIFIER)
    said = {"name": "北京市通信管理局", "password1": "correct-horse-9", "password2": "correct-horse-9"}
    answer = Client().post(reverse("directory:join", args=[token]), said)
    assert "could be mistaken for that of an authority" in answer.content.decode()


def test_an_operator_s_form_refuses_it_too_but_for_the_authorities_own_staff():
    operator = user(Party.MINISTRY)
    client = sign_in(Client(), operator)
    said = {"email": "one@example.cn", "name": "广东省通信管理局", "party": Party.PROVIDER, "is_active": "on"}
    url = reverse("ministry_desk:accounts_user_add")
    assert "could be mistaken for that of an authority" in client.post(url, said).content.decode()
    assert client.post(url, {**said, "party": Party.BUREAU}).status_code == 302
