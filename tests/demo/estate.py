"""The three accounts of the demo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import production
import shared
import staging
from account import Account

from gapfolio.prowler.framework import UNIVERSAL


@dataclass(frozen=True)
class Estate:
    """An account with its story, and how it is looked at."""

    account: Account
    begin: Callable[[Account], None]
    """Everything until the first scan."""
    go_on: Callable[[Account], None]
    """Everything between the two scans."""
    options: tuple[str, ...] = ()
    """Prowler's options for this account."""
    hub_since: str = "9999-Q1"
    """First quarter in which Security Hub is read."""


ESTATES = (
    Estate(
        Account("111111111111", "production", "production", "Platform team", "2024-05-02"),
        production.begin,
        production.go_on,
        hub_since="2026-Q3",
    ),
    Estate(
        Account("222222222222", "staging", "staging", "Delivery team", "2025-02-10"),
        staging.begin,
        staging.go_on,
        options=("--compliance", UNIVERSAL),
    ),
    Estate(
        Account("333333333333", "shared-services", "production", "Security team", "2024-04-29"),
        shared.begin,
        shared.go_on,
        options=("--compliance", UNIVERSAL, "-w", "mutelist.yaml"),
        hub_since="2026-Q2",
    ),
)
