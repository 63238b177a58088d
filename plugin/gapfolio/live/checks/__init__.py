"""The checks of the AWS probe, by practice; docs/probe.md prints them."""

from __future__ import annotations

from gapfolio.live.checks.alarms import (
    direct_connect_alarms,
    nat_gateway_alarms,
    transit_gateway_alarms,
    vpn_alarms,
)
from gapfolio.live.checks.automation import automated_response, findings_routed
from gapfolio.live.checks.base import Check
from gapfolio.live.checks.buckets import artefact_bucket, trail_history_kept
from gapfolio.live.checks.clean_room import clean_room_template
from gapfolio.live.checks.contacts import account_contacts
from gapfolio.live.checks.copies import (
    ebs_snapshots_encrypted,
    ebs_snapshots_recent,
    restore_tested,
)
from gapfolio.live.checks.hosts import (
    key_pairs_imported,
    management_channel_apart,
    session_manager_in_use,
    sessions_confined_to_zone,
)
from gapfolio.live.checks.isolation import quarantine_group, targets_replaceable
from gapfolio.live.checks.network import network_acls_filter, network_permissions_deliberate
from gapfolio.live.checks.responders import break_glass_access, responder_role
from gapfolio.live.checks.tagging import tag_classification, tag_criticality, tag_owner
from gapfolio.live.checks.workflows import response_workflow

CHECKS: tuple[Check, ...] = (
    key_pairs_imported,
    session_manager_in_use,
    network_permissions_deliberate,
    management_channel_apart,
    sessions_confined_to_zone,
    network_acls_filter,
    vpn_alarms,
    nat_gateway_alarms,
    transit_gateway_alarms,
    direct_connect_alarms,
    findings_routed,
    responder_role,
    break_glass_access,
    clean_room_template,
    trail_history_kept,
    automated_response,
    response_workflow,
    tag_owner,
    tag_classification,
    tag_criticality,
    quarantine_group,
    targets_replaceable,
    ebs_snapshots_encrypted,
    artefact_bucket,
    account_contacts,
    ebs_snapshots_recent,
    restore_tested,
)
"""In the order of the practices that they are evidence for."""
