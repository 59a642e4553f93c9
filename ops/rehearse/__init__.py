"""Rehearse failures: run the portal's parts twice over on one machine, kill them under load, count the outcome.

The portal is driven through its pages only and counted in its database and mailboxes; no app is imported.
"""
