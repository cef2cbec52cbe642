"""The states of an uptake drawn from the table of transitions, so that the drawing is never another than the table."""

from __future__ import annotations

from maillage.domain.referrals.states import TRANSITIONS, UptakeState


def diagram() -> str:
    """Draw the states and what follows each, in the language of Mermaid; an error of entry may follow any state."""
    lines = ["stateDiagram-v2", f"    [*] --> {UptakeState.DRAFT.value}"]
    for state in UptakeState:
        following = TRANSITIONS[state] - {UptakeState.ENTERED_IN_ERROR}
        lines += [f"    {state.value} --> {after.value}" for after in UptakeState if after in following]
        if not following:
            lines.append(f"    {state.value} --> [*]")
    return "\n".join(lines)
