"""From a finding to its reasons: by virtue of what, what is missing, what forbids and what would change it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from maillage.domain.agreements import Agreement, Article, Force, consolidated, term_of, version_of
from maillage.domain.eligibility import Basis, Finding, Obstacle, ObstacleKind, Reason, Verdict
from maillage.domain.people import FACTS
from maillage.domain.rules import All, Among, Any, Between, Condition, LivesIn, Not, Truth, parts_of
from maillage.domain.services import OwnBasis, Service
from maillage.engine.offer import OpeningClause
from maillage.engine.reference import SERVICE_CONDITIONS, Asked, clauses_read, read_clause, read_condition
from maillage.engine.wording import (
    Language,
    day_in_words,
    groups_in_words,
    listed,
    missing_in_words,
    said_test,
    territory_in_words,
)

REGISTRATION_IS_AUTOMATIC_FROM = date(2025, 1, 1)
"""Since then people on minimum income or followed by partners are registered too (law of 18 December 2023)."""
QUESTIONS_AT_MOST = 2

_SENTENCES: dict[Language, dict[str, str]] = {
    "fr": {
        "agreement": "Ouvert par « {title} », {article}.",
        "law": "Ouvert par la loi : {source}.",
        "mission": "Ouvert par la mission de l’organisme : {organisation}.",
        "no_end": "Le texte ne dit pas quand il prend fin : il s’applique tant qu’aucune fin n’est enregistrée.",
        "reread": "Ce texte est antérieur à l’inscription automatique (1er janvier 2025) : à relire.",
        "priority": "Priorité donnée à ces publics : {groups}.",
        "unknown": "À vérifier : il manque {missing}.",
        "unknown_clause": "« {title} », {article} : à vérifier, il manque {missing}.",
        "LAPSED": "« {title} », {article} : {what} a pris fin le {day}.",
        "NOT_YET": "« {title} », {article} : {what} ne s’applique qu’à partir du {day}.",
        "NOT_SIGNED": "« {title} », {article} : l’accord n’est pas signé.",
        "FRAMEWORK_NOT_IN_FORCE": "« {title} », {article} : l’accord-cadre dont il dépend n’est pas en vigueur.",
        "FRAMEWORK_UNKNOWN": "« {title} », {article} : l’accord-cadre dont il dépend n’est pas enregistré.",
        "whole": "l’accord",
        "part": "cette disposition",
        "TERRITORY": "« {title} », {article} : pour les personnes qui habitent {territory}.",
        "CONDITION": "« {title} », {article} : la condition n’est pas remplie.",
        "AGE": "Ce service s’adresse à un autre âge.",
        "PUBLICS": "Ce service s’adresse à d’autres personnes.",
        "ZONE": "Ce service est réservé à d’autres communes.",
        "NOT_AVAILABLE": "Ce service n’existe pas ce jour-là.",
        "NO_CLAUSE": "Ce service est réservé{by} et aucun accord enregistré ne l’ouvre.",
        "by": " ({text})",
        "change": "Il faudrait {needs}.",
        "change_framework": "Il faudrait que l’accord-cadre soit en vigueur.",
        "change_recorded": "Il faudrait enregistrer l’accord-cadre, et qu’il soit en vigueur.",
        "change_renewed": "Il faudrait un renouvellement ou un avenant.",
        "change_signed": "Il faudrait que l’accord soit signé.",
        "ours": "passage {number} (numérotation Maillage)",
        "theirs": "article {number}",
        "catalogue": "Catalogue : {source}{dated}",
        "dated": ", donnée du {day}",
    },
    "en": {
        "agreement": "Open under “{title}”, {article}.",
        "law": "Open by law: {source}.",
        "mission": "Open by the organisation's own mission: {organisation}.",
        "no_end": "The text does not say when it ends: it applies until an end is recorded.",
        "reread": "This text is older than automatic registration (1 January 2025): to be read again.",
        "priority": "Priority given to: {groups}.",
        "unknown": "To be checked. Not known: {missing}.",
        "unknown_clause": "“{title}”, {article}: to be checked. Not known: {missing}.",
        "LAPSED": "“{title}”, {article}: {what} ended on {day}.",
        "NOT_YET": "“{title}”, {article}: {what} applies only from {day}.",
        "NOT_SIGNED": "“{title}”, {article}: the agreement is not signed.",
        "FRAMEWORK_NOT_IN_FORCE": "“{title}”, {article}: the framework it depends on is not in force.",
        "FRAMEWORK_UNKNOWN": "“{title}”, {article}: the framework it depends on is not recorded.",
        "whole": "the agreement",
        "part": "this provision",
        "TERRITORY": "“{title}”, {article}: for people who live in {territory}.",
        "CONDITION": "“{title}”, {article}: the condition is not met.",
        "AGE": "This service is for another age.",
        "PUBLICS": "This service is for other people.",
        "ZONE": "This service is kept for other municipalities.",
        "NOT_AVAILABLE": "This service does not exist on that day.",
        "NO_CLAUSE": "This service is reserved{by} and no recorded agreement opens it.",
        "by": " ({text})",
        "change": "One would have to {needs}.",
        "change_framework": "The framework would have to be in force.",
        "change_recorded": "The framework would have to be recorded, and in force.",
        "change_renewed": "It would take a renewal or an amendment.",
        "change_signed": "The agreement would have to be signed.",
        "ours": "passage {number} (numbered by Maillage)",
        "theirs": "article {number}",
        "catalogue": "Catalogue: {source}{dated}",
        "dated": ", as of {day}",
    },
}


@dataclass(frozen=True)
class Explainer:
    """Makes the sentences of the answers to one question, in one language."""

    asked: Asked
    language: Language = "fr"

    def reasons(self, verdict: Verdict) -> tuple[Reason, ...]:
        """Give the reasons of a verdict: what opens it, what is missing, or what forbids it."""
        service = self.asked.offer.by_id[verdict.service]
        clauses = clauses_read(self.asked, service)
        if verdict.finding is Finding.OPEN:
            opened = {(ground.agreement, ground.article, ground.clause) for ground in verdict.grounds}
            found = [self._opened(one) for one in clauses if (one.agreement, one.article, one.clause) in opened]
            has_own = any(not ground.agreement for ground in verdict.grounds)
            return (*dict.fromkeys(found), *((self._own_basis(service),) if has_own else ()))
        if verdict.finding is Finding.UNKNOWN:
            return self._uncertain(service, clauses, verdict)
        return tuple(dict.fromkeys(self._forbidden(service, obstacle) for obstacle in verdict.obstacles))

    def lapsed(self, verdict: Verdict) -> tuple[Reason, ...]:
        """Give the texts that used to open a door which something else still opens: said, so that nobody cites them."""
        if verdict.finding is not Finding.OPEN:
            return ()
        clauses = clauses_read(self.asked, self.asked.offer.by_id[verdict.service])
        ended = [
            (clause, obstacle)
            for clause in clauses
            for obstacle in read_clause(self.asked, clause).obstacles
            if obstacle.force is Force.LAPSED
        ]
        return tuple(dict.fromkeys(self._forbidden_clause(clause, obstacle) for clause, obstacle in ended))

    def _say(self, key: str, **values: object) -> str:
        return _SENTENCES[self.language][key].format(**values)

    def _cited(self, clause: OpeningClause, sentence: str, change: str = "") -> Reason:
        agreement, article = self._text_of(clause)
        return Reason(
            basis=Basis.AGREEMENT,
            source=agreement.source or agreement.title,
            sentence=sentence,
            agreement=agreement.id,
            article=clause.article,
            version=version_of(agreement, on=self.asked.question.on),
            quote=article.text,
            change=change,
            is_number_ours=not article.is_numbered_by_source,
        )

    def _text_of(self, clause: OpeningClause) -> tuple[Agreement, Article]:
        """Find the article of a clause as it stands on the day, else as the original had it (or an amendment brings)."""
        agreement = self.asked.offer.agreements.agreements[clause.agreement]
        current = consolidated(agreement, on=self.asked.question.on)
        brought = [
            instruction.article
            for amendment in agreement.amendments
            for instruction in amendment.instructions
            if instruction.article is not None and instruction.number == clause.article
        ]
        return agreement, current.article(clause.article) or agreement.article(clause.article) or brought[-1]

    def _titled(self, clause: OpeningClause) -> dict[str, str]:
        agreement, article = self._text_of(clause)
        key = "theirs" if article.is_numbered_by_source else "ours"
        return {"title": agreement.title, "article": self._say(key, number=article.number)}

    def _opened(self, clause: OpeningClause) -> Reason:
        agreement, _ = self._text_of(clause)
        day = self.asked.question.on
        held = self.asked.question.person.groups_held or frozenset()
        groups = [group for group in clause.priority if group in held]
        parts = [self._say("agreement", **self._titled(clause))]
        if groups:
            parts.append(self._say("priority", groups=groups_in_words(groups, self.language)))
        if term_of(consolidated(agreement, on=day)).end is None:
            parts.append(self._say("no_end"))
        if to_be_reread(agreement, clause.condition, on=day):
            parts.append(self._say("reread"))
        return self._cited(clause, " ".join(parts))

    def _own_basis(self, service: Service) -> Reason:
        source = self._own_source(service)
        if service.own_basis is OwnBasis.LAW:
            return Reason(Basis.LAW, source, self._say("law", source=source))
        organisation = self.asked.offer.directory.name_of(service.organisation)
        return Reason(Basis.OWN_MISSION, source, self._say("mission", organisation=organisation))

    def _own_source(self, service: Service) -> str:
        if service.own_source:
            return service.own_source
        origin = service.provenance
        dated = self._say("dated", day=day_in_words(origin.dated_on, self.language)) if origin.dated_on else ""
        return self._say("catalogue", source=origin.source, dated=dated)

    def _uncertain(self, service: Service, clauses: list[OpeningClause], verdict: Verdict) -> tuple[Reason, ...]:
        found: list[Reason] = []
        lacking: frozenset[str] = frozenset()
        # Where the service is not reserved, an uncertain clause is not what makes the door uncertain.
        for clause in clauses if self.asked.offer.reserves(service.id) else ():
            reading = read_clause(self.asked, clause)
            if reading.truth is Truth.UNKNOWN:
                missing = missing_in_words(reading.missing, self.language)
                found.append(self._cited(clause, self._say("unknown_clause", **self._titled(clause), missing=missing)))
                lacking |= reading.missing
        own = verdict.missing - lacking
        if own or not found:
            sentence = self._say("unknown", missing=missing_in_words(own or verdict.missing, self.language))
            if SERVICE_CONDITIONS in own and service.conditions_note:
                sentence = f"{sentence} {service.conditions_note}"
            found.append(Reason(Basis(service.own_basis.value), self._own_source(service), sentence))
        return tuple(dict.fromkeys(found))

    def _forbidden(self, service: Service, obstacle: Obstacle) -> Reason:
        if obstacle.ground is not None:
            ground = obstacle.ground
            clause = next(
                one
                for one in clauses_read(self.asked, service)
                if (one.agreement, one.article, one.clause) == (ground.agreement, ground.article, ground.clause)
                and read_clause(self.asked, one).obstacles == (obstacle,)
            )
            return self._forbidden_clause(clause, obstacle)
        by = self._say("by", text=service.reserved_by) if service.reserved_by else ""
        sentence = self._say(obstacle.kind.value, by=by)
        change = self._own_change(service, obstacle.kind)
        return Reason(Basis(service.own_basis.value), self._own_source(service), sentence, change=change)

    def _own_change(self, service: Service, kind: ObstacleKind) -> str:
        tests: dict[ObstacleKind, Condition] = {
            ObstacleKind.AGE: Between("age", service.age_from, service.age_until),
            ObstacleKind.PUBLICS: Among("target_group", service.publics),
            ObstacleKind.ZONE: LivesIn(frozenset(service.zone or ())),
        }
        is_nobody_s = kind is ObstacleKind.ZONE and not service.zone
        return "" if is_nobody_s or kind not in tests else self._change(tests[kind])

    def _forbidden_clause(self, clause: OpeningClause, obstacle: Obstacle) -> Reason:
        titled = self._titled(clause)
        if obstacle.force is not None:
            sentence = self._say(obstacle.force.value, **titled, **self._when(clause, obstacle.force))
            changes = {
                Force.LAPSED: "change_renewed",
                Force.NOT_SIGNED: "change_signed",
                Force.FRAMEWORK_NOT_IN_FORCE: "change_framework",
                Force.FRAMEWORK_UNKNOWN: "change_recorded",
            }
            change = self._say(changes[obstacle.force]) if obstacle.force in changes else ""
            return self._cited(clause, sentence, change)
        geography = self.asked.offer.geography
        territory = territory_in_words(clause.territory, geography, self.language)
        sentence = self._say(obstacle.kind.value, **titled, territory=territory)
        asks_to_live = obstacle.kind is ObstacleKind.TERRITORY
        condition = LivesIn(frozenset({clause.territory})) if asks_to_live else clause.condition
        return self._cited(clause, sentence, self._change(condition))

    def _when(self, clause: OpeningClause, force: Force) -> dict[str, str]:
        """Say what ended, or is to come, and on which day: the agreement, or the clause alone inside it."""
        if force not in {Force.LAPSED, Force.NOT_YET}:
            return {}
        agreement, _ = self._text_of(clause)
        day = self.asked.question.on
        periods = {"whole": term_of(consolidated(agreement, on=day)), "part": clause.standing}
        if force is Force.LAPSED:
            ends = [(one.end, key) for key, one in periods.items() if one.end is not None and one.end <= day]
            first, key = min(ends, key=lambda end: end[0])
            return {"what": self._say(key), "day": day_in_words(first - timedelta(days=1), self.language)}
        starts = [(one.start, key) for key, one in periods.items() if one.start is not None and day < one.start]
        last, key = max(starts, key=lambda start: start[0])
        return {"what": self._say(key), "day": day_in_words(last, self.language)}

    def _change(self, condition: Condition) -> str:
        needs = self.needs(condition)
        return self._say("change", needs=needs) if needs else ""

    def needs(self, condition: Condition) -> str:
        """Say what would make a condition hold: only the parts that do not already, as infinitives."""
        link, said = self._needed(condition, wanted=True)
        return listed(said, self.language, link)

    def _needed(self, condition: Condition, *, wanted: bool) -> tuple[str, list[str]]:
        """Give the infinitives with the word that links them; those linked otherwise stand together in brackets."""
        match condition:
            case Not(part):
                return self._needed(part, wanted=not wanted)
            case All(parts) | Any(parts):
                link = "and" if isinstance(condition, All) is wanted else "or"
                said: list[str] = []
                for part in parts:
                    if read_condition(part, self.asked).truth is not (Truth.TRUE if wanted else Truth.FALSE):
                        inner, found = self._needed(part, wanted=wanted)
                        is_apart = inner != link and len(found) > 1
                        said += [f"({listed(found, self.language, inner)})"] if is_apart else found
                return link, list(dict.fromkeys(said))
            case _:
                found_test = said_test(condition, self.asked.offer.geography, self.language, holds=wanted)
                return "and", [found_test] if found_test else []


def to_be_reread(agreement: Agreement, condition: Condition, *, on: date) -> bool:
    """Tell whether a rule uses "registered" in a text older than automatic registration, on a day after it."""
    signed_before = agreement.signed_on is not None and agreement.signed_on < REGISTRATION_IS_AUTOMATIC_FROM
    names = {getattr(part, "fact", "") for part in parts_of(condition)}
    return signed_before and on >= REGISTRATION_IS_AUTOMATIC_FROM and "registered" in names


def questions_to_ask(missing: Mapping[frozenset[str], int]) -> tuple[str, ...]:
    """Choose the facts to ask for: at most two, out of how many uncertain doors hang on each set of facts.

    Those that would settle the most doors come first; a door that hangs on one fact counts more than one that hangs on
    several, and one that hangs on what nobody can tell does not count.
    """
    weights: Counter[str] = Counter()
    for facts, count in missing.items():
        if facts <= FACTS.keys():
            for fact in facts:
                weights[fact] += count * 12 // len(facts)
    ranked = sorted(weights, key=lambda fact: (-weights[fact], list(FACTS).index(fact)))
    return tuple(ranked[:QUESTIONS_AT_MOST])
