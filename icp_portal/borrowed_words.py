"""Messages of Django and allauth that our catalogue translates in our own wording.

They are listed here so that makemessages keeps them in the catalogue.
"""

from django.utils.translation import gettext_noop, ngettext_lazy

BORROWED = (
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
    ),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
    ),
    gettext_noop("This field is required."),
    gettext_noop("Enter a valid URL."),
    gettext_noop("Enter a valid date."),
    gettext_noop("Enter a whole number."),
    gettext_noop("Your password can’t be too similar to your other personal information."),
    gettext_noop("Your password can’t be a commonly used password."),
    gettext_noop("Your password can’t be entirely numeric."),
    gettext_noop("This password is too common."),
    gettext_noop("This password is entirely numeric."),
    gettext_noop("The email address and/or password you specified are not correct."),
    gettext_noop("Successfully signed in as %(name)s."),
    gettext_noop("A user is already registered with this email address."),
    gettext_noop("We've sent a code to %(recipient)s. The code expires shortly, so please enter it soon."),
    gettext_noop("Code"),
    gettext_noop("You have confirmed %(email)s."),
    gettext_noop("Confirmation email sent to %(email)s."),
    gettext_noop("Use your password"),
    gettext_noop("Use authenticator app or code"),
    gettext_noop("Use a security key"),
    gettext_noop("Alternative options"),
    gettext_noop("Enter an authenticator code:"),
    gettext_noop("Too many failed login attempts. Try again later."),
    gettext_noop("This email address is already associated with this account."),
    gettext_noop("You have signed out."),
    gettext_noop("Incorrect code."),
    gettext_noop("Request new code"),
    gettext_noop("Reset My Password"),
    gettext_noop("Confirm Access"),
    gettext_noop("Please reauthenticate to safeguard your account."),
    gettext_noop("Enter your password:"),
    gettext_noop("Sign Out"),
    gettext_noop("Are you sure you want to sign out?"),
    gettext_noop("Authenticator code"),
    gettext_noop("Activate Authenticator App"),
    gettext_noop("Null characters are not allowed."),
    gettext_noop("Model name"),
    gettext_noop("Add link"),
    gettext_noop("Change or view list link"),
)
