"""Texts with several addresses: read, checked and written again."""

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.mail import check_addresses, split_addresses


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("", []),
        (" ; ", []),
        ("li@example.cn", ["li@example.cn"]),
        ("li@example.cn; wang@example.cn ;", ["li@example.cn", "wang@example.cn"]),
    ],
)
def test_a_text_is_split_into_its_addresses(text, addresses):
    assert split_addresses(text) == addresses


def test_each_address_is_kept_once_and_in_lower_case():
    assert check_addresses("Li@example.cn; wang@example.cn;li@EXAMPLE.cn") == "li@example.cn;wang@example.cn"


@pytest.mark.parametrize("text", ["", ";", "li@example.cn;wang"])
def test_a_text_with_another_thing_or_nothing_is_refused(text):
    with pytest.raises(ValidationError) as refused:
        check_addresses(text)
    assert refused.value.messages == [_("This is not an e-mail address. Write it like name@example.cn.")]
