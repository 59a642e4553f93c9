"""Rehearse failures: run the portal's parts twice over on one machine, kill them under load, count what became of it.

The portal is driven through its pages only and counted in its database and mailboxes; no app is imported.
"""
