"""Signals about accounts, for higher apps that send the mails and keep an organisation's log."""

from django.dispatch import Signal

# user; old, new: the addresses; token: for the link that undoes the change, empty when it has been undone
address_changed = Signal()
# user; what: the last part of an event of accounts.adapter.EVENTS, api_key_made or api_key_ended; about: the key
security_changed = Signal()
