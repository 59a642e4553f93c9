"""Tag with the largest sizes of uploads, for the script that refuses larger files in the page."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def upload_limits() -> dict[str, int]:
    """Return the largest size of a file and of all files of a form in MB: ``file_mb`` and ``form_mb``.

    A tag, because pages without a request, such as that of an internal error, have the script too.
    """
    return {"file_mb": settings.EVIDENCE_MAX_BYTES // 1024**2, "form_mb": settings.FORM_MAX_BYTES // 1024**2}
