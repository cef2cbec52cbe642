"""The reference is what the product says of itself today: `make docs` makes it again."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest
import yaml

from tools.boot import ROOT
from tools.reference import FOLDER, PAGES, cell, page, table


def test_the_folder_holds_the_generated_pages_alone() -> None:
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(PAGES)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_page_is_up_to_date(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == PAGES[name](), "run: make docs"


def test_a_cell_cannot_break_its_table() -> None:
    assert cell("one | two\nthree") == "one \\| two three"
    assert table(("a", "b"), [(1, "x")]) == "| a | b |\n| --- | --- |\n| 1 | x |"


def test_a_page_says_that_it_is_generated() -> None:
    assert page("Title", "Words").splitlines()[2].startswith("<!-- Made by `make docs`")


def test_the_product_is_described_to_public_catalogues() -> None:
    described = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert described["softwareVersion"] == project["version"]
    assert described["legal"]["license"] == project["license"]
    assert described["releaseDate"] == date(2026, 11, 22)
    assert sorted(described["description"]) == ["en", "fr"]
    assert described["localisation"] == {"localisationReady": True, "availableLanguages": ["fr", "en"]}
    assert all(len(texts["shortDescription"]) <= 150 for texts in described["description"].values())
    assert all(150 <= len(texts["longDescription"]) <= 10_000 for texts in described["description"].values())
