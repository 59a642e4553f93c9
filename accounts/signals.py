"""What happens to accounts, for the apps above: who writes the mails, who keeps the record of a house."""

from django.dispatch import Signal

# user; old, new: the addresses; token: of the link by which the old one is put back, empty when that has been done
address_changed = Signal()
# user; what: an event of accounts.adapter.EVENTS
security_changed = Signal()
