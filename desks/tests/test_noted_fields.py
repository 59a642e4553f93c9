from django import forms

from desks.noted_fields import NotedField, noted, optional


class AskedForm(forms.Form):
    name = forms.CharField()
    remark = optional(forms.CharField())


def test_every_form_binds_noted_fields_and_knows_which_are_optional():
    form = AskedForm({"name": "示例"})

    assert all(isinstance(field, NotedField) for field in form)
    assert [field.optional for field in form] == [False, True]
    assert form.is_valid()


def test_what_is_noted_is_shown_at_the_field_of_this_form_only():
    form, other = AskedForm(), AskedForm()
    noted(form, "name").example = "北京星河云"
    noted(form, "name").notes += ("名称太笼统",)

    shown = [text in form["name"].as_field_group() for text in ("北京星河云", "名称太笼统")]

    assert shown == [True, True]
    assert (other["name"].example, other["name"].notes) == ("", ())


class ShortForm(forms.Form):
    name = forms.CharField(max_length=3)


def test_a_browser_cuts_nothing_and_a_rare_character_counts_as_one():
    assert "maxlength" not in str(ShortForm())
    assert "maxlength" not in ShortForm()["name"].as_field_group()
    assert ShortForm({"name": "𠮷𠮷𠮷"}).is_valid()
    refused = ShortForm({"name": "𠮷𠮷𠮷𠮷"})
    assert not refused.is_valid()
    assert "𠮷𠮷𠮷𠮷" in str(refused)
