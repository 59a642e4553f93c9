"""Signals about accounts, for higher apps that send the mails and keep an organisation's log."""

from django.dispatch import Signal

# user; old, new: the addresses; token: for the link that undoes the change, empty when it has been undone
address_changed = Signal()
# user; what: an event of accounts.adapter.EVENTS
security_changed = Signal()
