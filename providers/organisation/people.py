"""Roles and suspension of a provider's staff. There is always an administrator left.

Each change locks the provider's row, so two administrators who take the role from each other can't both succeed.
"""

from django.utils import timezone
from django.utils.translation import gettext as _

from filings import services
from filings.actors import Actor
from filings.errors import MoveRefused
from providers.models import Provider, Staff, StaffRole, What
from providers.organisation import records


def change_role(actor: Actor, member_id: int, role: StaffRole) -> Staff:
    """Change the role of a member of the actor's own staff; raise Staff.DoesNotExist for anybody else's."""
    with records.changing(actor) as provider:
        member = _member(provider, member_id)
        if member.role == role:
            return member
        if member.role == StaffRole.ADMINISTRATOR:
            _refuse_last_administrator(provider, member)
            _take_back_invitations(provider, member)
        records.record(provider, actor, What.ROLE, about=member.user.email, before=member.role, after=role)
        member.role = role
        member.save(update_fields=["role"])
    return member


def suspend(actor: Actor, member_id: int) -> int:
    """Suspend a member: sign them out at the next request and release their filings; return how many.

    Open invitations they have sent are revoked too.
    """
    with records.changing(actor) as provider:
        member = _member(provider, member_id)
        if member.user_id == actor.user_id:
            raise MoveRefused(_("You can't suspend yourself. Another administrator can."))
        if member.suspended_at:
            raise MoveRefused(_("%(name)s is already suspended.") % {"name": member.user})
        _refuse_last_administrator(provider, member)
        _take_back_invitations(provider, member)
        member.suspended_at = timezone.now()
        member.save(update_fields=["suspended_at"])
        records.record(provider, actor, What.SUSPENDED, about=member.user.email)
        return services.release_all(member.user_id, actor)


def reinstate(actor: Actor, member_id: int) -> None:
    """Reinstate a suspended member, in the same role."""
    with records.changing(actor) as provider:
        member = _member(provider, member_id)
        if not member.suspended_at:
            raise MoveRefused(_("%(name)s is not suspended.") % {"name": member.user})
        member.suspended_at = None
        member.save(update_fields=["suspended_at"])
        records.record(provider, actor, What.REINSTATED, about=member.user.email)


def _member(provider: Provider, member_id: int) -> Staff:
    return provider.staff.select_related("user").get(pk=member_id)


def _refuse_last_administrator(provider: Provider, member: Staff) -> None:
    others = records.administrators(provider).filter(user__is_active=True).exclude(pk=member.pk)
    if member.role == StaffRole.ADMINISTRATOR and not others.exists():
        raise MoveRefused(_("This is the last administrator. Appoint another administrator first."))


def _take_back_invitations(provider: Provider, member: Staff) -> None:
    provider.invitations.open().filter(invited_by=member.user).update(revoked_at=timezone.now())
