"""Agreements: parties, articles, clauses, amendments; the text as it stands on a day; being in force as a predicate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum

from maillage.domain.access_points import PlaceKind
from maillage.domain.rules import Always, Condition
from maillage.domain.shared import ALWAYS, Period
from maillage.domain.territories import TerritoryRef


class AgreementLevel(Enum):
    """How far an agreement reaches."""

    NATIONAL = "NATIONAL"
    REGIONAL = "REGIONAL"
    TERRITORIAL = "TERRITORIAL"
    LOCAL = "LOCAL"


class AgreementKind(Enum):
    """What an agreement is for."""

    FRAMEWORK = "FRAMEWORK"
    AGREEMENT = "AGREEMENT"
    EXPERIMENT = "EXPERIMENT"


class ClauseKind(Enum):
    """What an article can hold; the value is the key of the clause in ``agreement.yaml``."""

    OPENS = "opens"
    DELEGATES = "delegates"
    SHARES = "shares"
    COMMITS = "commits"
    CONVENES = "convenes"
    PROVIDES = "provides"
    ANNOUNCES = "announces"
    EXPERIMENTS = "experiments"
    DECLINES = "declines"
    AMENDS = "amends"


class Survival(Enum):
    """What becomes of local agreements when their framework ends."""

    NOTHING = "NOTHING"
    OPEN_REFERRALS = "OPEN_REFERRALS"
    """The default: no new referral; those under way run on."""
    WHOLE = "WHOLE"
    """The local agreement stays in force by itself."""


@dataclass(frozen=True)
class Signatory:
    """Who signed for a party, in which function."""

    name: str
    function: str = ""


@dataclass(frozen=True)
class Party:
    """A party: its id inside the agreement, its organisation (id or network code), who signed, whether a sponsor.

    A sponsor defines, funds or steers without being the operator of a party.
    """

    id: str
    organisation: str
    signatories: tuple[Signatory, ...] = ()
    is_sponsor: bool = False


@dataclass(frozen=True)
class ServiceSelection:
    """Which services a clause is about: by id, theme (whole or prefix), kind of place or network; any one is enough.

    Empty: all the services of the provider.
    """

    ids: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()
    place_kinds: frozenset[PlaceKind] = frozenset()
    networks: frozenset[str] = frozenset()

    @property
    def is_everything(self) -> bool:
        """Tell whether nothing narrows the selection."""
        return not (self.ids or self.themes or self.place_kinds or self.networks)


MONTHS_OF = {"MONTH": 1, "QUARTER": 3, "HALF_YEAR": 6, "YEAR": 12}
"""The months of each period that a volume can be given for."""


@dataclass(frozen=True)
class Volume:
    """How many people a delegation takes: entries in a period, or people at one time.

    ``per``: ``MONTH``, ``QUARTER``, ``HALF_YEAR`` or ``YEAR`` of the calendar, or the whole ``TERM``. ``counts``: ``ENTRIES``
    in each period, or ``PEOPLE`` at one time, whatever the period.
    """

    count: int
    per: str
    counts: str = "ENTRIES"

    def period_on(self, day: date) -> Period:
        """Give the period that a day lies in, for which the whole count holds; always when nothing bounds it."""
        months = MONTHS_OF.get(self.per, 0) if self.counts == "ENTRIES" else 0
        if not months:
            return ALWAYS
        first = (day.month - 1) // months * months
        is_last = first + months == MONTHS_OF["YEAR"]
        return Period(
            date(day.year, first + 1, 1),
            date(day.year + is_last, 1 if is_last else first + months + 1, 1) if day.year < date.max.year else None,
        )


@dataclass(frozen=True)
class Opens:
    """This article opens these services to these people.

    ``territory``: where the people live (``None``: the agreement's). ``reserves`` true when the text keeps the
    services for those people. ``priority`` are target groups the article puts first.
    """

    provider: str
    services: ServiceSelection
    condition: Condition = field(default_factory=Always)
    territory: TerritoryRef | None = None
    period: Period = ALWAYS
    priority: tuple[str, ...] = ()
    required_documents: tuple[str, ...] = ()
    answer_within_days: int | None = None
    reserves: bool = False


@dataclass(frozen=True)
class Delegates:
    """Support of these people passes from one party to another; the service it opens is reserved by nature.

    ``services`` names the delegated services of the catalogue; empty, the delegation itself is the service.
    """

    from_party: str
    to_party: str
    services: ServiceSelection
    condition: Condition = field(default_factory=Always)
    territory: TerritoryRef | None = None
    period: Period = ALWAYS
    priority: tuple[str, ...] = ()
    volume: Volume | None = None
    hand_back: str = ""
    name: str = ""
    themes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Declines:
    """Local agreements may or must follow a framework."""

    levels: tuple[AgreementLevel, ...]
    only_while_in_force: bool = False
    survival: Survival = Survival.OPEN_REFERRALS
    must_contain: tuple[str, ...] = ()


@dataclass(frozen=True)
class Statement:
    """A clause that opens nothing to anybody by itself: what it says, field by field, in the order of the text.

    The committees, commitments, means, shared facts and announcements are read here and carried by later contexts.
    """

    kind: ClauseKind
    fields: tuple[tuple[str, object], ...]

    def value_of(self, name: str) -> object:
        """Give a field of the clause, ``None`` when the text does not say it."""
        return dict(self.fields).get(name)


ClauseBody = Opens | Delegates | Declines | Statement


@dataclass(frozen=True)
class Clause:
    """One thing an article does; ``id`` is unique in the agreement, ``line`` where it is written in its file."""

    id: str
    kind: ClauseKind
    body: ClauseBody
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Article:
    """An article or a passage: the unit of citation.

    ``is_numbered_by_source`` is false when the source numbers nothing: the number is ours and shown as such.
    ``text`` quotes the source; ``valid`` narrows the agreement's term for this article.
    """

    number: str
    title: str
    text: str
    clauses: tuple[Clause, ...] = ()
    valid: Period = ALWAYS
    is_numbered_by_source: bool = False


class InstructionKind(Enum):
    """What an instruction of an amendment does to an article."""

    INSERT = "insert"
    REPLACE = "replace"
    REPEAL = "repeal"


@dataclass(frozen=True)
class Instruction:
    """One change to one article; ``article`` is the new text (``None`` when repealed)."""

    kind: InstructionKind
    number: str
    article: Article | None


@dataclass(frozen=True)
class Amendment:
    """A dated list of instructions, replayed over the original; never a copy of the agreement.

    It changes the text from ``effective_from`` on, once signed. A clerical correction says so.
    ``new_until`` extends or shortens the term where ``changes_term`` is true.
    """

    id: str
    signed_on: date | None
    effective_from: date
    why: str
    instructions: tuple[Instruction, ...] = ()
    changes_term: bool = False
    new_until: date | None = None
    is_clerical: bool = False


class Relation(Enum):
    """How a text stands to another that it names."""

    RENEWS = "RENEWS"
    STANDS_UNDER = "STANDS_UNDER"
    RUNS_UNDER = "RUNS_UNDER"
    MENTIONS = "MENTIONS"


@dataclass(frozen=True)
class Reference:
    """Another text that this one names; ``agreement`` is its id when it is recorded."""

    title: str
    relation: Relation = Relation.MENTIONS
    agreement: str = ""


@dataclass(frozen=True)
class Agreement:
    """A signed text and the rules its articles hold.

    ``effective_until`` is the first day on which it no longer applies; ``None`` when the source states no end: it is
    then in force until an end is recorded, and the answers say so. ``digest`` is the SHA-256 of the file.
    ``framework`` is the id of the agreement it declines (empty: none).
    """

    id: str
    title: str
    level: AgreementLevel
    kind: AgreementKind
    territory: TerritoryRef
    parties: tuple[Party, ...]
    articles: tuple[Article, ...]
    digest: str
    framework: str = ""
    signed_on: date | None = None
    signed_at: str = ""
    effective_from: date | None = None
    effective_until: date | None = None
    requires_framework_in_force: bool = False
    source: str = ""
    source_url: str = ""
    amendments: tuple[Amendment, ...] = ()
    preamble: str = ""
    references: tuple[Reference, ...] = ()

    def party(self, party_id: str) -> Party | None:
        """Find a party by its id inside the agreement."""
        return next((party for party in self.parties if party.id == party_id), None)

    def article(self, number: str) -> Article | None:
        """Find an article of the original text by number."""
        return next((article for article in self.articles if article.number == number), None)


@dataclass(frozen=True)
class AgreementSet:
    """Agreements that are answered together, by id, so that each finds its framework."""

    agreements: Mapping[str, Agreement] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Agreement]:
        """Walk the agreements in the order of their ids."""
        return iter([self.agreements[key] for key in sorted(self.agreements)])

    def find(self, agreement_id: str) -> Agreement | None:
        """Find an agreement by id."""
        return self.agreements.get(agreement_id)


def amendments_in_effect(agreement: Agreement, *, on: date) -> tuple[Amendment, ...]:
    """Give the signed amendments whose effect has begun on a day, in the order they are replayed."""
    begun = [
        amendment
        for amendment in agreement.amendments
        if amendment.signed_on is not None and amendment.effective_from <= on
    ]
    return tuple(sorted(begun, key=lambda amendment: (amendment.effective_from, amendment.signed_on or date.min)))


def consolidated(agreement: Agreement, *, on: date) -> Agreement:
    """Give the agreement as it stood on a day: the original with the amendments in effect replayed over it."""
    current = agreement
    for amendment in amendments_in_effect(agreement, on=on):
        current = replace(
            current,
            articles=articles_after(current.articles, amendment.instructions),
            effective_until=amendment.new_until if amendment.changes_term else current.effective_until,
        )
    return current


def articles_after(articles: Sequence[Article], instructions: Sequence[Instruction]) -> tuple[Article, ...]:
    """Apply instructions in order; an inserted article goes to the end, a replaced one keeps its place."""
    current = list(articles)
    for instruction in instructions:
        if instruction.article is None:
            current = [article for article in current if article.number != instruction.number]
        elif instruction.kind is InstructionKind.INSERT:
            current.append(instruction.article)
        else:
            new = instruction.article
            current = [new if article.number == instruction.number else article for article in current]
    return tuple(current)


def term_of(agreement: Agreement) -> Period:
    """Give the term of a text already consolidated: from its effect (else its signature) to its end."""
    return Period(agreement.effective_from or agreement.signed_on, agreement.effective_until)


def version_of(agreement: Agreement, *, on: date) -> str:
    """Name the version a day is answered with: the last amendment's effect, else the signature, and the file's digest.

    A text that nobody signed is named ``unsigned``.
    """
    begun = amendments_in_effect(agreement, on=on)
    day = begun[-1].effective_from if begun else agreement.signed_on
    return f"{day.isoformat() if day else 'unsigned'}+{agreement.digest[:8]}"


class Force(Enum):
    """Why an agreement is in force on a day, or is not."""

    IN_FORCE = "IN_FORCE"
    NOT_SIGNED = "NOT_SIGNED"
    NOT_YET = "NOT_YET"
    LAPSED = "LAPSED"
    FRAMEWORK_NOT_IN_FORCE = "FRAMEWORK_NOT_IN_FORCE"
    FRAMEWORK_UNKNOWN = "FRAMEWORK_UNKNOWN"


def force_of(agreement: Agreement, known: AgreementSet, *, on: date, seen: frozenset[str] = frozenset()) -> Force:
    """Say whether an agreement is in force on a day, and if not why.

    A local agreement falls with its framework when it says so itself (``requires_framework_in_force``) or when the
    framework's ``declines`` clause says so and lets nothing whole survive. A circle of frameworks is not in force.
    """
    if agreement.signed_on is None:
        return Force.NOT_SIGNED
    term = term_of(consolidated(agreement, on=on))
    if on not in term:
        return Force.NOT_YET if term.start is not None and on < term.start else Force.LAPSED
    return _force_under_framework(agreement, known, on=on, seen=seen)


def _force_under_framework(agreement: Agreement, known: AgreementSet, *, on: date, seen: frozenset[str]) -> Force:
    framework = known.find(agreement.framework)
    if framework is None:
        return Force.FRAMEWORK_UNKNOWN if agreement.requires_framework_in_force else Force.IN_FORCE
    if not (agreement.requires_framework_in_force or falls_with(framework, on=on)):
        return Force.IN_FORCE
    above = Force.LAPSED
    if agreement.id not in seen:
        above = force_of(framework, known, on=on, seen=seen | {agreement.id})
    return Force.IN_FORCE if above is Force.IN_FORCE else Force.FRAMEWORK_NOT_IN_FORCE


def falls_with(framework: Agreement, *, on: date) -> bool:
    """Tell whether the framework's text makes local agreements fall when it is not in force."""
    return any(
        isinstance(clause.body, Declines)
        and clause.body.only_while_in_force
        and clause.body.survival is not Survival.WHOLE
        for article in consolidated(framework, on=on).articles
        for clause in article.clauses
    )


def is_in_force(agreement: Agreement, known: AgreementSet, *, on: date) -> bool:
    """Tell whether an agreement is in force on a day: derived from dates, never a stored status."""
    return force_of(agreement, known, on=on) is Force.IN_FORCE


def every_reading(agreement: Agreement) -> tuple[tuple[Article, Period], ...]:
    """Give every article that the text ever holds, each with the days on which it stands in the text.

    The original reads until the first amendment, and so on: what lets an index hold all days without a date in it.
    """
    signed = [amendment for amendment in agreement.amendments if amendment.signed_on is not None]
    days = sorted({amendment.effective_from for amendment in signed})
    starts: list[date | None] = [None, *days]
    readings: list[tuple[Article, Period]] = []
    for start, end in zip(starts, [*days, None], strict=True):
        text = agreement.articles if start is None else consolidated(agreement, on=start).articles
        readings.extend((article, Period(start, end)) for article in text)
    return merged_readings(readings)


def merged_readings(readings: Sequence[tuple[Article, Period]]) -> tuple[tuple[Article, Period], ...]:
    """Join the periods of an article that two neighbouring readings leave unchanged."""
    merged: list[tuple[Article, Period]] = []
    for article, period in readings:
        before = next(
            (
                position
                for position, (earlier, stood) in enumerate(merged)
                if earlier == article and stood.end == period.start and stood.end is not None
            ),
            None,
        )
        if before is None:
            merged.append((article, period))
        else:
            merged[before] = (article, Period(merged[before][1].start, period.end))
    return tuple(merged)
