"""Everything that can be done to the files of people and to the links by which partners see them."""

from __future__ import annotations

from maillage.apps.people.use_cases.links import close_link, hide_from, move_link, narrow_link, open_link, show_again
from maillage.apps.people.use_cases.portfolios import import_portfolio, transfer_portfolio
from maillage.apps.people.use_cases.records import create_person, edit_person, merge_people, note_contact
from maillage.apps.people.use_cases.retention import erase_person, let_leave, rotate_keys

__all__ = [
    "close_link",
    "create_person",
    "edit_person",
    "erase_person",
    "hide_from",
    "import_portfolio",
    "let_leave",
    "merge_people",
    "move_link",
    "narrow_link",
    "note_contact",
    "open_link",
    "rotate_keys",
    "show_again",
    "transfer_portfolio",
]
