"""Admin of mails: the status of each, why it failed, and sending failed ones again."""

from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from post_office.models import STATUS, Log

from accounts.models import User
from ministry.mail import queue
from ministry.models import Mail, MailResend
from ministry.operators.site import ReadOnlyAdmin, site

SHOWN = 20  # mails listed on the confirmation page; ours to choose

MAIL_STATES = {
    STATUS.sent: _("sent"),
    STATUS.failed: _("failed"),
    STATUS.queued: _("waiting"),
    STATUS.requeued: _("waiting for another attempt"),
}


class FateFilter(admin.SimpleListFilter):
    """Filter by status, with our own labels."""

    title = _("delivery status")
    parameter_name = "fate"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(state), words) for state, words in MAIL_STATES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Mail]) -> QuerySet[Mail]:
        known = {str(state) for state in MAIL_STATES}
        return queryset.filter(status=int(self.value() or 0)) if self.value() in known else queryset


@admin.register(Mail, site=site)
class MailAdmin(ReadOnlyAdmin):
    """Mails and their status, with our own labels. Mails with codes or passwords are never stored."""

    list_display = ("made", "recipient", "title", "fate", "tries", "reason", "again")
    fields = (*list_display, "resent")
    list_filter = (FateFilter,)
    search_fields = ("to", "subject")
    change_list_template = "ministry/mails.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Mail]:
        newest = Log.objects.filter(email=OuterRef("pk")).order_by("-pk").values("message")[:1]
        queryset = super().get_queryset(request)
        annotated: QuerySet[Mail] = queryset.annotate(newest_reason=Subquery(newest))
        return annotated

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        own: list[URLPattern] = [
            path("resend/", view(self.resend_view), name="ministry_mail_resend"),
            path("<int:mail_id>/resend/", view(self.resend_view), name="ministry_mail_resend_one"),
        ]
        return [*own, *super().get_urls()]

    def resend_view(self, request: HttpRequest, mail_id: int | None = None) -> HttpResponse:
        """Ask for confirmation (GET), then send again (POST): one mail, or all that have failed."""
        which = queue.FAILED if mail_id is None else Q(pk=mail_id)
        if request.method == "POST":
            return self._resend(request, which)
        found = Mail.objects.filter(which & queue.STUCK).order_by("-pk")
        if mail_id is not None and not Mail.objects.filter(pk=mail_id).exists():
            raise Http404
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "title": _("Send mails again"),
            "opts": self.opts,
            "count": found.count(),
            "shown": found[:SHOWN],
        }
        return TemplateResponse(request, "ministry/resend_mails.html", context)

    def _resend(self, request: HttpRequest, which: Q) -> HttpResponse:
        count = queue.resend(which, by=cast(User, request.user))
        if count:
            said = ngettext("%(count)d mail is being sent again.", "%(count)d mails are being sent again.", count)
            messages.success(request, said % {"count": count})
        else:
            messages.info(request, gettext_now("No mail had to be sent again."))
        return HttpResponseRedirect(reverse("ministry_desk:ministry_mail_changelist"))

    @admin.display(description=_("time"), ordering="created")
    def made(self, mail: Mail) -> str:
        return date_format(localtime(mail.created), "DATETIME_FORMAT")

    @admin.display(description=_("recipient"))
    def recipient(self, mail: Mail) -> str:
        return ", ".join(mail.to)

    @admin.display(description=_("title"))
    def title(self, mail: Mail) -> str:
        return str(mail.subject)

    @admin.display(description=_("delivery status"))
    def fate(self, mail: Mail) -> str:
        return str(MAIL_STATES.get(mail.status, ""))

    @admin.display(description=_("rejections"))
    def tries(self, mail: Mail) -> int:
        return mail.number_of_retries or 0

    @admin.display(description=_("last reason"))
    def reason(self, mail: Any) -> str:
        return (mail.newest_reason or "") if mail.status != STATUS.sent else ""

    @admin.display(description=_("Send again"))
    def again(self, mail: Mail) -> str:
        if mail.status not in (STATUS.failed, STATUS.requeued):
            return ""
        url = reverse("ministry_desk:ministry_mail_resend_one", args=[mail.pk])
        return format_html('<a href="{}">{}</a>', url, gettext_now("Send again"))

    @admin.display(description=_("resent by"))
    def resent(self, mail: Mail) -> str:
        acts = MailResend.objects.filter(mails__contains=[mail.pk])
        return "；".join(f"{date_format(localtime(act.at), 'DATETIME_FORMAT')} {who(act)}" for act in acts) or "—"


@admin.register(MailResend, site=site)
class MailResendAdmin(ReadOnlyAdmin):
    """Who sent mails again, and when."""

    list_display = ("at", "shown_who", "count")
    fields = ("at", "shown_who", "count", "mails")

    @admin.display(description=_("who"))
    def shown_who(self, act: MailResend) -> str:
        return who(act)

    @admin.display(description=_("mails"))
    def count(self, act: MailResend) -> int:
        return len(act.mails)


def who(act: MailResend) -> str:
    """Return the operator's name, or “command line”."""
    return act.actor_name or gettext_now("command line")
