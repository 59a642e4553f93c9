"""Form of one question of the guide."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from desks.forms import PortalForm
from icp_portal.guide.questions import Choices, GuideQuestion

LONG_LIST = 25  # more answers than this are shown as a select


class QuestionForm(PortalForm):
    """The answers of one question, as radio buttons or, when there are many, as a select.

    Without ``data`` nothing is validated. The field has the question's id.
    """

    def __init__(self, question: GuideQuestion, choices: Choices, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data)
        messages = dict.fromkeys(("required", "invalid_choice"), _("Choose one of the answers."))
        self.fields[question.id] = (
            forms.ChoiceField(label=_("Choose one"), choices=[("", "—"), *choices], error_messages=messages)
            if len(choices) > LONG_LIST
            else forms.ChoiceField(
                label=_("Choose one"), choices=choices, widget=forms.RadioSelect, error_messages=messages
            )
        )
