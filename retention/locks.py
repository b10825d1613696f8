"""The one lock of the roll-ups: whoever changes them holds the state row.

On SQLite the transaction itself is the lock (IMMEDIATE).
"""

from retention.models import RollupState


def locked_state() -> RollupState:
    """The state row, locked until the caller's transaction ends; made where there is none."""
    RollupState.objects.bulk_create([RollupState(pk=1)], ignore_conflicts=True)
    return RollupState.objects.select_for_update().get(pk=1)
