"""Ways in which files get broken on their way: torn, mixed, retyped, reencoded."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

MOST_CHANGES = 4


@st.composite
def broken(draw: st.DrawFn, sound: bytes, foreign: Sequence[bytes]) -> bytes:
    """Give a sound file after a few accidents; ``foreign`` are what may slip in."""
    content = sound
    for _ in range(draw(st.integers(1, MOST_CHANGES))):
        start = draw(st.integers(0, max(0, len(content) - 1)))
        length = draw(st.sampled_from([0, 1, 2, 7, 40, 200]))
        piece = draw(st.sampled_from(["cut", "slip", "overwrite", "repeat", "tear", "lines"]))
        slipped = draw(st.sampled_from(foreign))
        content = _after(content, piece, start, length, slipped)
    return content


def _after(content: bytes, accident: str, start: int, length: int, slipped: bytes) -> bytes:
    before, inside, after = content[:start], content[start : start + length], content[start + length :]
    match accident:
        case "cut":
            return before + after
        case "slip":
            return before + slipped + inside + after
        case "overwrite":
            return before + slipped + content[start + len(slipped) :]
        case "repeat":
            return before + inside + inside + after
        case "tear":
            return before
        case _:
            lines = content.splitlines(keepends=True)
            place = start % len(lines) if lines else 0
            return b"".join([*lines[:place], slipped, *lines[place + 1 :], *lines[place : place + 1]])
