"""What a step brings about, queued on the work until `settle` carries it out."""

from dataclasses import dataclass

from engine.ports import PendingCall, Snapshot, ThrownMessage
from engine.storage.models import InstanceRow, MessageRow, WaitRow


@dataclass(frozen=True, slots=True)
class Called:
    """An instance has reached a call activity."""

    caller: InstanceRow
    call: PendingCall


@dataclass(frozen=True, slots=True)
class Ended:
    """An instance has finished."""

    instance: InstanceRow
    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class Thrown:
    """An instance has thrown a message."""

    instance: InstanceRow
    message: ThrownMessage


@dataclass(frozen=True, slots=True)
class Published:
    """A message of the case is on its way."""

    message: MessageRow


@dataclass(frozen=True, slots=True)
class Awaited:
    """An instance has begun to wait for a message that may have come before."""

    wait: WaitRow


Event = Called | Ended | Thrown | Published | Awaited
