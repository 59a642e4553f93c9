"""What a tab of the queue can be narrowed to, the addresses of such views, and those that people have named."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db import transaction
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from filings.errors import MoveRefused
from filings.models import Kind, SavedFilter
from ministry import codes, provinces
from providers import tabs

MOST_SAVED = 12
AGES = (1, 2, 3, 5, 10, 20)
ANY = [("", gettext_lazy("all"))]


def _ages() -> list[tuple[Any, Any]]:
    words = (
        (days, ngettext("%(days)d working day or more", "%(days)d working days or more", days) % {"days": days})
        for days in AGES
    )
    return [*ANY, *words]


class FilterForm(forms.Form):
    """Kind, nature and province of a filing, and its age in working days. What it does not know it ignores."""

    use_required_attribute = False

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=[*ANY, *Kind.choices], required=False)
    nature = forms.TypedChoiceField(
        label=gettext_lazy("Nature"),
        choices=[*ANY, *codes.choices(codes.NATURES)],
        coerce=int,
        empty_value=None,
        required=False,
    )
    province = forms.ChoiceField(label=gettext_lazy("Province"), choices=[*ANY, *provinces.CHOICES], required=False)
    age = forms.TypedChoiceField(
        label=gettext_lazy("Lies for"), choices=_ages, coerce=int, empty_value=None, required=False
    )

    def chosen(self) -> dict[str, Any]:
        """What is narrowed down, by name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def working_days(self) -> int | None:
        """The working days chosen."""
        return self.chosen().get("age")

    def condition(self, desk: tabs.Desk) -> Q:
        """The filings that fit."""
        chosen = self.chosen()
        wanted = Q(**{COLUMNS[name]: value for name, value in chosen.items() if name in COLUMNS})
        if desk.old_before:
            wanted &= Q(arrived_at__lt=desk.old_before)
        return wanted

    def words(self) -> list[str]:
        """What is narrowed down, as people read it."""
        labels = {name: dict(self.fields[name].choices) for name in self.fields}  # type: ignore[attr-defined]
        return [str(labels[name][value]) for name, value in self.chosen().items()]


COLUMNS = {"kind": "kind", "nature": "subject_nature", "province": "subject_province"}


def query_of(data: QueryDict) -> str:
    """The part of a queue's address that names a view: a known tab and known filters, and nothing else."""
    tab = data.get("tab", "")
    view = {"tab": tab} if tab in tabs.BY_ID else {}
    return urlencode(view | FilterForm(data).chosen())


def save(user_id: int, name: str, query: str) -> None:
    """Keep a view under a name; the same name again means the new view. Refused beyond ``MOST_SAVED``."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user_id)
        saved = SavedFilter.objects.filter(user_id=user_id)
        if not saved.filter(name=name).exists() and saved.count() >= MOST_SAVED:
            raise MoveRefused(
                _("You can keep at most %(most)d views. Delete one you no longer use.") % {"most": MOST_SAVED}
            )
        SavedFilter.objects.update_or_create(user_id=user_id, name=name, defaults={"query": query})
