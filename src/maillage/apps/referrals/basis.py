"""By virtue of what a person can be sent to a service today: the clause that opens it, its delay, its volume."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from maillage.apps.agreements.queries import LoadedAgreements, agreements_in
from maillage.apps.delegation.queries import DelegatingClause, find_delegating_clause
from maillage.apps.eligibility.queries import offered_on
from maillage.domain.agreements import Opens, consolidated
from maillage.domain.eligibility import Basis, Finding, Ground, Question
from maillage.domain.people import PersonFacts
from maillage.domain.rules import Truth
from maillage.domain.services import Service
from maillage.domain.shared import MaillageError
from maillage.engine.reference import Asked, ask, assess, clauses_read, read_clause


class SendingRefused(MaillageError):
    """Somebody cannot be sent to a service today; both sentences say why and what to do.

    ``missing`` are the facts that the adviser may confirm with the person to send all the same; empty when nothing
    that the adviser knows would change the answer.
    """

    def __init__(self, sentence_fr: str, sentence_en: str, missing: frozenset[str] = frozenset()) -> None:
        self.sentence_fr, self.sentence_en, self.missing = sentence_fr, sentence_en, missing
        super().__init__(sentence_fr)


@dataclass(frozen=True)
class SendingBasis:
    """What a sending rests on.

    ``confirmed`` are the facts that the adviser confirmed because nobody had recorded them; ``priority`` whether the
    article puts a target group of the person first; ``delegating`` the clause when the support itself passes.
    """

    service: Service
    ground: Ground
    answer_days: int | None
    confirmed: frozenset[str] = frozenset()
    is_priority: bool = False
    delegating: DelegatingClause | None = None


def basis_of_sending(
    facts: PersonFacts, service: str, *, on: date, confirmed: frozenset[str] = frozenset()
) -> SendingBasis:
    """Find by virtue of what a person can be sent to a service on a day.

    ``confirmed`` are facts that nobody recorded and that the adviser has confirmed with the person.

    Raises:
        SendingRefused: no such service, out of reach, not open to this person, or facts are missing.
        UnknownTerritory: the person's municipality is in no loaded vintage.
    """
    loaded = agreements_in()
    offered = offered_on(on, loaded=loaded)
    asked = ask(offered.offer, Question(facts, on))
    found = offered.offer.by_id.get(service)
    verdict = assess(asked, found) if found is not None else None
    if found is None or verdict is None:
        raise SendingRefused(
            "Ce service n’est pas proposé à cette personne aujourd’hui : il n’existe plus, ou il est trop loin. "
            "Cherchez-en un autre parmi les portes ouvertes.",
            "This service is not offered to this person today: it no longer exists, or it is too far. Look for another "
            "among the open doors.",
        )
    if verdict.finding is Finding.CLOSED:
        raise SendingRefused(
            "Cette porte n’est pas ouverte à cette personne aujourd’hui : lisez pourquoi sur la page du service, et "
            "cherchez-en une autre parmi les portes ouvertes.",
            "This door is not open to this person today: read why on the page of the service, and look for another "
            "among the open doors.",
        )
    if verdict.finding is Finding.UNKNOWN and not verdict.missing <= confirmed:
        raise _missing(verdict.missing - confirmed)
    ground = verdict.grounds[0] if verdict.grounds else _ground_if_confirmed(asked, found)
    return _basis(loaded, found, ground, on, verdict.missing, is_priority=bool(verdict.priority_groups))


def _missing(missing: frozenset[str]) -> SendingRefused:
    names = ", ".join(sorted(missing))
    return SendingRefused(
        f"Il manque des informations pour savoir si la convention s’applique : {names}. Demandez-les à la personne et "
        "confirmez-les.",
        f"Facts are missing to know whether the agreement applies: {names}. Ask the person and confirm them.",
        missing,
    )


def _ground_if_confirmed(asked: Asked, service: Service) -> Ground:
    """Give what opens a service once the missing facts are confirmed: its first uncertain clause, else its own basis."""
    uncertain = [
        asked.offer.ground_of(clause, on=asked.question.on)
        for clause in clauses_read(asked, service)
        if read_clause(asked, clause).truth is Truth.UNKNOWN
    ]
    return min(uncertain) if uncertain else Ground(Basis(service.own_basis.value).value)


def _basis(  # noqa: PLR0913 (what was found)
    loaded: LoadedAgreements,
    service: Service,
    ground: Ground,
    on: date,
    confirmed: frozenset[str],
    *,
    is_priority: bool,
) -> SendingBasis:
    delegating = find_delegating_clause(loaded, ground.agreement, ground.clause, on=on) if ground.clause else None
    days = _answer_days(loaded, ground, on)
    return SendingBasis(service, ground, days, confirmed, is_priority, delegating)


def _answer_days(loaded: LoadedAgreements, ground: Ground, on: date) -> int | None:
    agreement = loaded.agreements.find(ground.agreement)
    if agreement is None:
        return None
    for article in consolidated(agreement, on=on).articles:
        for clause in article.clauses:
            if clause.id == ground.clause and isinstance(clause.body, Opens):
                return clause.body.answer_within_days
    return None
