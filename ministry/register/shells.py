"""Empty shells (空壳): a website without an access in force, a subject without a website in force."""

from django.db.models import Exists, OuterRef

from ministry.models import Access, Website


def has_access(website: str = "pk") -> Exists:
    """Return the condition that the website at this column has an access in force."""
    return Exists(Access.objects.filter(website=OuterRef(website), live=True))


def has_website(subject: str = "pk") -> Exists:
    """Return the condition that the subject at this column has a website in force."""
    return Exists(Website.objects.filter(subject=OuterRef(subject), live=True))


def is_shell(subject_id: int, website_id: int | None) -> bool:
    """Return whether nothing is left under the website, or under the subject when no website is named. One query."""
    if website_id:
        return not Access.objects.filter(website=website_id, live=True).exists()
    return not Website.objects.filter(subject=subject_id, live=True).exists()
