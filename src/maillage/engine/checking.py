"""What is odd in agreements that load: each remark says what, why and what to do; never a false alarm.

Where something cannot be decided from the texts alone, nothing is said.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum
from itertools import combinations

from maillage.domain.agreements import (
    Agreement,
    AgreementSet,
    Amendment,
    Article,
    Clause,
    ClauseKind,
    Declines,
    Delegates,
    Force,
    Opens,
    Statement,
    Survival,
    consolidated,
    every_reading,
    force_of,
    term_of,
)
from maillage.domain.people import TARGET_GROUPS
from maillage.domain.rules import Between, Equals, parts_of
from maillage.domain.shared import Period
from maillage.domain.sharing import passing_of
from maillage.domain.territories import FRANCE, TerritoryKind, TerritoryRef
from maillage.engine.satisfying import adds_nothing, can_hold

FULL_EMPLOYMENT_ACT_ON = date(2023, 12, 18)
"""Law 2023-1196: registration, until then asked for, is also automatic from the day below."""
AUTOMATIC_REGISTRATION_FROM = date(2025, 1, 1)
MONTHS = {"YEAR": 12, "HALF_YEAR": 6, "QUARTER": 3, "MONTH": 1}


class RemarkKind(Enum):
    """What a remark is about."""

    CONTRADICTION = "CONTRADICTION"
    """A condition that no person can satisfy."""
    OPPOSITE_DELEGATIONS = "OPPOSITE_DELEGATIONS"
    """The same people pass from A to B and from B to A."""
    SHADOWED = "SHADOWED"
    """A clause that opens nothing that another does not open already."""
    OUTSIDE_TERM = "OUTSIDE_TERM"
    """An article or a clause that applies on no day of the agreement."""
    OUTSIDE_TERRITORY = "OUTSIDE_TERRITORY"
    """A clause that applies outside the territory of its agreement."""
    AMENDMENT_AFTER_END = "AMENDMENT_AFTER_END"
    CONFLICTING_AMENDMENTS = "CONFLICTING_AMENDMENTS"
    """Two amendments in preparation on one article."""
    SURVIVAL_WITHOUT_EFFECT = "SURVIVAL_WITHOUT_EFFECT"
    """What survives is said, though nothing falls."""
    FRAMEWORK_ABSENT = "FRAMEWORK_ABSENT"
    FRAMEWORK_NOT_IN_FORCE = "FRAMEWORK_NOT_IN_FORCE"
    """Signed while the framework that had to be in force was not."""
    REVIEW_OUTSIDE_TERM = "REVIEW_OUTSIDE_TERM"
    COMMITTEE_OUTSIDE_TERM = "COMMITTEE_OUTSIDE_TERM"
    TARGET_OUTSIDE_TERM = "TARGET_OUTSIDE_TERM"
    EXPERIMENT_OUTSIDE_TERM = "EXPERIMENT_OUTSIDE_TERM"
    UNKNOWN_GROUP = "UNKNOWN_GROUP"
    UNKNOWN_SERVICE = "UNKNOWN_SERVICE"
    UNKNOWN_SHARED_FIELD = "UNKNOWN_SHARED_FIELD"
    """A clause that passes facts about people names one that nothing stores."""
    TO_READ_AGAIN = "TO_READ_AGAIN"
    """Written before a law that changed the meaning of one of its words."""


class Severity(Enum):
    """Whether the text cannot do what it says, or may not do what was meant."""

    ERROR = "ERROR"
    WARNING = "WARNING"


@dataclass(frozen=True)
class Remark:
    """One odd thing: where it is written (``line`` 1 when it concerns the whole file), and a sentence for a person."""

    kind: RemarkKind
    severity: Severity
    agreement: str
    article: str
    clause: str
    line: int
    sentence: str


@dataclass(frozen=True)
class Placed:
    """A clause with the article it stands in, its agreement, and the days on which that text stands."""

    agreement: Agreement
    article: Article
    clause: Clause
    standing: Period

    @property
    def applies(self) -> Period:
        """The days on which the clause applies, as its article and its own period say."""
        body = self.clause.body
        own = body.period if isinstance(body, Opens | Delegates) else Period()
        return self.standing.intersection(self.article.valid).intersection(own)

    def remark(self, kind: RemarkKind, sentence: str, *, severity: Severity = Severity.WARNING) -> Remark:
        """Make a remark about the clause."""
        where = f"Article {self.article.number}, clause {self.clause.id}"
        return Remark(
            kind,
            severity,
            self.agreement.id,
            self.article.number,
            self.clause.id,
            self.clause.line or 1,
            f"{where}: {sentence}",
        )


def check(
    agreements: AgreementSet, *, on: date | None = None, service_ids: frozenset[str] | None = None
) -> tuple[Remark, ...]:
    """Remark what is odd in each agreement, in the order of agreements and lines.

    ``on`` narrows to the text as it stands on a day, ``None`` looks at all that the text ever holds. ``service_ids``
    are those of the catalogue, ``None`` when it is not known: services are then not looked up.
    """
    found: dict[Remark, None] = {}
    for agreement in agreements:
        for look in (_amendments, _framework, _articles):
            found.update(dict.fromkeys(look(agreement, agreements, on)))
        clauses = _clauses_of(agreement, on=on)
        for placed in clauses:
            for examine in _EXAMINATIONS:
                found.update(dict.fromkeys(examine(placed)))
            found.update(dict.fromkeys(_unknown_services(placed, service_ids)))
        for one, other in combinations(clauses, 2):
            found.update(dict.fromkeys(_pair(one, other)))
    return tuple(sorted(found, key=lambda remark: (remark.agreement, remark.line, remark.kind.value, remark.sentence)))


def _clauses_of(agreement: Agreement, *, on: date | None) -> list[Placed]:
    return [
        Placed(agreement, article, clause, standing)
        for article, standing in every_reading(agreement)
        if on is None or on in standing
        for clause in article.clauses
    ]


def whole_term(agreement: Agreement) -> Period:
    """Give the longest term that the agreement ever had, its signed amendments counted."""
    ends = [agreement.effective_until]
    ends += [change.new_until for change in agreement.amendments if change.signed_on and change.changes_term]
    known = [end for end in ends if end is not None]
    return Period(term_of(agreement).start, max(known) if len(known) == len(ends) else None)


def months_after(day: date, months: int) -> date:
    """Give the same day some months later, or the last of a shorter month; the last day of all when out of reach."""
    year, month = day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1
    if year > date.max.year:
        return date.max
    return date(year, month, min(day.day, monthrange(year, month)[1]))


# The agreement as a whole


def _remark(agreement: Agreement, kind: RemarkKind, severity: Severity, sentence: str, article: str = "") -> Remark:
    return Remark(kind, severity, agreement.id, article, "", 1, sentence)


def _amendments(agreement: Agreement, _known: AgreementSet, _on: date | None) -> Iterator[Remark]:
    for amendment in agreement.amendments:
        end = consolidated(agreement, on=amendment.effective_from - timedelta(days=1)).effective_until
        if end is not None and amendment.effective_from >= end:
            yield _remark(
                agreement,
                RemarkKind.AMENDMENT_AFTER_END,
                Severity.ERROR,
                f"Amendment {amendment.id} takes effect on {amendment.effective_from}, but the agreement no longer "
                f"applies from {end}: bring its effect forward, or sign a new agreement.",
            )
    prepared = [amendment for amendment in agreement.amendments if amendment.signed_on is None]
    for one, other in combinations(prepared, 2):
        for number in sorted(_touched(one) & _touched(other)):
            yield _remark(
                agreement,
                RemarkKind.CONFLICTING_AMENDMENTS,
                Severity.WARNING,
                f"Amendments {one.id} and {other.id}, both in preparation, change article {number}: decide which one "
                f"goes first and write the other upon it.",
                number,
            )


def _touched(amendment: Amendment) -> set[str]:
    return {instruction.number for instruction in amendment.instructions}


def _framework(agreement: Agreement, known: AgreementSet, _on: date | None) -> Iterator[Remark]:
    framework = known.find(agreement.framework) if agreement.framework else None
    if framework is None:
        yield from _absent_framework(agreement)
        return
    day = agreement.signed_on
    if day is None or not (agreement.requires_framework_in_force or _asks_to_be_in_force(framework, on=day)):
        return
    force = force_of(framework, known, on=day)
    if force is not Force.IN_FORCE:
        yield _remark(
            agreement,
            RemarkKind.FRAMEWORK_NOT_IN_FORCE,
            Severity.ERROR,
            f"It was signed on {day}, when its framework {framework.id} was not in force ({force.value}), though the "
            f"texts ask for it: check both dates, or sign it again under a framework in force.",
        )


def _absent_framework(agreement: Agreement) -> Iterator[Remark]:
    if not (agreement.framework or agreement.requires_framework_in_force):
        return
    named = f"its framework {agreement.framework} is not here" if agreement.framework else "it names no framework"
    falls = agreement.requires_framework_in_force
    effect = "it requires one in force, so it opens nothing" if falls else "what the framework says is not applied"
    yield _remark(
        agreement,
        RemarkKind.FRAMEWORK_ABSENT,
        Severity.ERROR if falls else Severity.WARNING,
        f"The framework cannot be read ({named}): {effect}. Add the framework, or correct the name.",
    )


def _asks_to_be_in_force(framework: Agreement, *, on: date) -> bool:
    return any(
        isinstance(clause.body, Declines) and clause.body.only_while_in_force
        for article in consolidated(framework, on=on).articles
        for clause in article.clauses
    )


def _articles(agreement: Agreement, _known: AgreementSet, on: date | None) -> Iterator[Remark]:
    term = whole_term(agreement)
    for article, standing in every_reading(agreement):
        if (on is None or on in standing) and article.valid.intersection(term).is_empty:
            yield _remark(
                agreement,
                RemarkKind.OUTSIDE_TERM,
                Severity.ERROR,
                f"Article {article.number} applies on no day of the agreement ({_said(article.valid)}, in a term "
                f"{_said(term)}): correct its dates, or the term.",
                article.number,
            )


def _said(period: Period) -> str:
    start, end = (str(day) if day else "open" for day in (period.start, period.end))
    return f"from {start} to {end}, the last excluded"


# One clause


def _conditions(placed: Placed) -> Iterator[Remark]:
    body = placed.clause.body
    if not isinstance(body, Opens | Delegates):
        return
    if can_hold(body.condition) is False:
        sentence = (
            "no person can satisfy its condition, so it opens nothing to anybody; correct the part that excludes."
        )
        yield placed.remark(RemarkKind.CONTRADICTION, sentence, severity=Severity.ERROR)
    for group in body.priority:
        if group not in TARGET_GROUPS:
            sentence = f"the priority group {group} is in no list, so nobody is put first; use a code of the lists."
            yield placed.remark(RemarkKind.UNKNOWN_GROUP, sentence, severity=Severity.ERROR)


def _reach(placed: Placed) -> Iterator[Remark]:
    body = placed.clause.body
    if not isinstance(body, Opens | Delegates):
        return
    term = whole_term(placed.agreement)
    days = placed.article.valid.intersection(body.period)
    article_applies = not placed.article.valid.intersection(term).is_empty
    if article_applies and days.intersection(term).is_empty:
        sentence = f"its period ({_said(body.period)}) leaves no day of the term ({_said(term)}); correct one of them."
        yield placed.remark(RemarkKind.OUTSIDE_TERM, sentence, severity=Severity.ERROR)
    whole = placed.agreement.territory
    if body.territory is not None and are_apart(body.territory, whole):
        sentence = f"it applies in {body.territory}, outside the agreement's {whole}; correct the one that is wrong."
        yield placed.remark(RemarkKind.OUTSIDE_TERRITORY, sentence)


def are_apart(one: TerritoryRef, other: TerritoryRef) -> bool:
    """Tell whether two territories surely share no municipality; false also when the codes alone cannot tell.

    A municipality may have two codes and may have changed department, so municipalities are never told apart.
    """
    if FRANCE in {one, other} or TerritoryKind.MUNICIPALITY in {one.kind, other.kind}:
        return False
    if one.kind is other.kind:
        return one.code != other.code
    departments = {_department_of(one), _department_of(other)}
    return None not in departments and len(departments) == 2


def _department_of(territory: TerritoryRef) -> str | None:
    """Read the department in the code of what always lies in one; a local committee may reach beyond its own."""
    if territory.kind not in {TerritoryKind.DEPARTMENT, TerritoryKind.ARRONDISSEMENT}:
        return None
    return territory.code[:3] if territory.code[:2] in {"97", "98"} else territory.code[:2]


def _survival(placed: Placed) -> Iterator[Remark]:
    body = placed.clause.body
    said = isinstance(body, Declines) and body.survival is not Survival.OPEN_REFERRALS
    if said and isinstance(body, Declines) and not body.only_while_in_force:
        sentence = "it says what survives the framework, but local agreements do not fall with it; say that they do."
        yield placed.remark(RemarkKind.SURVIVAL_WITHOUT_EFFECT, sentence)


def _dates(placed: Placed) -> Iterator[Remark]:
    body = placed.clause.body
    if not isinstance(body, Statement):
        return
    term = whole_term(placed.agreement)
    rhythm = body.value_of("review_every_months")
    if body.kind is ClauseKind.AMENDS and isinstance(rhythm, int) and _passes_end(term, rhythm):
        sentence = f"a review every {rhythm} months never falls due in the term ({_said(term)}); shorten it, or extend."
        yield placed.remark(RemarkKind.REVIEW_OUTSIDE_TERM, sentence)
    per = body.value_of("per")
    if body.kind is ClauseKind.CONVENES and _is_longer(term, MONTHS.get(str(per), 0)):
        sentence = f"it meets per {per}, but the term ({_said(term)}) holds no whole one; set a date for the meeting."
        yield placed.remark(RemarkKind.COMMITTEE_OUTSIDE_TERM, sentence)
    due_on = body.value_of("due_on")
    if isinstance(due_on, str) and date.fromisoformat(due_on) not in term:
        sentence = f"it is due on {due_on}, outside the term ({_said(term)}); correct the day, or extend the agreement."
        yield placed.remark(RemarkKind.TARGET_OUTSIDE_TERM, sentence)
    if body.kind is ClauseKind.EXPERIMENTS:
        yield from _trial(placed, body, term)


def _trial(placed: Placed, body: Statement, term: Period) -> Iterator[Remark]:
    starts_on, months = body.value_of("starts_on"), body.value_of("months")
    start = date.fromisoformat(starts_on) if isinstance(starts_on, str) else term.start
    if start is None:
        return
    end = months_after(start, months) if isinstance(months, int) else None
    begins = start in term
    if not begins or (end is not None and term.end is not None and end > term.end):
        lasts = f", lasts until {end}" if end else ""
        sentence = f"the trial starts on {start}{lasts}, beyond the term ({_said(term)}); correct one of them."
        yield placed.remark(RemarkKind.EXPERIMENT_OUTSIDE_TERM, sentence)


def _passes_end(term: Period, months: int) -> bool:
    return term.start is not None and term.end is not None and months_after(term.start, months) >= term.end


def _is_longer(term: Period, months: int) -> bool:
    return (
        months > 0 and term.start is not None and term.end is not None and months_after(term.start, months) > term.end
    )


def _old_words(placed: Placed) -> Iterator[Remark]:
    body = placed.clause.body
    written_on = placed.standing.start or placed.agreement.signed_on
    last_end = placed.applies.intersection(whole_term(placed.agreement)).end
    if not isinstance(body, Opens | Delegates) or written_on is None or written_on >= FULL_EMPLOYMENT_ACT_ON:
        return
    if last_end is not None and last_end <= AUTOMATIC_REGISTRATION_FROM:
        return
    asked = {part.fact for part in parts_of(body.condition) if isinstance(part, Equals | Between)}
    for fact in sorted(asked & {"registered", "registered_for_months"}):
        sentence = (
            f"it was written before the law of 18 December 2023 and asks {fact}: registration is also automatic since "
            f"{AUTOMATIC_REGISTRATION_FROM}; read it again with the parties, and amend it if they mean less."
        )
        yield placed.remark(RemarkKind.TO_READ_AGAIN, sentence)


def _shared_fields(placed: Placed) -> Iterator[Remark]:
    if placed.clause.kind is not ClauseKind.SHARES:
        return
    passing = passing_of(placed.agreement.id, placed.article.number, placed.clause)
    if not passing.fields:
        return  # studies and announcements are shared too: nothing says that people were meant
    for word in passing.unknown:
        sentence = f"« {word} » names no stored fact about people, so nothing passes by that word; write one that does."
        yield placed.remark(RemarkKind.UNKNOWN_SHARED_FIELD, sentence)


_EXAMINATIONS: tuple[Callable[[Placed], Iterator[Remark]], ...] = (
    _conditions,
    _reach,
    _survival,
    _dates,
    _old_words,
    _shared_fields,
)


def _unknown_services(placed: Placed, service_ids: frozenset[str] | None) -> Iterator[Remark]:
    body = placed.clause.body
    if service_ids is None or not isinstance(body, Opens | Delegates):
        return
    for service in sorted(body.services.ids - service_ids):
        sentence = (
            f"no service of the catalogue is called {service}, so it opens nothing; record it, or correct the id."
        )
        yield placed.remark(RemarkKind.UNKNOWN_SERVICE, sentence)


# Two clauses of one agreement


def _pair(one: Placed, other: Placed) -> Iterator[Remark]:
    """Compare two clauses of one agreement, the first written first."""
    if _are_opposite(one, other):
        sentence = (
            f"it delegates to the party that delegates the same people back (clause {one.clause.id}); keep one of them."
        )
        yield other.remark(RemarkKind.OPPOSITE_DELEGATIONS, sentence, severity=Severity.ERROR)
    for shadow, door in ((one, other), (other, one)):
        if _is_shadowed(door, shadow):
            sentence = (
                f"whoever it opens to, clause {shadow.clause.id} of article {shadow.article.number} opens the same to "
                f"already; remove it, or say what it adds."
            )
            yield door.remark(RemarkKind.SHADOWED, sentence)
            return


def _are_opposite(one: Placed, other: Placed) -> bool:
    first, second = one.clause.body, other.clause.body
    if not isinstance(first, Delegates) or not isinstance(second, Delegates):
        return False
    same_people = (first.condition, _territory(one)) == (second.condition, _territory(other))
    crossed = (first.from_party, first.to_party) == (second.to_party, second.from_party)
    meet = not one.applies.intersection(other.applies).is_empty
    return same_people and crossed and meet and can_hold(first.condition) is True


def _is_shadowed(door: Placed, shadow: Placed) -> bool:
    """Tell whether a clause surely opens nothing that another of its agreement does not.

    All but the condition must be the same; two versions of one article stand on different days, and do not meet.
    """
    inner, outer = door.clause.body, shadow.clause.body
    if not isinstance(inner, Opens | Delegates) or not isinstance(outer, Opens | Delegates):
        return False
    if isinstance(inner, Delegates) and inner.services.is_everything:
        return False  # each such delegation is a service of its own
    alike = replace(inner, condition=outer.condition, territory=outer.territory, period=outer.period) == outer
    same_place = _territory(door) == _territory(shadow)
    same_days = door.applies.intersection(shadow.applies) == door.applies and not door.applies.is_empty
    if not (alike and same_place and same_days) or can_hold(inner.condition) is False:
        return False
    return adds_nothing(inner.condition, outer.condition) is True


def _territory(placed: Placed) -> TerritoryRef:
    body = placed.clause.body
    own = body.territory if isinstance(body, Opens | Delegates) else None
    return own or placed.agreement.territory
