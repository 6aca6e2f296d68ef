"""What a set of answers makes of a consent."""

from collections.abc import Collection, Mapping

YES, NO = "yes", "no"
# In force as long as nothing newer takes its place: `suspended` only says "not now".
CARRYING = ("active", "suspended")
WAITING = ("asked", "partly")


def status_after(signatories: Collection[str], answers: Mapping[str, str]) -> str:
    """Return the status while answers come in: `asked`, or `partly` when some said yes."""
    said_yes = [party for party in signatories if answers.get(party) == YES]
    return "partly" if said_yes else "asked"
