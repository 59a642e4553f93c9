"""The yearly confirmation at both staff desks: the list with its tabs and figures, reminders, the export."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from desks.components import PageTab, StatusPill
from desks.files import XLSX, file_response
from desks.paging import page
from desks.refusals import refusals_above
from desks.staff import queue
from desks.staff.queue import Tab
from filings.actors import Actor
from filings.evidence.limited import concurrency
from filings.models import Export
from filings.states import Role
from ministry.models import ProvinceRule
from records import confirmation_desk
from records.models import Confirmation, Upkeep, YearlyAnswer, of_provider

MOST_ROWS = 5000  # of an export, as of the queue's

# The words of lists; those of the host's form are longer.
WORDS = {
    YearlyAnswer.UNCHANGED: gettext_lazy("No change"),
    YearlyAnswer.UPDATED: gettext_lazy("Updated"),
    YearlyAnswer.CANCELLED: gettext_lazy("No longer used"),
}
TONES = {YearlyAnswer.UNCHANGED: "done", YearlyAnswer.UPDATED: "info", YearlyAnswer.CANCELLED: "neutral"}


def _answered(answer: YearlyAnswer) -> Callable[[None], Q]:
    return lambda _desk: Q(yearly_answer=answer)


TABS: Mapping[str, Tab[None]] = {
    "open": Tab(
        "open",
        gettext_lazy("Not answered"),
        lambda _desk: confirmation_desk.OPEN,
        gettext_lazy("Every website has been answered for."),
        key="pk",
    ),
    **{
        answer.value: Tab(answer.value, WORDS[answer], _answered(answer), gettext_lazy("No such answer."), key="pk")
        for answer in YearlyAnswer
    },
}

# Sealed columns that the list does not show.
UNREAD = [
    *(f"website__{name}" for name in ("responsible_name", "responsible_mobile", "responsible_email")),
    *(
        f"website__subject__{name}"
        for name in ("address", "responsible_name", "responsible_mobile", "responsible_email")
    ),
]


@dataclass(frozen=True, slots=True)
class ConfirmationView:
    """The requested part of the list: a tab; at a bureau, the websites of one provider if that is asked for."""

    actor: Actor
    rules: list[ProvinceRule]
    tab: Tab[None]
    provider_id: int | None = None

    @classmethod
    def of(cls, actor: Actor, data: QueryDict, provider_id: int | None = None) -> Self:
        """Return the requested view; raise Http404 for an unknown tab. One query."""
        if (named := data.get("tab", "open")) not in TABS:
            raise Http404
        rules = confirmation_desk.periods(actor, timezone.localdate())
        return cls(actor, rules, TABS[named], provider_id)

    @property
    def running(self) -> bool:
        """Return whether a period runs, in which hosts answer and can be reminded."""
        today = timezone.localdate()
        return any(confirmation_desk.runs(rule, today) for rule in self.rules)

    @property
    def is_of_one(self) -> bool:
        """Return whether all its websites are of one provider, so that all their hosts can be reminded at once."""
        return self.actor.role == Role.PROVIDER or self.provider_id is not None

    def query(self, **more: str) -> str:
        """Return the query string of the view, or of one that differs from it."""
        parameters = {"tab": self.tab.id, "provider": self.provider_id or ""} | more
        return "?" + urlencode({name: value for name, value in parameters.items() if value})

    @property
    def every(self) -> QuerySet[Upkeep]:
        """Return the websites of all tabs."""
        rows = confirmation_desk.listed(self.actor, self.rules)
        return rows.filter(of_provider(self.provider_id)) if self.provider_id else rows

    @property
    def rows(self) -> QuerySet[Upkeep]:
        """Return the websites of the tab."""
        rows = self.every.filter(self.tab.holds(None))
        return rows.select_related("website__subject", "yearly_rule").defer(*UNREAD)


def context(view: ConfirmationView, data: QueryDict) -> dict[str, Any]:
    """Return what the page shows. Four queries: the counts, the rows, their answers, their reminders."""
    counted = queue.count_each(queue.held(view.every, TABS, None)) if view.rules else dict.fromkeys(TABS, 0)
    found = page(view.rows, "pk", data)
    return {
        "view": view,
        "tabs": [
            PageTab(tab.label, view.query(tab=tab.id), tab is view.tab, queue.count_words(counted[tab.id]))
            for tab in TABS.values()
        ],
        "rows": list(_rows(view, found.rows)),
        "next_url": view.query(after=found.next_cursor) if found.next_cursor else "",
        "first_url": view.query() if found.cursor else "",
        "may_remind": view.running and view.tab.id == "open",
    }


def _rows(view: ConfirmationView, upkeeps: list[Upkeep]) -> Iterator[dict[str, Any]]:
    answers, reminded = confirmation_desk.answers(upkeeps), confirmation_desk.reminded(upkeeps)
    for upkeep in upkeeps:
        answer = answers.get(upkeep.pk)
        reminder = reminded.get(upkeep.pk)
        yield {
            "website": upkeep.website,
            "subject": upkeep.website.subject,
            "rule": upkeep.yearly_rule,
            "answer": answer,
            "pill": StatusPill(WORDS[YearlyAnswer(answer.answer)], TONES[YearlyAnswer(answer.answer)])
            if answer
            else None,
            "standing": _standing(upkeep, answer),
            "told_on": upkeep.yearly_told_on,
            "reminded_by": reminder.who(view.actor) if reminder else "",
        }


def _standing(upkeep: Upkeep, answer: Confirmation | None) -> StatusPill | None:
    """Return a pill if the website has left the record, or is still on it although its host has called it cancelled."""
    website = upkeep.website
    if not (website.live and website.subject.live):
        return StatusPill(_("migrated") if website.migrated_to_id else _("cancelled"), "neutral")
    if answer and answer.answer == YearlyAnswer.CANCELLED:
        return StatusPill(_("still on record"), "attention")
    return None


# --- Actions --------------------------------------------------------------------------------------------------


def act(request: HttpRequest, view: ConfirmationView, address: str) -> HttpResponse:
    """Perform the pressed button's action: remind those selected, remind all of the view, or export it."""
    match request.POST.get("act", ""):
        case "remind":
            chosen = [int(key) for key in request.POST.getlist("chosen") if key.isascii() and key.isdecimal()]
            if chosen := [key for key in chosen if key < 2**63]:
                _remind(request, view, view.every.filter(pk__in=chosen))
            else:
                messages.warning(request, _("Choose at least one website."))
        case "remind_all" if view.is_of_one:
            _remind(request, view, view.every)
        case "export":
            with concurrency.making():
                return _export(view)
        case _:
            raise Http404
    return redirect(f"{address}{view.query(after=request.GET.get('after', ''))}")


def _remind(request: HttpRequest, view: ConfirmationView, rows: QuerySet[Upkeep]) -> None:
    with refusals_above(request, messages.WARNING):
        done = confirmation_desk.remind(view.actor, rows)
        words = ngettext("One site host has been reminded.", "%(hosts)d site hosts have been reminded.", done.hosts)
        messages.success(request, words % {"hosts": done.hosts})
        if done.more:
            messages.info(request, _("There are more. Press the button again to remind them too."))


HEADINGS = (
    gettext_lazy("Number"),
    gettext_lazy("Site host"),
    gettext_lazy("Website"),
    gettext_lazy("Domain"),
    gettext_lazy("Confirmation"),
    gettext_lazy("Answered on"),
    gettext_lazy("Reminded on"),
)


def _export(view: ConfirmationView) -> HttpResponse:
    """Return the first ``MOST_ROWS`` websites of the view as a workbook; the export is recorded."""
    found = list(view.rows.order_by("pk")[: MOST_ROWS + 1])
    taken = found[:MOST_ROWS]
    Export.objects.create(
        user_id=view.actor.person_id,
        role=view.actor.role,
        query=f"yearly-confirmation{view.query()}"[:255],
        count=len(taken),
        filing_ids=[],
    )
    lines = [_line(row) for row in _rows(view, taken)]
    if len(found) > MOST_ROWS:
        lines.append([_("There are more; these are the first %(most)d.") % {"most": MOST_ROWS}])
    from desks.staff import workbooks

    content = workbooks.workbook(_("Yearly confirmation"), [str(heading) for heading in HEADINGS], lines)
    return file_response(content, XLSX, f"confirmations-{timezone.localtime():%Y%m%d-%H%M}.xlsx")


def _line(row: dict[str, Any]) -> list[object]:
    website, answer = row["website"], row["answer"]
    return [
        str(website.number),
        row["subject"].name,
        website.name,
        website.beside_name,
        str(row["pill"].label) if row["pill"] else str(TABS["open"].label),
        date_format(timezone.localtime(answer.at), "DATE_FORMAT") if answer else "",
        date_format(row["told_on"], "DATE_FORMAT") if row["told_on"] else "",
    ]
