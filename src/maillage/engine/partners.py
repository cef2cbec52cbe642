"""To which partner each service of an offer belongs, as who asks chooses to see partners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from maillage.domain.complementarity import ComplementarityImpossible, PartnerChoice
from maillage.domain.organisations import Directory
from maillage.domain.services import Service
from maillage.engine.kernels import Ints, Small
from maillage.engine.offer import Offer

TOGETHER = "+"
"""Stands between the networks that carry a service together, in the key of their partner."""


@dataclass(frozen=True)
class Partners:
    """The partners by number, their keys rising, and, for each service in an order, theirs: ``of[start[i]:start[i + 1]]``."""

    keys: tuple[str, ...]
    start: Ints
    of: Small


def partners_in(offer: Offer, services: Sequence[Service], choice: PartnerChoice) -> Partners:
    """Number the partners of some services of an offer; what has no id is no service. Cost: one pass over them.

    Raises:
        ComplementarityImpossible: the agreement is not loaded, or has less than two parties that could offer.
    """
    chosen = _chosen(offer, choice)
    found: list[tuple[str, ...]]
    if chosen is None:
        found = [_own_partner(service, offer.directory) if service.id else () for service in services]
    else:
        held = _Lineages(offer.directory)
        found = [tuple(one for one in chosen if held.answers(service, one)) for service in services]
    keys = tuple(sorted({key for one in found for key in one} if chosen is None else chosen))
    number = {key: place for place, key in enumerate(keys)}
    start = np.cumsum([0, *(len(one) for one in found)]).astype(np.int64)
    return Partners(keys, start, np.array([number[key] for one in found for key in one], np.int32))


def _chosen(offer: Offer, choice: PartnerChoice) -> tuple[str, ...] | None:
    if not choice.agreement:
        return tuple(dict.fromkeys(choice.networks)) or None
    agreement = offer.agreements.agreements.get(choice.agreement)
    if agreement is None:
        raise ComplementarityImpossible(
            f"No agreement « {choice.agreement[:80]} » is loaded: maillage agreement list names them all."
        )
    parties = tuple(dict.fromkeys(party.organisation for party in agreement.parties if not party.is_sponsor))
    if len(parties) < 2:
        raise ComplementarityImpossible(
            f"« {agreement.title} » has less than two parties that could offer services: nothing can be shared."
        )
    return parties


@dataclass
class _Lineages:
    """What each organisation answers to, followed once."""

    directory: Directory

    def __post_init__(self) -> None:
        self.known: dict[str, frozenset[str]] = {}

    def answers(self, service: Service, partner: str) -> bool:
        names = self.known.get(service.organisation)
        if names is None:
            names = self.known[service.organisation] = self.directory.lineage_of(service.organisation)
        return partner in names or partner in service.networks


def _own_partner(service: Service, directory: Directory) -> tuple[str]:
    """Give the one partner of a service: its networks together, else the organisation at the head of its own."""
    head, networks = service.organisation, set(service.networks)
    followed: set[str] = set()
    while head not in followed:
        followed.add(head)
        found = directory.find(head)
        if found is not None:
            networks |= found.networks
            head = found.parent or head
    return (TOGETHER.join(sorted(networks)) if networks else head,)


def named(key: str, directory: Directory, networks: dict[str, str]) -> str:
    """Name a partner: its organisation, else its networks by their labels, joined."""
    found = directory.find(key)
    if found is not None:
        return found.name
    if key in networks:
        return networks[key]
    return " + ".join(networks.get(one, one) for one in key.split(TOGETHER))


def known_networks(services: Sequence[Service], directory: Directory) -> frozenset[str]:
    """Give the networks that carry at least one service."""
    found = {network for service in services for network in service.networks}
    for organisation in {service.organisation for service in services}:
        for name in directory.lineage_of(organisation):
            one = directory.find(name)
            found |= one.networks if one is not None else frozenset()
    return frozenset(found)
