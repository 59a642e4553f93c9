"""Invented announcements of the demonstration's bureau."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from bureaus.announcements import publishing
from bureaus.announcements.publishing import AnnouncementContent
from filings.actors import Actor

SHOWN_DAYS = 30

_CHECK = """为保证备案信息真实、准确，请本市网站主办者于近期自行核对已备案的信息。

一、核对内容：主办者名称、证件和通信地址，负责人姓名、手机号码和电子邮箱，网站域名和接入服务商。

二、信息有变化的，请登录本系统，通过接入服务商提交变更备案。网站已停止服务的，请办理注销。

三、办理中的常见问题见 {site}/guide/questions/，也可致电本局备案咨询电话 010-12300。"""
_PHONE = """因电话系统升级，本局备案咨询电话 010-12300 每周五下午暂停接听，升级完成后恢复。

升级期间，备案单的审核照常进行。需要咨询的，请在其他工作时间来电，或发送邮件至 beijing@demo.example.cn。"""
_PHONE_IN_ENGLISH = """The telephone system is being upgraded: enquiries on 010-12300 are not answered on Friday \
afternoons until the work is finished.

Filings are decided as usual. Please call at another time in working hours, or write to beijing@demo.example.cn."""


def publish(chief: Actor) -> None:
    """Publish two announcements of the chief's bureau: one without a last day, one of a month and in English too."""
    today = timezone.localdate()
    publishing.publish(
        chief,
        AnnouncementContent(
            title="关于开展网站备案信息自查的公告",
            text=_CHECK.format(site=settings.SITE_URL),
            title_en="",
            text_en="",
            starts_on=today,
            ends_on=None,
        ),
    )
    publishing.publish(
        chief,
        AnnouncementContent(
            title="备案咨询电话周五下午暂停接听",
            text=_PHONE,
            title_en="No telephone enquiries on Friday afternoons",
            text_en=_PHONE_IN_ENGLISH,
            starts_on=today,
            ends_on=today + timedelta(days=SHOWN_DAYS),
        ),
    )
