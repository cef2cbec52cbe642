"""One mistake a file: each is told with its line, what was found and what was expected."""

from __future__ import annotations

import pytest

from maillage.domain.rules import Any, Equals
from maillage.engine.loading import NoAgreement, load_folder, load_text
from maillage.engine.reading import AgreementMistakes, Document

SOUND = """\
id: essai
title: Convention d’essai
level: LOCAL
kind: AGREEMENT
territory: departement:36
parties:
  - {id: agence, organisation: france-travail}
  - {id: passerelle, organisation: passerelle}
signed_on: 2024-01-15
effective_from: 2024-02-01
effective_until: 2025-02-01
articles:
  - number: P1
    title: Ateliers
    text: « Les ateliers sont ouverts. »
    clauses:
      - id: ateliers
        opens:
          provider: passerelle
          services: {themes: [mobilite]}
          condition: {age: {from: 16, to: 25}}
          priority: [jeunes]
          territory: departement:36
          period: {from: 2024-03-01, until: 2024-06-01}
      - id: partage
        shares: {fields: [présence], from: agence, to: passerelle}
      - id: promesse
        commits: {owner: agence, due_on: "2024-12-31"}
amendments:
  - id: avenant
    signed_on: 2024-05-01
    effective_from: 2024-06-01
    why: « Ajouter un article. »
    instructions:
      - insert: {number: P2, title: Suite, text: « Ils continuent. », clauses: [{id: suite, opens: {provider: passerelle}}]}
"""

CONDITION = "{age: {from: 16, to: 25}}"
BROKEN = [
    ("level: LOCAL", "level: VILLAGE", 3, "« VILLAGE »", "NATIONAL, REGIONAL, TERRITORIAL, LOCAL"),
    ("kind: AGREEMENT", "kind: PACTE", 4, "« PACTE »", "FRAMEWORK, AGREEMENT, EXPERIMENT"),
    ("title: Convention d’essai\n", "", 1, "no « title »", "As the text calls itself."),
    ("id: essai", "id: Essai Local", 1, "« Essai Local »", "^[a-z0-9][a-z0-9-]*$"),
    ("title: Convention d’essai", "titre: Convention d’essai\ntitle: x", 2, "« titre »", "one of amendments"),
    ("title: Convention d’essai", "title: 12", 2, "12", "a value of type string"),
    ("title: Convention d’essai", "title: 1", 2, "1", "a value of type string"),
    ("title: Convention d’essai", "title: yes", 2, "true", "a value of type string"),
    ("title: Convention d’essai", "title:", 2, "nothing", "a value of type string"),
    ("title: Convention d’essai", "title: a\ntitle: b", 3, "the same key twice", "each key once"),
    ("territory: departement:36\np", "territory: canton:36\np", 5, "« canton:36 »", "departement:36"),
    ("signed_on: 2024-01-15", "signed_on: 2024-02-30", 9, "« 2024-02-30 »", "a value that exists"),
    ("signed_on: 2024-01-15", 'signed_on: "2024-02-30"', 9, "« 2024-02-30 »", "a day that exists"),
    ("signed_on: 2024-01-15", "signed_on: 15/01/2024", 9, "« 15/01/2024 »", "YYYY-MM-DD"),
    ("effective_until: 2025-02-01", "effective_until: 2024-02-01", 11, "2024-02-01", "a day after effective_from"),
    ("- {id: passerelle,", "- {id: agence,", 6, "« agence » twice", "each once"),
    ("    text: « Les ateliers sont ouverts. »\n", "", 13, "no « text »", "The passage, quoted."),
    ("« Les ateliers sont ouverts. »", '""', 15, "«  »", "some text"),
    ("« Les ateliers sont ouverts. »", '"   "', 15, "no passage", "the sentence of the source"),
    ("provider: passerelle\n", "provider: inconnue\n", 19, "« inconnue »", "one of the parties: agence, passerelle"),
    ("priority: [jeunes]", "priorite: [jeunes]", 22, "« priorite »", "one of answer_within_days"),
    ("[mobilite]", "[transport]", 20, "« transport »", "a code that « maillage codes » lists"),
    ("{themes: [mobilite]}", "{kinds: [MAIRIE]}", 20, "« MAIRIE »", "a code that « maillage codes » lists"),
    (CONDITION, "{taille: {from: 160}}", 21, "« taille »", "one of age, all, any"),
    (CONDITION, "{age: {from: 30, to: 20}}", 21, "« from 30 to 20 »", "a first bound that is not above the second"),
    (CONDITION, "{age: {from: seize}}", 21, "« seize »", "a value of type integer"),
    (CONDITION, "{age: {entre: 16}}", 21, "« entre »", "one of from, to"),
    (CONDITION, "{age: seize}", 21, "« seize »", "a value of type integer or a value of type object"),
    (CONDITION, "{registered: oui}", 21, "« oui »", "a value of type boolean"),
    (CONDITION, "{target_group: ados}", 21, "« ados »", "one of actifs"),
    (CONDITION, "{barrier: {in: []}}", 21, "a list of 0", "at least 1 in the list"),
    (CONDITION, "{all: []}", 21, "a list of 0", "at least 1 in the list"),
    (CONDITION, "{age: {from: 16}, registered: true}", 21, "a mapping with age, registered", "at most 1 key(s)"),
    (CONDITION, "{lives_in: {in: [paris]}}", 21, "« paris »", "departement:36"),
    ("priority: [jeunes]", "priority: [ados]", 22, "« ados »", "one of actifs"),
    ("until: 2024-06-01}", "until: 2024-03-01}", 24, "« 2024-03-01 »", "a day after from"),
    ("- id: partage", "- id: ateliers", 25, "« ateliers » twice", "each clause id once"),
    ("to: passerelle}", "to: voisin}", 26, "« voisin »", "one of the parties"),
    ("shares: {", "partage: {", 26, "« partage »", "one of amends"),
    ('due_on: "2024-12-31"', 'due_on: "2024-02-30"', 28, "« 2024-02-30 »", "a day that exists"),
    ("    effective_from: 2024-06-01\n", "", 30, "no « effective_from »", "A civil day"),
    ("number: P2", "number: P1", 35, "« article P1 »", "a number that does not stand yet"),
    ("- insert: {", "- replace: {", 35, "« article P2 »", "one of P1"),
    ("{id: suite,", "{id: partage,", 35, "« partage » twice", "each clause id once"),
    ("kind: AGREEMENT", "\tkind: AGREEMENT", 4, "cannot start any token", "YAML"),
    ("  - {id: passerelle", " - {id: passerelle", 8, "expected <block end>", "YAML"),
    ("organisation: passerelle", "organisation: *passerelle", 8, "an alias (*passerelle) of nothing above it", "YAML"),
    ("title: Ateliers", "title: &soi [*soi]", 14, "an alias (*soi) of nothing above it", "YAML"),
    (CONDITION, "{not: " * 60 + CONDITION + "}" * 60, 21, "more than 40 levels", "YAML"),
]


def mistakes_in(content: bytes):
    with pytest.raises(AgreementMistakes) as refused:
        load_text(content)
    return refused.value.mistakes


def test_the_file_that_is_broken_below_is_sound():
    assert load_text(SOUND.encode()).id == "essai"


@pytest.mark.parametrize(("sound", "broken", "line", "found", "expected"), BROKEN)
def test_mistake_is_told_with_its_line(sound, broken, line, found, expected):
    assert SOUND.count(sound) == 1, f"{sound} must be broken in one place"

    (mistake,) = mistakes_in(SOUND.replace(sound, broken).encode())

    assert (mistake.line, found in mistake.found, expected in mistake.expected) == (line, True, True), str(mistake)


@pytest.mark.parametrize(
    ("content", "line", "found", "expected"),
    [
        (b"", 1, "nothing", "a mapping that begins with id: and title:"),
        (b"# rien\n", 1, "nothing", "a mapping that begins with id: and title:"),
        (b"- id: essai\n- title: Essai\n", 1, "a list of 2", "a mapping that begins with id: and title:"),
        (b"bonjour\n", 1, "« bonjour »", "a mapping that begins with id: and title:"),
        ("id: essai\ntitle: Été\n".encode("latin-1"), 2, "bytes that are not text", "UTF-8"),
        (b"id: essai\n---\nid: autre\n", 2, "but found another document", "YAML"),
        (b"id: essai\x00\n", 1, "special characters are not allowed", "YAML in UTF-8"),
        (b"id: !!python/object/apply:os.system [ls]\n", 1, "a list of 1", "a value of type string"),
    ],
)
def test_file_that_is_no_agreement(content, line, found, expected):
    mistake = mistakes_in(content)[0]

    assert (mistake.line, found in mistake.found, expected in mistake.expected) == (line, True, True), str(mistake)


def test_all_mistakes_are_told_at_once_in_the_order_of_the_lines():
    broken = SOUND.replace("passerelle\n          s", "inconnue\n          s").replace("[mobilite]", "[transport]")

    assert [mistake.line for mistake in mistakes_in(broken.encode())] == [19, 20]


def test_code_with_a_leading_zero_stays_a_code():
    (article,) = load_text(SOUND.replace(CONDITION, "{lives_in: 01004}").encode()).articles

    assert [str(area) for area in article.clauses[0].body.condition.territories] == ["commune:01004"]


def test_unsigned_amendment_changes_nothing_for_the_others():
    unsigned = SOUND.replace("    signed_on: 2024-05-01\n", "")
    later = "  - {id: b, effective_from: 2024-07-01, why: Abroger., instructions: [{repeal: P2}]}\n"

    (mistake,) = mistakes_in((unsigned + later).encode())

    assert (mistake.found, mistake.expected) == ("« article P2 »", "one of P1")


def test_folder_tells_the_mistakes_of_all_its_files(tmp_path):
    for name, text in {"a": SOUND, "b": SOUND.replace("LOCAL", "VILLAGE"), "c": ""}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "agreement.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(AgreementMistakes) as refused:
        load_folder(tmp_path)

    assert [mistake.file for mistake in refused.value.mistakes] == ["b/agreement.yaml", "c/agreement.yaml"]


def test_folder_refuses_two_agreements_of_one_name(tmp_path):
    for name in ("a.yaml", "b.yml"):
        (tmp_path / name).write_text(SOUND, encoding="utf-8")

    with pytest.raises(AgreementMistakes, match="« essai » twice; expected each id once in a folder"):
        load_folder(tmp_path)


def test_folder_without_agreement_says_what_was_expected(tmp_path):
    with pytest.raises(NoAgreement, match=r"expected a folder each, with its agreement\.yaml"):
        load_folder(tmp_path)


def test_value_without_a_line_is_said_to_be_on_the_first():
    assert Document("essai.yaml", {}).line_of(("articles", 0)) == 1


def test_an_alias_repeats_what_is_above():
    shared = SOUND.replace(CONDITION, "&jeunes {age: {from: 16, to: 25}}").replace(
        "clauses: [{id: suite, opens: {provider: passerelle}}]",
        "clauses: [{id: suite, opens: {provider: passerelle, condition: *jeunes}}]",
    )

    agreement = load_text(shared.encode())

    ((inserted,),) = [one.article.clauses for one in agreement.amendments[0].instructions]
    assert inserted.body.condition == agreement.articles[0].clauses[0].body.condition


@pytest.mark.parametrize("growth", [10, 1], ids=["a billion values", "a level a line"])
def test_aliases_that_would_grow_without_end_are_refused(growth):
    lines = ["id: essai", "a0: &a0 [x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * growth)}]" for n in range(1, 60))]

    (mistake,) = mistakes_in("\n".join(lines).encode())

    assert mistake.found.startswith("more than 20,000 values, or 40 levels")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("{registered: {in: [true]}}", Equals("registered", value=True)),
        ("{boe: {in: [false, true]}}", Any((Equals("boe", value=False), Equals("boe", value=True)))),
    ],
)
def test_a_yes_or_no_may_be_asked_in_a_list(condition, expected):
    (article,) = load_text(SOUND.replace(CONDITION, condition).encode()).articles

    assert article.clauses[0].body.condition == expected


def test_a_signatory_may_be_a_name_alone():
    named = SOUND.replace("passerelle}\nsigned", "passerelle, signatories: [Ada Fictive, {name: Paul}]}\nsigned")

    assert [one.name for one in load_text(named.encode()).parties[1].signatories] == ["Ada Fictive", "Paul"]
