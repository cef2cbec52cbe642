"""Tables of arrays handed to one person's kernel by their addresses.

At each call numba unwraps every array it is given: seventy of them take longer than the answer itself. So what a
thread answers with is unwrapped once, put away in memory, and taken up again from its address. With compilation off
the tables are handed over as they are.
"""

# ruff: noqa: ANN001, ANN202 - the functions given to the compiler have its types, not Python's

from __future__ import annotations

from typing import Any, Generic, TypeVar, get_args, get_type_hints

import numpy as np
from numba import config, from_dtype, typeof, types
from numba.extending import intrinsic

from maillage.engine.alone_kernels import Day, Desk, find_doors
from maillage.engine.blocks import bare
from maillage.engine.sieve import Needs

Table = TypeVar("Table", bound=Desk | Day | Needs)
FLAT = frozenset({"Rules.profile", "Places.themes", "Needs.themes", "Desk.points", "Desk.stack"})
"""The arrays that have lines and columns."""


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
    has_lines = f"{kind.__name__}.{name}" in FLAT
    return types.Array(from_dtype(np.dtype(scalar)), 2 if has_lines else 1, "C")


KINDS: dict[type, types.Type] = {kind: described(kind) for kind in (Desk, Day, Needs)}


# Read by the compiler alone, so never walked as Python.


@intrinsic
def _size_of(_context, table):  # type: ignore[no-untyped-def]  # pragma: no cover
    def write(context, _builder, _signature, _arguments):  # type: ignore[no-untyped-def]
        return context.get_constant(types.intp, context.get_abi_sizeof(context.get_value_type(table)))

    return types.intp(table), write


@intrinsic
def _put_away(_context, table, _address):  # type: ignore[no-untyped-def]  # pragma: no cover
    def write(context, builder, _signature, arguments):  # type: ignore[no-untyped-def]
        kept, address = arguments
        builder.store(kept, builder.inttoptr(address, context.get_value_type(table).as_pointer()))
        return context.get_dummy_value()

    return types.void(table, types.intp), write


def _taking_up(kind: type) -> Any:
    """Make what reads a table of a kind from its address, in compiled code."""

    @intrinsic
    def take_up(_context, _address):  # type: ignore[no-untyped-def]  # pragma: no cover
        def write(context, builder, _signature, arguments):  # type: ignore[no-untyped-def]
            return builder.load(builder.inttoptr(arguments[0], context.get_value_type(KINDS[kind]).as_pointer()))

        return KINDS[kind](types.intp), write

    return take_up


_desk_at, _day_at, _needs_at = (_taking_up(kind) for kind in KINDS)


@bare
def _size(table: Any) -> int:  # pragma: no cover
    return _size_of(table)  # type: ignore[call-arg]


@bare
def _keep(table: Any, address: int) -> None:  # pragma: no cover
    _put_away(table, address)  # type: ignore[call-arg]


@bare
def _find_doors_at(desk: int, day: int, needs: int, limit: int) -> int:  # pragma: no cover
    return find_doors(_desk_at(desk), _day_at(day), _needs_at(needs), limit)


class Handle(Generic[Table]):
    """A table with the address it was put away at, which it keeps alive; ``None`` when it is handed over as it is."""

    __slots__ = ("_memory", "address", "table")

    def __init__(self, table: Table) -> None:
        """Put a table away, where numba compiles and knows its arrays."""
        self.table = table
        self.address: int | None = None
        if is_known(table):  # pragma: no cover
            self._memory = np.zeros(-(-_size(table) // 8), np.int64)
            self.address = int(self._memory.ctypes.data)
            _keep(table, self.address)


def is_known(table: Desk | Day | Needs) -> bool:
    """Tell whether numba compiles, and sees in a table the arrays it was told of (read-only ones, for instance, differ)."""
    return not config.DISABLE_JIT and bool(typeof(table) == KINDS[type(table)])  # type: ignore[attr-defined,no-untyped-call]


def first_doors(desk: Handle[Desk], day: Handle[Day], needs: Handle[Needs], limit: int) -> int:
    """Write the first open doors of the desk's person, as ``find_doors`` does; gives how many."""
    if desk.address is None or day.address is None or needs.address is None:
        return find_doors(desk.table, day.table, needs.table, limit)
    return _find_doors_at(desk.address, day.address, needs.address, limit)  # pragma: no cover
