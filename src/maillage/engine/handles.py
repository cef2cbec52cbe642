"""One person's kernel handed all its arrays by one address.

At each call numba unwraps every array it is given: seventy of them take longer than the answer itself. So what a
thread answers with is unwrapped once, put away in memory, and taken up again from its address. With compilation off
the desk is handed over as it is.
"""

# ruff: noqa: ANN001, ANN202 - the functions given to the compiler have its types, not Python's

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, get_args, get_type_hints

import numpy as np
from numba import config, from_dtype, typeof, types
from numba.extending import intrinsic

from maillage.engine.kernels import Ints, Layout, Masks, Places, Reals, Small, distance, meets_need
from maillage.engine.planes import NO_DISTANCE, Planes
from maillage.engine.sieve import Crowd, Needs, Sheet, Workbench, bare, sieve_people

FLAT = frozenset({"profile", "themes", "fact", "stack", "points", "services", "clauses", "metres"})
"""The arrays that have lines and columns, by name (a few names are lists elsewhere: ``LISTS``)."""
LISTS = frozenset({"Places.profile", "Planes.metres", "Sheet.clauses"})


class Desk(NamedTuple):
    """All that one answer reads and writes: the offer, the day, the needs, the person, and where the doors are put.

    ``metres``, ``services`` and ``clauses`` int32[1, doors wanted]; ``away`` float64[doors wanted], kilometres.
    """

    layout: Layout
    shelves: Planes
    points: Reals
    sheet: Sheet
    person: Crowd
    needs: Needs
    order: Ints
    bench: Workbench
    left: Small
    services: Small
    clauses: Small
    metres: Small
    away: Reals
    need: Ints


def described(kind: type) -> types.Type:
    """Give what numba calls a tuple of arrays, from the annotations of its class."""
    fields = get_type_hints(kind)
    return types.BaseTuple.from_types([_field(kind, name, hint) for name, hint in fields.items()], kind)  # type: ignore[no-untyped-call,no-any-return]


def _field(kind: type, name: str, hint: Any) -> types.Type:
    if hint is int:
        return types.intp
    if hasattr(hint, "_fields"):
        return described(hint)
    scalar = get_args(get_args(hint)[1])[0]
    has_lines = name in FLAT and f"{kind.__name__}.{name}" not in LISTS
    return types.Array(from_dtype(np.dtype(scalar)), 2 if has_lines else 1, "C")


DESK = described(Desk)


@bare
def tell_doors(  # noqa: PLR0913, PLR0917 (a kernel takes its arrays as arguments)
    places: Places,
    latitude: float,
    longitude: float,
    themes: Masks,
    services: Small,
    metres: Small,
    away: Reals,
    need: Ints,
) -> int:
    """Write the exact distance of each door, and the first need that it serves; gives how many doors there are."""
    count = 0
    while count < len(services) and services[count] >= 0:
        service = services[count]
        away[count], need[count] = np.nan, 0
        if metres[count] != NO_DISTANCE:
            away[count] = distance(latitude, longitude, places.latitude[service], places.longitude[service])
        while need[count] + 1 < len(themes) and not meets_need(places.themes, service, themes, need[count]):
            need[count] += 1
        count += 1
    return count


@bare
def answer_desk(desk: Desk, stamp: int, facts: tuple[int, ...]) -> int:
    """Write the first open doors of the person of some facts; gives how many."""
    person, home = desk.person, facts[0]
    person.home[0], person.age[0], person.registered[0], person.months[0] = home, facts[1], facts[2], facts[3]
    person.groups[0], person.barriers[0], person.boe[0], person.minimum_income[0] = (
        facts[4],
        facts[5],
        facts[6],
        facts[7],
    )
    person.neighbourhood[0], person.qualification[0], person.occupation[0] = facts[8], facts[9], facts[10]
    sieve_people(
        desk.layout, desk.shelves, desk.points, desk.sheet, person, desk.needs, desk.order, desk.bench, stamp, desk.left,
        desk.services, desk.clauses, desk.metres,
    )  # fmt: skip
    places, points, themes = desk.layout.places, desk.points, desk.needs.themes
    return tell_doors(
        places, points[home, 0], points[home, 1], themes, desk.services[0], desk.metres[0], desk.away, desk.need
    )


# Read by the compiler alone, so never walked as Python.


@intrinsic
def _size_of_desk(_context):  # type: ignore[no-untyped-def]  # pragma: no cover
    def write(context, _builder, _signature, _arguments):  # type: ignore[no-untyped-def]
        return context.get_constant(types.intp, context.get_abi_sizeof(context.get_value_type(DESK)))

    return types.intp(), write


@intrinsic
def _put_away(_context, desk, _address):  # type: ignore[no-untyped-def]  # pragma: no cover
    def write(context, builder, _signature, arguments):  # type: ignore[no-untyped-def]
        kept, address = arguments
        builder.store(kept, builder.inttoptr(address, context.get_value_type(desk).as_pointer()))
        return context.get_dummy_value()

    return types.void(desk, types.intp), write


@intrinsic
def _take_up(_context, _address):  # type: ignore[no-untyped-def]  # pragma: no cover
    def write(context, builder, _signature, arguments):  # type: ignore[no-untyped-def]
        return builder.load(builder.inttoptr(arguments[0], context.get_value_type(DESK).as_pointer()))

    return DESK(types.intp), write


@bare
def _size() -> int:  # pragma: no cover
    return _size_of_desk()  # type: ignore[call-arg]


@bare
def _keep(desk: Desk, address: int) -> None:  # pragma: no cover
    _put_away(desk, address)  # type: ignore[call-arg]


@bare
def _answer_at(address: int, stamp: int, *facts: int) -> int:  # pragma: no cover
    return answer_desk(_take_up(address), stamp, facts)  # type: ignore[call-arg]


class Handle:
    """A desk with the address it was put away at; it keeps its arrays alive."""

    def __init__(self, desk: Desk) -> None:
        """Put a desk away, where numba compiles and knows its arrays; else it is handed over as it is."""
        self.desk = desk
        self._kept = _kept(desk) if is_known(desk) else None

    def answer(self, stamp: int, facts: Sequence[int]) -> int:
        """Answer for the person of these facts (in the order of ``planning.COLUMNS``, -1 unknown); gives how many doors."""
        if self._kept is None:
            return int(answer_desk(self.desk, stamp, tuple(facts)))
        return int(_answer_at(self._kept[1], stamp, *facts))  # pragma: no cover


def is_known(desk: Desk) -> bool:
    """Tell whether numba compiles, and sees in a desk the arrays it was told of (read-only ones, for instance, differ)."""
    return not config.DISABLE_JIT and bool(typeof(desk) == DESK)  # type: ignore[attr-defined,no-untyped-call]


def _kept(desk: Desk) -> tuple[Ints, int]:  # pragma: no cover
    """Give the memory that a desk is put away in, and its address."""
    memory = np.zeros(-(-_size() // 8), np.int64)
    _keep(desk, memory.ctypes.data)
    return memory, int(memory.ctypes.data)
