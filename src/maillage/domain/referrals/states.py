"""The states of an uptake, which follow which, and how the standard of exchange of health systems names them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType


class UptakeState(Enum):
    """Where an uptake stands: one recipient's part of a referral."""

    DRAFT = "DRAFT"
    SENT = "SENT"
    UNDER_STUDY = "UNDER_STUDY"
    ACCEPTED = "ACCEPTED"
    WAITING_FOR_PLACE = "WAITING_FOR_PLACE"
    APPOINTED = "APPOINTED"
    NO_SHOW = "NO_SHOW"
    RECEIVED = "RECEIVED"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    REFUSED = "REFUSED"
    EXPIRED = "EXPIRED"
    WITHDRAWN = "WITHDRAWN"
    REDIRECTED = "REDIRECTED"
    ENTERED_IN_ERROR = "ENTERED_IN_ERROR"


class Turn(Enum):
    """Who must do the next thing."""

    SENDER = "SENDER"
    RECIPIENT = "RECIPIENT"
    NOBODY = "NOBODY"


_S = UptakeState
_FOLLOWING: Mapping[UptakeState, frozenset[UptakeState]] = {
    _S.DRAFT: frozenset({_S.SENT, _S.WITHDRAWN}),
    _S.SENT: frozenset(
        {
            _S.UNDER_STUDY,
            _S.ACCEPTED,
            _S.APPOINTED,
            _S.RECEIVED,
            _S.REFUSED,
            _S.WAITING_FOR_PLACE,
            _S.WITHDRAWN,
            _S.EXPIRED,
            _S.REDIRECTED,
        }
    ),
    _S.UNDER_STUDY: frozenset(
        {
            _S.ACCEPTED,
            _S.APPOINTED,
            _S.RECEIVED,
            _S.REFUSED,
            _S.WAITING_FOR_PLACE,
            _S.WITHDRAWN,
            _S.EXPIRED,
            _S.REDIRECTED,
        }
    ),
    _S.ACCEPTED: frozenset({_S.APPOINTED, _S.RECEIVED, _S.WAITING_FOR_PLACE, _S.FAILED, _S.WITHDRAWN, _S.COMPLETED}),
    _S.WAITING_FOR_PLACE: frozenset(
        {_S.APPOINTED, _S.RECEIVED, _S.REFUSED, _S.EXPIRED, _S.WITHDRAWN, _S.FAILED, _S.REDIRECTED}
    ),
    _S.APPOINTED: frozenset({_S.RECEIVED, _S.NO_SHOW, _S.APPOINTED, _S.WITHDRAWN}),
    _S.NO_SHOW: frozenset({_S.APPOINTED, _S.FAILED, _S.WITHDRAWN}),
    _S.RECEIVED: frozenset({_S.COMPLETED, _S.FAILED}),
    _S.COMPLETED: frozenset(),
    _S.FAILED: frozenset({_S.REDIRECTED}),
    _S.REFUSED: frozenset({_S.REDIRECTED}),
    _S.EXPIRED: frozenset({_S.SENT, _S.APPOINTED, _S.RECEIVED, _S.REDIRECTED}),
    _S.WITHDRAWN: frozenset(),
    _S.REDIRECTED: frozenset(),
    _S.ENTERED_IN_ERROR: frozenset(),
}

TRANSITIONS: Mapping[UptakeState, frozenset[UptakeState]] = MappingProxyType(
    {
        state: following if state is _S.ENTERED_IN_ERROR else following | {_S.ENTERED_IN_ERROR}
        for state, following in _FOLLOWING.items()
    }
)
"""Which states may follow each: what is not listed is refused. Any state may turn out to be an error of entry."""

OPEN_STATES = frozenset(
    {_S.SENT, _S.UNDER_STUDY, _S.ACCEPTED, _S.WAITING_FOR_PLACE, _S.APPOINTED, _S.NO_SHOW, _S.RECEIVED}
)
"""The states in which the recipient is linked to the person: it was sent, and nothing has ended it."""

WAITING_FOR_ANSWER = frozenset({_S.SENT, _S.UNDER_STUDY})
"""The states in which the sender waits for a yes or a no, and a clock runs."""

FHIR_STATUS: Mapping[UptakeState, str] = MappingProxyType(
    {
        _S.DRAFT: "draft",
        _S.SENT: "requested",
        _S.UNDER_STUDY: "requested",
        _S.ACCEPTED: "accepted",
        _S.WAITING_FOR_PLACE: "on-hold",
        _S.APPOINTED: "in-progress",
        _S.NO_SHOW: "in-progress",
        _S.RECEIVED: "in-progress",
        _S.COMPLETED: "completed",
        _S.FAILED: "failed",
        _S.REFUSED: "rejected",
        _S.EXPIRED: "cancelled",
        _S.WITHDRAWN: "cancelled",
        _S.REDIRECTED: "cancelled",
        _S.ENTERED_IN_ERROR: "entered-in-error",
    }
)
"""The status of the HL7 FHIR Task that says each state; what it loses goes to the business status or the reason."""
