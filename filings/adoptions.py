"""Taking a record that was made elsewhere into one's account (认领): whoever knows its filing password is its owner."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from filings.actors import Actor
from filings.errors import MoveRefused
from filings.models import Adoption
from filings.states import Role
from ministry import letters, passwords
from ministry.models import Subject


def adopt(actor: Actor, number: str, password: str, *, address: str) -> Subject:
    """Make the record of a number one of the host's own; the address on record is told. MoveRefused (1018) otherwise.

    Not to be called inside a transaction: a rollback would forget the try.
    """
    if actor.role != Role.HOST or actor.is_on_behalf:
        raise MoveRefused(_("Only a site host takes a record into an account."))
    try:
        subject = passwords.prove_number(number, password, address=address)
    except ValidationError as error:
        raise MoveRefused(f"1018: {' '.join(error.messages)}") from error
    with transaction.atomic():
        _adoption, is_new = Adoption.objects.get_or_create(host_id=actor.person_id, subject=subject)
        if is_new:
            context = {"subject": subject, "by": actor.name, "site_url": settings.SITE_URL}
            letters.queue([letters.written("record_adopted", subject.responsible_email.split(";"), context)])
    return subject
