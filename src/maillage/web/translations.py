"""The translations: `python -m maillage.web.translations` reads the sentences and compiles what is translated.

The machine needs no gettext: Babel does its work. French is in the templates; English in locale/en.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

WEB = Path(__file__).resolve().parent
ENGLISH = WEB / "locale" / "en" / "LC_MESSAGES" / "django.po"
WIDTH = 120
WRITTEN = datetime(2026, 11, 22, tzinfo=UTC)  # a date that does not move: the same sentences give the same file
CALL = re.compile(r"""\b(?:n?p?gettext|_)\((?:u?'(?:\\.|[^'\\])*'|u?"(?:\\.|[^"\\])*"|[^()'"])*\)""")
KEYWORDS = {
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
}


def sentences() -> Catalog:
    """Gather the French sentences of the templates and of the code, where each stands."""
    found = Catalog(
        locale="en",
        project="Maillage",
        header_comment="# English sentences of the pages. After a change: python -m maillage.web.translations",
        charset="utf-8",
        creation_date=WRITTEN,
        revision_date=WRITTEN,
        last_translator="Maillage",
        language_team="Maillage",
        fuzzy=False,
    )
    for path, source in _sources():
        name = path.relative_to(WEB).as_posix()
        for _, message, _, _ in extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS):
            is_format = "python-format" if "%(" in str(message) else None
            found.add(message, locations=[(name, 0)], flags=[is_format] if is_format else [])
    return found


def _sources() -> Iterator[tuple[Path, str]]:
    """Give every source as Python: Django turns the marks of a template into calls."""
    from django.utils.translation.template import templatize  # noqa: PLC0415 (needs the settings)

    for path in sorted(WEB.rglob("*.html")):
        marked = templatize(path.read_text(encoding="utf-8"))
        yield path, "\n".join(found[0] for found in CALL.finditer(marked))
    for path in sorted(WEB.rglob("*.py")):
        yield path, path.read_text(encoding="utf-8")


def translated() -> Catalog:
    """Read the English sentences."""
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


def compiled(catalog: Catalog) -> bytes:
    """Compile a catalogue to what Django reads."""
    target = io.BytesIO()
    write_mo(target, catalog)
    return target.getvalue()


def missing(catalog: Catalog) -> list[str]:
    """List the sentences that have no English."""
    return [str(message.id) for message in catalog if message.id and (message.fuzzy or not all(_strings(message)))]


def _strings(message: Message) -> list[str]:
    """Give the translations of a sentence: one, or the singular and the plural."""
    written = message.string
    return [written or ""] if written is None or isinstance(written, str) else [str(one) for one in written]


def refresh() -> list[str]:
    """Bring the file of translations up to date, compile it, and give what remains to translate."""
    catalog, known = sentences(), translated() if ENGLISH.is_file() else Catalog()
    for message in catalog:
        before = known.get(message.id) if message.id else None
        if before is not None:
            message.string = before.string
    with ENGLISH.open("wb") as file:
        write_po(file, catalog, width=WIDTH, sort_output=True, include_lineno=False)
    ENGLISH.with_suffix(".mo").write_bytes(compiled(catalog))
    return missing(catalog)


def main() -> int:
    """Say what remains to translate; the status is 1 when something does."""
    remaining = refresh()
    for sentence in remaining:
        sys.stdout.write(f"{sentence}\n")
    return 1 if remaining else 0


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.config.settings")
    django.setup()
    sys.exit(main())
