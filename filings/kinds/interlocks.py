"""Find the code and way out for a second open filing of a subject: only one is allowed, nationwide.

The interface has codes for a change beside a change and for cancellations of website and record; else it is P110.
"""

from django.utils.translation import gettext as _

from filings.kinds.spec import Kind, Law, Refusal

# Kind of cancellation → code of a second one of the same kind.
REPEATED = {Kind.CANCEL_SUBJECT: "1027", Kind.CANCEL_WEBSITE: "1030", Kind.CANCEL_ACCESS: "1032"}
# (second kind, first kind) → code
EXCLUDE = {
    (Kind.CANCEL_WEBSITE, Kind.CANCEL_SUBJECT): "1042",
    (Kind.CANCEL_SUBJECT, Kind.CANCEL_WEBSITE): "1043",
}


def of_other_host(*, as_giver: bool) -> Refusal:
    """Return the refusal between the two hosts of a migration; doesn't disclose what the other one has under way.

    ``as_giver``: for the host that gives the website away, otherwise for its new host.
    """
    if not as_giver:
        return Refusal(
            "P110",
            _("The website's current host has a filing under way."),
            _("Wait until it is completed, or ask that host."),
        )
    return Refusal(
        "P110",
        _("A website of this record is being migrated to another host; no other filing is possible meanwhile."),
        _("Wait for the decision, or withdraw the migration offer."),
    )


def interlock(mine: Law, theirs: Law) -> Refusal:
    """Return why a filing can't go on while another one about the same subject, of kind ``theirs``, is open."""
    finish = _("Finish or withdraw the other filing first.")
    if mine.cancels and mine.kind == theirs.kind:
        return Refusal(REPEATED.get(mine.kind, "P110"), _("The same cancellation is already under way."), finish)
    if mine.cancels and theirs.cancels:
        message = _("A cancellation for this record is already under way: %(kind)s.") % {"kind": theirs.kind.label}
        return Refusal(EXCLUDE.get((mine.kind, theirs.kind), "P110"), message, finish)
    if theirs.changes:
        return Refusal(
            "1017" if mine.changes else "P110",
            _("A change of this record is under way: %(kind)s. No other filing is possible meanwhile.")
            % {"kind": theirs.kind.label},
            finish,
        )
    return Refusal(
        "P110",
        _("Another filing about this record is under way: %(kind)s. Only one filing per host at a time.")
        % {"kind": theirs.kind.label},
        finish,
    )
