from __future__ import annotations

from django.apps import AppConfig

from maillage.domain.visibility import (
    Either,
    OpenColumns,
    SideColumns,
    Through,
    lead_rule,
    oversight_rule,
    partner_rule,
)

ENDS = OpenColumns("hidden_at", "objected_at", "until")
DELEGATION_RULE = Either(
    (
        lead_rule(SideColumns("from_organisation", "from_site", "from_team", "from_membership")),
        Through("people_person", "id", "person", lead_rule()),
        partner_rule(SideColumns("to_organisation", "to_site", "to_team", "holder"), ENDS),
        oversight_rule("from_organisation", "to_organisation", ENDS),
    )
)
"""Who delegated, who follows the person today, who leads the support while it may, and the officers of both."""


class DelegationConfig(AppConfig):
    name = "maillage.apps.delegation"

    def ready(self) -> None:
        """Raise the walls around what concerns people."""
        from maillage.apps.people.walls import build_wall  # noqa: PLC0415 (models exist once the apps are ready)

        build_wall("delegation_delegation", DELEGATION_RULE, "from_organisation", "to_organisation")
        build_wall("delegation_delegationevent", Through("delegation_delegation", "id", "delegation_id"))
        build_wall(
            "delegation_leadorganisationdecision",
            Through("people_person", "id", "person", lead_rule()),
            "from_organisation",
        )
