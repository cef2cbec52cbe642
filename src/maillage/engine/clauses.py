"""From one clause of ``agreement.yaml`` to its domain object."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from data_inclusion.schema import v1

from maillage.domain.access_points import PlaceKind
from maillage.domain.agreements import (
    AgreementLevel,
    Clause,
    ClauseBody,
    ClauseKind,
    Declines,
    Delegates,
    Opens,
    ServiceSelection,
    Statement,
    Survival,
    Volume,
)
from maillage.domain.people import FACTS, TARGET_GROUPS, FactKind
from maillage.domain.rules import (
    CATCHMENT_AREA,
    All,
    Always,
    Among,
    Between,
    Condition,
    Equals,
    LivesIn,
    LivesInCatchmentArea,
    Not,
)
from maillage.domain.rules import Any as AnyOf
from maillage.domain.shared import Period
from maillage.domain.territories import TerritoryRef
from maillage.engine.reading import Document, JsonPath

THEMES: frozenset[str] = frozenset(theme.value for theme in v1.Thematique)
THEME_FAMILIES: frozenset[str] = frozenset(theme.partition("--")[0] for theme in THEMES)
NETWORKS: frozenset[str] = frozenset(network.value for network in v1.ReseauPorteur)
PLACE_KINDS: frozenset[str] = frozenset(kind.value for kind in PlaceKind)


class Builder(Protocol):
    """What a clause needs from whoever builds the agreement around it."""

    document: Document

    def refuse(self, path: JsonPath, found: object, expected: str) -> None:
        """Note a mistake."""

    def territory(self, text: str, path: JsonPath) -> TerritoryRef:
        """Read a territory."""

    def period(self, found: Mapping[str, Any] | None, path: JsonPath) -> Period:
        """Read a period."""


def clause_of(builder: Builder, found: Mapping[str, Any], path: JsonPath) -> Clause:
    """Build one clause; mistakes are noted on the builder."""
    key = next(name for name in found if name != "id")
    kind = ClauseKind(key)
    return Clause(found["id"], kind, _body(builder, kind, found[key], (*path, key)), builder.document.line_of(path))


def _body(builder: Builder, kind: ClauseKind, found: Mapping[str, Any], path: JsonPath) -> ClauseBody:
    match kind:
        case ClauseKind.OPENS:
            return _opens(builder, found, path)
        case ClauseKind.DELEGATES:
            return _delegates(builder, found, path)
        case ClauseKind.DECLINES:
            return _declines(found)
        case _:
            _refuse_wrong_statement(builder, kind, found, path)
            return Statement(kind, tuple(found.items()))


def _refuse_wrong_statement(builder: Builder, kind: ClauseKind, found: Mapping[str, Any], path: JsonPath) -> None:
    """Refuse days that do not exist, and facts shared with somebody who is no party."""
    for key in ("due_on", "starts_on"):
        try:
            date.fromisoformat(found.get(key) or "2000-01-01")
        except ValueError:
            builder.refuse((*path, key), found[key], "a day that exists, YYYY-MM-DD")
    for key in ("from", "to"):
        if kind is ClauseKind.SHARES and key in found:
            _party(builder, found[key], (*path, key))


def _opens(builder: Builder, found: Mapping[str, Any], path: JsonPath) -> Opens:
    return Opens(
        provider=_party(builder, found["provider"], (*path, "provider")),
        services=_services(builder, found.get("services"), (*path, "services")),
        condition=_condition_or_always(builder, found, path),
        territory=_territory_or_none(builder, found, path),
        period=builder.period(found.get("period"), (*path, "period")),
        priority=_priority(builder, found, path),
        required_documents=tuple(found.get("required_documents", ())),
        answer_within_days=found.get("answer_within_days"),
        reserves=found.get("reserves", False),
    )


def _delegates(builder: Builder, found: Mapping[str, Any], path: JsonPath) -> Delegates:
    volume = found.get("volume")
    _refuse_strangers(builder, found.get("themes", ()), THEMES, (*path, "themes"))
    return Delegates(
        from_party=_party(builder, found["from"], (*path, "from")),
        to_party=_party(builder, found["to"], (*path, "to")),
        services=_services(builder, found.get("services"), (*path, "services")),
        condition=_condition_or_always(builder, found, path),
        territory=_territory_or_none(builder, found, path),
        period=builder.period(found.get("period"), (*path, "period")),
        priority=_priority(builder, found, path),
        volume=Volume(volume["count"], volume.get("per", "TERM"), volume.get("counts", "ENTRIES")) if volume else None,
        hand_back=found.get("hand_back", ""),
        name=found.get("name", ""),
        themes=tuple(found.get("themes", ())),
    )


def _declines(found: Mapping[str, Any]) -> Declines:
    return Declines(
        levels=tuple(AgreementLevel(level) for level in found["levels"]),
        only_while_in_force=found.get("only_while_in_force", False),
        survival=Survival(found.get("survival", "OPEN_REFERRALS")),
        must_contain=tuple(found.get("must_contain", ())),
    )


def _party(builder: Builder, name: str, path: JsonPath) -> str:
    """Give the organisation of a party; an organisation's own id or a network's code stands for itself."""
    parties = {party["id"]: party["organisation"] for party in builder.document.content["parties"]}
    organisations = set(parties.values())
    if name in parties:
        return str(parties[name])
    if name not in organisations and name not in NETWORKS:
        builder.refuse(path, name, f"one of the parties: {', '.join(parties)}")
    return name


def _territory_or_none(builder: Builder, found: Mapping[str, Any], path: JsonPath) -> TerritoryRef | None:
    return builder.territory(found["territory"], (*path, "territory")) if "territory" in found else None


def _priority(builder: Builder, found: Mapping[str, Any], path: JsonPath) -> tuple[str, ...]:
    groups = (*found.get("priority", ()), *found.get("priority_target_groups", ()))
    for group in groups:
        if group not in TARGET_GROUPS:
            builder.refuse((*path, "priority"), group, f"one of {', '.join(TARGET_GROUPS)}")
    return tuple(dict.fromkeys(groups))


def _services(builder: Builder, found: Any, path: JsonPath) -> ServiceSelection:
    if found is None or found == "all":
        return ServiceSelection()
    if isinstance(found, Mapping):
        _refuse_strangers(builder, found.get("themes", ()), THEMES | THEME_FAMILIES, (*path, "themes"))
        _refuse_strangers(builder, found.get("kinds", ()), PLACE_KINDS, (*path, "kinds"))
        _refuse_strangers(builder, found.get("networks", ()), NETWORKS, (*path, "networks"))
        return ServiceSelection(
            ids=frozenset(found.get("ids", ())),
            themes=frozenset(found.get("themes", ())),
            place_kinds=frozenset(PlaceKind(kind) for kind in found.get("kinds", ()) if kind in PLACE_KINDS),
            networks=frozenset(found.get("networks", ())),
        )
    names = [found] if isinstance(found, str) else found
    kinds = frozenset(PlaceKind(name) for name in names if name in PLACE_KINDS)
    themes = frozenset(name for name in names if name in THEMES | THEME_FAMILIES)
    return ServiceSelection(ids=frozenset(names) - themes - PLACE_KINDS, themes=themes, place_kinds=kinds)


def _refuse_strangers(builder: Builder, names: Any, known: frozenset[str], path: JsonPath) -> None:
    for name in names:
        if name not in known:
            builder.refuse(path, name, "a code that « maillage codes » lists")


def _condition_or_always(builder: Builder, found: Mapping[str, Any], path: JsonPath) -> Condition:
    return condition_of(builder, found["condition"], (*path, "condition")) if "condition" in found else Always()


def condition_of(builder: Builder, found: Mapping[str, Any], path: JsonPath) -> Condition:
    """Build a condition of the closed language; mistakes are noted on the builder."""
    ((key, value),) = found.items()
    inner = (*path, key)
    if key == "not":
        return Not(condition_of(builder, value, inner))
    if key in {"all", "any"}:
        parts = tuple(condition_of(builder, part, (*inner, n)) for n, part in enumerate(value))
        return All(parts) if key == "all" else AnyOf(parts)
    kind = FACTS[key].kind
    if kind is FactKind.BOOLEAN:
        wanted = value["in"] if isinstance(value, Mapping) else [value]
        values = tuple(Equals(key, one) for one in dict.fromkeys(wanted))
        return values[0] if len(values) == 1 else AnyOf(values)
    if kind is FactKind.NUMBER:
        return _number_test(builder, key, value, inner)
    codes = [str(code) for code in value["in"]] if isinstance(value, Mapping) else [str(value)]
    if kind is FactKind.TERRITORY:
        return _lives_in(builder, codes, inner)
    known = FACTS[key].codes
    for code in codes:
        if known and code not in known:
            builder.refuse(inner, code, f"one of {', '.join(known)}")
    return Among(key, frozenset(codes))


def _number_test(builder: Builder, fact: str, value: Any, path: JsonPath) -> Condition:
    if isinstance(value, int):
        return Between(fact, value, value)
    if "in" in value:
        return AnyOf(tuple(Between(fact, number, number) for number in value["in"]))
    low, high = value.get("from"), value.get("to")
    if low is not None and high is not None and high < low:
        builder.refuse(path, f"from {low} to {high}", "a first bound that is not above the second")
    return Between(fact, low, high)


def _lives_in(builder: Builder, codes: list[str], path: JsonPath) -> Condition:
    areas = frozenset(builder.territory(code, path) for code in codes if code != CATCHMENT_AREA)
    if CATCHMENT_AREA not in codes:
        return LivesIn(areas)
    return AnyOf((LivesInCatchmentArea(), LivesIn(areas))) if areas else LivesInCatchmentArea()
