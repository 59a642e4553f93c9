"""Gallery of all components in all states, with invented data, for operators; not in production."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from desks.components import CalendarCell, ListedFinding, ListedTask, NextStep, PageTab, StatusPill, TimelineEntry
from desks.noted_fields import noted, optional
from desks.pictures import EvidenceItem
from filings.clock import WORKING_DAYS
from filings.evidence import quality
from filings.fields.display import PictureReading, RemarkShown
from filings.receipts import Receipt
from filings.rules.rounds import Change
from ministry.calendar import workdays
from ministry.reference.numbers import EXAMPLE_NUMBER, text_of_service

TONES = ("neutral", "info", "done", "attention", "wrong")

WHEN = datetime(2026, 11, 24, 10, 32, tzinfo=ZoneInfo("Asia/Shanghai"))
REMARK = RemarkShown(
    code="P102",
    path_label="主体 · 证件号码",
    seen="91110108MA01ABCD2X",
    expected="与营业执照一致的18位统一社会信用代码",
    fix="第18位校验不符，请对照营业执照核对后重新填写。",
    author="北京市通信管理局",
    at=WHEN,
    href="#row-subject.cert_number",
    answer="已按营业执照改正。",
    changes=[Change("subject.cert_number", "证件号码", "91110108MA01ABCD20", "91110108MA01ABCD2X")],
)

CHANGES = [
    Change("subject.name", "单位名称", "北京星河云科技有限公司", "北京星河云数据有限公司"),
    Change("websites.0.remark", "备注", "", "企业官方网站"),
    Change("responsible.mobile", "手机号码", "138****0001", "138****0001"),
    Change("papers.subject_certificate", "营业执照", old_picture="a", new_picture="b"),
]

FINDINGS = [
    ListedFinding(
        label="证件号码",
        message="第18位校验不符",
        fix="请对照营业执照核对后重新填写。",
        href="#id_wrong-cert_number",
        code="1008",
        page="主体信息",
    ),
    ListedFinding(label="网站名称", message="不能只用域名作名称", href="#id_wrong-name", page="网站信息"),
]

ANNOUNCEMENTS = [
    {"title": "国庆值班安排", "text": "10 月 1 日至 3 日休息，4 日起照常核验。", "ends_on": date(2026, 10, 7)}
]

TASKS = [
    ListedTask("主体信息", "#", "单位名称、证件、通信地址", "已完成", "done"),
    ListedTask("主体负责人", "#", "", "需修改", "attention"),
    ListedTask("网站信息", "#", "", "未开始", "neutral"),
    ListedTask("核对并提交", "", "前三项完成后可以提交", "暂不可用", "neutral"),
]

ROWS = [
    {"label": "单位名称", "value": "北京星河云数据有限公司", "change_url": "#"},
    {
        "label": "证件号码",
        "value": "91110108MA01ABCD2X",
        "change_url": "#",
        "code": True,
        "path": "subject.cert_number",
        "remarks": [REMARK],
    },
    {"label": "网站名称", "value": "xinghe-cloud.cn", "change_url": "#", "findings": FINDINGS[1:]},
    {"label": "备注", "value": "", "change_url": "#"},
]

READINGS = [
    PictureReading("equal"),
    PictureReading("differs", "91110108MA01ABCD20"),
    PictureReading("new", "北京示例科技有限公司"),
    PictureReading("unreadable"),
]

EVENTS = [
    TimelineEntry("已提交北京市通信管理局", "云栈网络 · 李敏", WHEN, "", "info"),
    TimelineEntry("退回网站主办者修改", "云栈网络 · 李敏", WHEN, "证件号码与营业执照不一致。", "attention"),
    TimelineEntry("网站主办者提交", "王建国", WHEN, "", "done"),
]

RECEIPTS = [
    Receipt("R0001-2345-1831-2047", WHEN, "云栈网络", "北京市通信管理局", 1, "5f3a90c1" * 8, ""),
    Receipt("R0001-2301-4410-9362", WHEN, "网站主办者", "云栈网络", 1, "", ""),
]

STEPS = [
    NextStep("北京市通信管理局", "管局审核员", "审核并发放备案号", "还剩 7 个工作日（12月3日前）", "#", "查看备案单"),
    NextStep("您这里", "网站主办者", "修改 3 处后重新提交"),
]


def sample_calendar() -> list[CalendarCell]:
    """Return 20 working days around National Day 2026, on the day before it."""
    received_on, today = date(2026, 9, 15), date(2026, 9, 30)
    days = workdays.days_of(received_on, workdays.nth_working_day(received_on, WORKING_DAYS))
    return [CalendarCell.of(day, today) for day in days]


class SampleForm(forms.Form):
    """One field of each control; bound with wrong values it shows every state."""

    name = forms.CharField(label="网站名称", help_text="不能只用域名、数字或英文字母。", max_length=60)
    cert_number = forms.CharField(label="证件号码", widget=forms.TextInput(attrs={"class": "input-medium"}))
    nature = forms.ChoiceField(label="单位性质", choices=[("4", "企业"), ("5", "个人"), ("2", "政府机关")])
    contents = forms.MultipleChoiceField(
        label="服务内容",
        choices=[("1", "综合门户"), ("2", "单位门户网站"), ("3", "网络购物")],
        widget=forms.CheckboxSelectMultiple,
    )
    access = forms.ChoiceField(
        label="接入方式",
        choices=[("1", "专线"), ("2", "主机托管"), ("3", "虚拟主机")],
        widget=forms.RadioSelect,
    )
    note = optional(forms.CharField(label="备注", widget=forms.Textarea(attrs={"rows": 3})))
    photo = optional(forms.FileField(label="现场照片", help_text="JPEG 或 PNG，不超过 20 MB。"))
    consent = forms.BooleanField(label="以上信息真实、准确，与证件一致。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        noted(self, "name").example = "北京星河云数据有限公司官网"
        noted(self, "cert_number").remarks = [REMARK]


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Show every component in every state."""
    context: dict[str, Any] = {
        "tones": TONES,
        "steps": STEPS,
        "crumbs": [{"label": "部级系统", "url": "/ministry/"}, {"label": "组件", "url": ""}],
        "status": StatusPill("等待管局审核", "info"),
        "announcements": ANNOUNCEMENTS,
        "tasks": TASKS,
        "findings": FINDINGS,
        "rows": ROWS,
        "readings": READINGS,
        "changes": CHANGES,
        "events": EVENTS,
        "receipts": RECEIPTS,
        "days": sample_calendar(),
        "remark": REMARK,
        "items": [
            EvidenceItem(
                label="营业执照",
                url=static("img/logo.svg"),
                width=32,
                height=32,
                note="1654 × 2339",
                advice=quality.words(["blurred", "cut_off"]),
            ),
            EvidenceItem(label="现场照片", url=static("img/favicon.svg"), width=32, height=32),
        ],
        "tabs": [
            PageTab("待审核", "#", True, 42),
            PageTab("我处理的", "#", False, 3),
            PageTab("已结束", "#", False),
        ],
        "number": text_of_service(EXAMPLE_NUMBER, 1, ""),
        "form": SampleForm(),
        "wrong_form": SampleForm({"wrong-cert_number": "91110108MA01ABCD2X"}, prefix="wrong"),
    }
    return render(request, "ministry/components.html", context)
