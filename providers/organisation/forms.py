"""Forms for a provider's own data."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.mail import check_address
from accounts.models import User
from desks.forms import CheckedField, PortalForm
from desks.noted_fields import optional
from desks.short_list import ShortCheckboxSelectMultiple
from filings.evidence import pictures, quality
from filings.evidence.files import read_upload
from ministry.reference import code_tables, posing
from ministry.reference.typed_text import normal_text, one_line
from ministry.versions import VersionField
from providers.models import LONGEST_PROMISE, Provider, StaffRole
from providers.organisation import invitations, pool
from providers.organisation.announcements import Written

LOGO_SIDE = 480  # pixels: three times the size it is shown at


def _day() -> forms.DateInput:
    """Return a browser's date picker."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class PagesForm(PortalForm):
    """What a provider publishes about itself."""

    about = optional(
        CheckedField(
            check=lambda text: normal_text(text, 500),
            label=gettext_lazy("Services offered"),
            max_length=500,
            help_text=gettext_lazy("Shown to hosts in the directory, for example: cloud servers, virtual hosts."),
            widget=forms.Textarea(attrs={"rows": 3}),
        )
    )
    contact_phone = forms.CharField(
        label=gettext_lazy("Telephone for hosts"),
        max_length=64,
        help_text=gettext_lazy("With area code, for example 010-66001234 or 400-000-0001."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    contact_email = CheckedField(
        check=check_address,
        label=gettext_lazy("E-mail address for hosts"),
        help_text=gettext_lazy("The portal sends an e-mail to this address when a filing arrives."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    address = CheckedField(
        check=lambda text: one_line(text, 255),
        label=gettext_lazy("Where the face-to-face check takes place"),
        max_length=255,
        help_text=gettext_lazy("Street, number and room; hosts come here with their documents."),
    )
    promised_days = optional(
        forms.IntegerField(
            label=gettext_lazy("Promised verification time (working days)"),
            min_value=1,
            max_value=LONGEST_PROMISE,
            help_text=format_lazy(
                gettext_lazy("1 to {most}. Shown to hosts on your filing page. Leave empty for no promise."),
                most=LONGEST_PROMISE,
            ),
            widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        )
    )
    access_ways = optional(
        forms.TypedMultipleChoiceField(
            label=gettext_lazy("Usual access methods"),
            choices=code_tables.choices(code_tables.ACCESS_WAYS),
            coerce=int,
            empty_value=[],
            help_text=gettext_lazy(
                "How nearly all of your hosts are connected. If you enter this and the locations, hosts are not asked "
                "about access: both are filled in for new filings, and your verifier enters the IP address on the "
                "sheet."
            ),
            widget=forms.CheckboxSelectMultiple,
        )
    )
    access_places = optional(
        forms.TypedMultipleChoiceField(
            label=gettext_lazy("Usual server locations"),
            choices=code_tables.choices(code_tables.PLACEMENTS),
            coerce=int,
            empty_value=[],
            help_text=gettext_lazy("Leave both empty to have hosts answer these questions themselves."),
            widget=ShortCheckboxSelectMultiple(),
        )
    )
    accepts_new = forms.BooleanField(
        label=gettext_lazy("Accept new filings"),
        required=False,
        help_text=gettext_lazy(
            "If not ticked, hosts do not find you in the directories and can't start a filing; filings "
            "already started continue."
        ),
    )
    logo_file = optional(
        forms.FileField(
            label=gettext_lazy("Logo"),
            allow_empty_file=True,
            help_text=format_lazy(
                gettext_lazy("JPEG or PNG, at least {longer} × {shorter} pixels. Shown on a white background."),
                longer=quality.DOCUMENT.least[0],
                shorter=quality.DOCUMENT.least[1],
            ),
            widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png"}),
        )
    )
    remove_logo = forms.BooleanField(label=gettext_lazy("Remove the logo"), required=False)
    version = VersionField()

    def __init__(self, *args: Any, provider: Provider, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not provider.logo:
            del self.fields["remove_logo"]

    def clean_contact_phone(self) -> str:
        phone = one_line(self.cleaned_data["contact_phone"], 64)
        if sum(char.isdigit() for char in phone) < 5:
            raise ValidationError(_("This is not a telephone number. Write it like 010-66001234."), code="invalid")
        return phone

    def clean_logo_file(self) -> bytes | None:
        """Return the logo, re-encoded and checked as documents are; None if no file was sent."""
        upload: UploadedFile[bytes] | None = self.cleaned_data["logo_file"]
        if not upload:
            return None
        try:
            return pictures.redrawn(upload, LOGO_SIDE)
        except ValidationError as error:
            if error.code == "too_small":
                longer, shorter = quality.DOCUMENT.least
                raise ValidationError(
                    _("The logo is too small. Upload one of at least %(longer)d × %(shorter)d pixels."),
                    code="too_small",
                    params={"longer": longer, "shorter": shorter},
                ) from error
            raise

    def logo(self) -> bytes | None:
        """Return what ``pages.change`` is to do with the logo; only after a successful ``is_valid``."""
        if self.cleaned_data["logo_file"] is None and self.cleaned_data.get("remove_logo"):
            return b""
        return self.cleaned_data["logo_file"]  # type: ignore[no-any-return]


class RoleForm(PortalForm):
    """The role of a member of staff."""

    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=[(role.value, capfirst(role.label)) for role in StaffRole],
        widget=forms.RadioSelect,
    )

    def clean_role(self) -> StaffRole:
        return StaffRole(self.cleaned_data["role"])


class InviteForm(RoleForm):
    """Whom to invite, and in which role."""

    email = CheckedField(
        check=check_address,
        label=gettext_lazy("E-mail address of the person invited"),
        help_text=format_lazy(
            gettext_lazy("The link is sent to this address, works once and is valid for {days} days."),
            days=invitations.LIFE.days,
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("email", "role")


class JoinForm(PortalForm):
    """The account of somebody who has been invited."""

    name = CheckedField(
        check=posing.check_person,
        label=gettext_lazy("Your name"),
        max_length=128,
        help_text=gettext_lazy("As on your identity card; shown to colleagues beside your actions."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password1 = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        help_text=password_validators_help_text_html(),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=gettext_lazy("Repeat the password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        validate_password(password, User(email=self.email, name=self.cleaned_data.get("name", "")))
        return password

    def clean_password2(self) -> str:
        if self.cleaned_data["password2"] != self.cleaned_data.get("password1", self.cleaned_data["password2"]):
            raise ValidationError(_("The passwords do not match. Enter them again."), code="differ")
        return str(self.cleaned_data["password2"])


class PoolForm(PortalForm):
    """Addresses for the pool, pasted or from a file."""

    text = optional(
        forms.CharField(
            label=gettext_lazy("Addresses, one per line"),
            strip=False,
            help_text=format_lazy(
                gettext_lazy(
                    "An address, a range a-b, a network a/24, or first and last address separated by a comma; "
                    "IPv4 and IPv6. At most {lines} lines."
                ),
                lines=pool.MOST_LINES,
            ),
            widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "class": "code"}),
        )
    )
    file = optional(
        forms.FileField(
            label=gettext_lazy("Or a file"),
            allow_empty_file=True,
            help_text=gettext_lazy("CSV or TXT. It is read into the box above when you check it."),
            widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
        )
    )

    def clean_file(self) -> str:
        """Return the text of the file; empty if none was sent."""
        upload: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if not upload:
            return ""
        if (upload.size or 0) > pool.LONGEST:
            raise ValidationError(_("The file is too large. Import it in parts."), code="too_long")
        return pool.decoded(read_upload(upload))

    def clean(self) -> dict[str, Any]:
        """Use the file, if one was sent, instead of the typed text."""
        cleaned = super().clean() or self.cleaned_data
        if "file" in cleaned:
            cleaned["text"] = cleaned["file"] or cleaned.get("text", "")
            if not cleaned["text"].strip():
                self.add_error("text", _("Enter or paste addresses, or choose a file."))
        return cleaned


class AnnouncementForm(PortalForm):
    """Title, text and days of an announcement."""

    title = CheckedField(check=lambda text: one_line(text, 80), label=gettext_lazy("Title"), max_length=80)
    text = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=2000,
        help_text=gettext_lazy("Plain text; an empty line starts a new paragraph."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    starts_on = forms.DateField(label=gettext_lazy("First day"), widget=_day())
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"), help_text=gettext_lazy("Shown until the end of this day."), widget=_day()
    )
    version = VersionField(initial=0)

    def clean_text(self) -> str:
        return normal_text(self.cleaned_data["text"].replace("\r\n", "\n"), 2000)

    def clean(self) -> dict[str, Any]:
        """Check that the last day is neither over nor before the first."""
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if last and last < timezone.localdate():
            self.add_error("ends_on", _("This day has passed. Enter today or a later date."))
        elif first and last and last < first:
            self.add_error("ends_on", _("The last day is before the first day. Enter the same day or a later one."))
        return cleaned

    def written(self) -> Written:
        """Return what was typed; only after a successful ``is_valid``."""
        data = self.cleaned_data
        return Written(title=data["title"], text=data["text"], starts_on=data["starts_on"], ends_on=data["ends_on"])
