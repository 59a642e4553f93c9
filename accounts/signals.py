"""Signals about accounts, for the apps above that write the mails and keep the record of an organisation."""

from django.dispatch import Signal

# user; old, new: the addresses; token: of the link by which the old one is put back, empty when that has been done
address_changed = Signal()
# user; what: an event of accounts.adapter.EVENTS
security_changed = Signal()
