"""The file of places: what it says for a day, and each mistake with its line."""

from __future__ import annotations

from datetime import date

import pytest

from maillage.engine.place_files import PlacesUnreadable, read_places

ON = date(2026, 6, 1)
SERVICES = {"atelier", "stage"}


def read(tmp_path, content: str) -> dict[str, int]:
    (tmp_path / "places.csv").write_text(content, encoding="utf-8")
    return read_places(tmp_path / "places.csv", SERVICES, on=ON)


FILES = [
    ("service,places\natelier,3\n", {"atelier": 3}),
    ("service;places;from;until\natelier;3;2026-06-01;2026-06-01\n", {"atelier": 3}),
    ("service,places,from,until\natelier,3,2026-06-02,\natelier,4,,2026-05-31\n", {}),
    ("service,places,from,until\natelier,3,,\natelier,4,2026-01-01,\nstage,0,,\n", {"atelier": 7, "stage": 0}),
]


@pytest.mark.parametrize(("content", "expected"), FILES)
def test_the_places_of_a_day_are_those_of_its_lines_added_up(content, expected, tmp_path):
    assert read(tmp_path, content) == expected


MISTAKES = [
    ("nom,places\natelier,3\n", "has no column service; found nom, places; expected service, places, from, until"),
    ("service,places\nabsent,3\n", "line 2: service « absent »: no such service"),
    ("service,places\natelier,3\nstage,-1\n", "line 3: places « -1 »: expected a whole number from 0"),
    ("service,places\natelier,many\n", "line 2: places « many »"),
    ("service,places,from\natelier,1,2026-02-30\n", "line 2: from « 2026-02-30 »: expected a day that exists"),
    ("service,places,until\natelier,1,soon\n", "line 2: until « soon »"),
    ("service,places\natelier,1,2\nstage,1\n", "line 2: 3 cells where the header has 2"),
]


@pytest.mark.parametrize(("content", "expected"), MISTAKES)
def test_a_mistake_is_told_with_its_line(content, expected, tmp_path):
    with pytest.raises(PlacesUnreadable) as refused:
        read(tmp_path, content)
    assert expected in str(refused.value)


def test_all_mistakes_are_told_together_up_to_twenty(tmp_path):
    with pytest.raises(PlacesUnreadable) as refused:
        read(tmp_path, "service,places\n" + "absent,-1\n" * 15)

    lines = str(refused.value).splitlines()
    assert len(lines) == 22
    assert lines[0] == "places.csv cannot be applied, nothing was proposed:"
    assert lines[-1] == "  and 10 more"
