"""Empty shells (空壳): a website without an access in force, a subject without a website in force."""

from django.db.models import Exists, OuterRef

from ministry.models import Access, Website


def has_access(website: str = "pk", besides: str = "") -> Exists:
    """Return the condition that the website at this column has an access in force, not counting the one ``besides``."""
    rows = Access.objects.filter(website=OuterRef(website), live=True)
    return Exists(rows.exclude(pk=OuterRef(besides)) if besides else rows)


def has_website(subject: str = "pk", besides: str = "") -> Exists:
    """Return the condition that the subject at this column has a website in force, not counting the one ``besides``."""
    rows = Website.objects.filter(subject=OuterRef(subject), live=True)
    return Exists(rows.exclude(pk=OuterRef(besides)) if besides else rows)


def is_shell(subject_id: int, website_id: int | None) -> bool:
    """Return whether nothing is left under the website, or under the subject when no website is named. One query."""
    if website_id:
        return not Access.objects.filter(website=website_id, live=True).exists()
    return not Website.objects.filter(subject=subject_id, live=True).exists()


def would_be_shell(website: Website) -> bool:
    """Return whether nothing would be left under the website's subject without the website. One query."""
    return not Website.objects.filter(subject=website.subject_id, live=True).exclude(pk=website.pk).exists()
