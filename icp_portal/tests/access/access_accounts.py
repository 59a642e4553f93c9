"""The addresses of allauth, and the pages of the three admin sites, with what visitors get there."""

from typing import Any

from icp_portal.tests.access.access_answers import BUREAUS, ELSEWHERE, LOGIN, OPERATORS, PAGE, PROVIDERS

# allauth's own addresses: what a visitor who has not signed in gets. Their working is allauth's and test_sign_in's.
ACCOUNTS: dict[str, Any] = {
    "account_login": PAGE,
    "account_logout": ELSEWHERE,
    "account_inactive": PAGE,
    "account_signup": PAGE,
    "account_reauthenticate": LOGIN,
    "account_request_reauthentication_code": LOGIN,
    "account_confirm_reauthentication_code": LOGIN,
    "account_email": LOGIN,
    "account_email_verification_sent": LOGIN,
    "account_change_password": LOGIN,
    "account_set_password": LOGIN,
    "account_reset_password": PAGE,
    "account_confirm_login_code": LOGIN,
    "account_reset_password_from_key_done": PAGE,
    "account_reset_password_from_key": PAGE,
    "account_reset_password_done": PAGE,
    "mfa_index": LOGIN,
    "mfa_authenticate": LOGIN,
    "mfa_reauthenticate": LOGIN,
    "mfa_activate_totp": LOGIN,
    "mfa_deactivate_totp": LOGIN,
    "mfa_view_recovery_codes": LOGIN,
    "mfa_generate_recovery_codes": LOGIN,
    "mfa_download_recovery_codes": LOGIN,
    "mfa_list_webauthn": LOGIN,
    "mfa_add_webauthn": LOGIN,
    "mfa_reauthenticate_webauthn": LOGIN,
    "mfa_remove_webauthn": LOGIN,
    "mfa_edit_webauthn": LOGIN,
    "mfa_login_webauthn": LOGIN,
}
# Ways to prove oneself again that the settings switch off: nobody gets a page there.
SWITCHED_OFF = {"account_request_reauthentication_code", "account_confirm_reauthentication_code"}
ACCOUNT_ARGS: dict[str, tuple[Any, ...]] = {
    "account_reset_password_from_key": ("1", "abc-def"),
    "mfa_remove_webauthn": (1,),
    "mfa_edit_webauthn": (1,),
}

# The pages Django puts into every admin site, under each of our three desks.
DESKS = {"provider_desk": PROVIDERS, "bureau_desk": BUREAUS, "ministry_desk": OPERATORS}
DESK_PAGES = {
    "login",
    "logout",
    "autocomplete",
    "jsi18n",
    "view_on_site",
}
# Tables on the operators' desk → whether rows can be added and changed there.
TABLES = {
    "ministry_subject": False,
    "ministry_website": False,
    "ministry_access": False,
    "ministry_numberseries": False,
    "ministry_provincerule": True,
    "ministry_blacklistedsubject": True,
    "ministry_blacklisteddomain": True,
    "accounts_user": True,
    "accounts_apikey": False,
    "bureaus_bureau": True,
    "bureaus_reviewer": True,
    "providers_provider": True,
    "providers_staff": True,
    "providers_organisationchange": False,
    "bureaus_officechange": False,
    "ministry_auditcheck": False,
    "filings_filecheck": False,
}
TABLE_PAGES = ("changelist", "add", "history", "delete", "change")
