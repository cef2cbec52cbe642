from __future__ import annotations

import re

from maillage.web.translations import ENGLISH, WEB, compiled, missing, sentences, translated


def test_every_sentence_has_its_english():
    written = {message.id for message in translated() if message.id}

    assert {message.id for message in sentences() if message.id} == written
    assert missing(translated()) == []


def test_the_compiled_translations_are_those_written():
    assert ENGLISH.with_suffix(".mo").read_bytes() == compiled(translated())


def test_no_sentence_hides_behind_another_name_of_the_call():
    """Sentences are found by the name of what translates them."""
    renamed = re.compile(r"gettext\w* as (?!_$)", re.MULTILINE)

    assert [path.name for path in WEB.rglob("*.py") if renamed.search(path.read_text(encoding="utf-8"))] == []
