"""The five texts known from the press: they load, they quote, and they answer on the right days."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from maillage.domain.agreements import (
    AgreementKind,
    AgreementSet,
    ClauseKind,
    Force,
    Opens,
    consolidated,
    force_of,
    term_of,
    version_of,
)
from maillage.domain.shared import Period
from maillage.engine.loading import load_folder
from tools.boot import ROOT

AGREEMENTS = ROOT / "agreements"
SOURCES = {
    "2014-face-national": "002",
    "2020-ave-national": "003",
    "2021-ml-alsace-nord": "004",
    "2022-la-poste-centre-val-de-loire": "000",
    "2024-indre-experimentation-numerique": "001",
}
LOST_ACCENTS = "003"
"""The copy of this source wrote ``Po?le`` for ``Pôle``: our quotations restore the accents and change nothing else."""


@pytest.fixture(scope="module")
def agreements() -> AgreementSet:
    return load_folder(AGREEMENTS)


def quotations_of(text: str) -> Iterator[str]:
    """Give what stands between the outermost « and », since a source quotes too."""
    depth, start = 0, 0
    for position, character in enumerate(text):
        if character == "«":
            depth += 1
            start = position + 1 if depth == 1 else start
        elif character == "»":
            depth -= 1
            if depth == 0:
                yield text[start:position]
    assert depth == 0, f"a « without its » in {text}"


def folded(text: str, source: str) -> str:
    if source == LOST_ACCENTS:
        text = re.sub(r"(?<=\w)\?", "", text)
        text = "".join(mark for mark in unicodedata.normalize("NFD", text) if not unicodedata.combining(mark))
    return " ".join(text.split())


def test_all_five_load(agreements):
    assert sorted(agreement.id for agreement in agreements) == sorted(SOURCES)


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_every_folder_is_whole(agreements, name):
    assert {path.name for path in (AGREEMENTS / name).iterdir()} == {"agreement.yaml", "cases.yaml", "source.md"}
    assert agreements.find(name) is not None


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_every_article_quotes_a_sentence(agreements, name):
    silent = [article.number for article in agreements.find(name).articles if not list(quotations_of(article.text))]

    assert silent == []


@pytest.mark.shared_data
@pytest.mark.parametrize(("name", "source"), sorted(SOURCES.items()))
def test_quotations_are_in_the_source(agreements, shared_data: Path, name, source):
    (path,) = (shared_data / "mission" / "sources").glob(f"{source}_*.txt")
    said = folded(path.read_text(encoding="utf-8"), source)

    invented = [
        (article.number, quotation)
        for article in agreements.find(name).articles
        for quotation in quotations_of(article.text)
        if folded(quotation, source) not in said
    ]

    assert invented == []


@pytest.mark.parametrize(
    ("name", "numbered"),
    [
        ("2014-face-national", []),
        ("2020-ave-national", ["1", "2", "3", "4"]),
        ("2021-ml-alsace-nord", []),
        ("2022-la-poste-centre-val-de-loire", []),
        ("2024-indre-experimentation-numerique", []),
    ],
)
def test_only_the_numbers_of_the_source_are_said_to_be_its_own(agreements, name, numbered):
    articles = agreements.find(name).articles

    assert [article.number for article in articles if article.is_numbered_by_source] == numbered


@pytest.mark.parametrize(
    ("name", "day", "force"),
    [
        ("2022-la-poste-centre-val-de-loire", date(2022, 10, 13), Force.NOT_YET),
        ("2022-la-poste-centre-val-de-loire", date(2022, 10, 14), Force.IN_FORCE),
        ("2022-la-poste-centre-val-de-loire", date(2026, 11, 2), Force.IN_FORCE),
        ("2024-indre-experimentation-numerique", date(2024, 5, 31), Force.NOT_YET),
        ("2024-indre-experimentation-numerique", date(2024, 10, 15), Force.IN_FORCE),
        ("2024-indre-experimentation-numerique", date(2025, 4, 1), Force.LAPSED),
        ("2024-indre-experimentation-numerique", date(2026, 11, 2), Force.LAPSED),
        ("2014-face-national", date(2014, 7, 9), Force.NOT_YET),
        ("2014-face-national", date(2014, 7, 10), Force.IN_FORCE),
        ("2020-ave-national", date(2020, 7, 15), Force.NOT_YET),
        ("2020-ave-national", date(2020, 7, 16), Force.IN_FORCE),
        ("2020-ave-national", date(2020, 12, 31), Force.IN_FORCE),
        ("2020-ave-national", date(2021, 1, 1), Force.LAPSED),
        ("2021-ml-alsace-nord", date(2021, 12, 3), Force.NOT_YET),
        ("2021-ml-alsace-nord", date(2021, 12, 4), Force.IN_FORCE),
    ],
)
def test_in_force_on_the_right_days(agreements, name, day, force):
    assert force_of(agreements.find(name), agreements, on=day) is force


@pytest.mark.parametrize("name", ["2014-face-national", "2021-ml-alsace-nord", "2022-la-poste-centre-val-de-loire"])
def test_no_end_is_invented(agreements, name):
    agreement = agreements.find(name)

    assert term_of(agreement) == Period(agreement.signed_on, None)


def test_version_names_the_day_of_signature_and_the_file(agreements):
    agreement = agreements.find("2020-ave-national")

    assert version_of(agreement, on=date(2020, 10, 1)) == f"2020-07-16+{agreement.digest[:8]}"
    assert consolidated(agreement, on=date(2020, 10, 1)) == agreement


@pytest.mark.parametrize(
    ("name", "signatories"),
    [
        ("2014-face-national", []),
        ("2020-ave-national", ["Jean Bassères", "Yohan David"]),
        ("2021-ml-alsace-nord", ["Claude Rouillon", "Coralie Tijou"]),
        ("2022-la-poste-centre-val-de-loire", ["Virginie Coppens Ménager", "Béatrice Tourette"]),
        ("2024-indre-experimentation-numerique", []),
    ],
)
def test_signatories_are_those_the_source_names(agreements, name, signatories):
    parties = agreements.find(name).parties

    assert [one.name for party in parties for one in party.signatories] == signatories
    assert all(one.function for party in parties for one in party.signatories)


def test_experiment_runs_under_the_agreement_that_was_signed(agreements):
    experiment = agreements.find("2024-indre-experimentation-numerique")

    assert experiment.kind is AgreementKind.EXPERIMENT
    assert experiment.signed_on == agreements.find(experiment.framework).signed_on


def test_ministry_is_a_sponsor(agreements):
    sponsors = [party.organisation for party in agreements.find("2014-face-national").parties if party.is_sponsor]

    assert sponsors == ["ministere-travail"]


def test_services_that_the_texts_name(agreements):
    named = {
        service
        for agreement in agreements
        for article in agreement.articles
        for clause in article.clauses
        if isinstance(clause.body, Opens)
        for service in clause.body.services.ids
    }

    assert named == {
        "alliance-villes-emploi--clause-sociale-sourcing",
        "face--alternance-chomeurs-longue-duree",
        "face--conge-mobilite-solidaire",
        "face--cv-video-facealemploi",
        "face--periode-immersion-garantie-jeunes",
        "la-poste--alternance-stages",
    }


def test_together_they_hold_every_kind_of_clause(agreements):
    held = {clause.kind for agreement in agreements for article in agreement.articles for clause in article.clauses}

    assert held == set(ClauseKind)
