"""Gapfolio's own sources, registered through the public hook like anybody's."""

from __future__ import annotations

from collections.abc import Callable

from gapfolio import hookimpl
from gapfolio.sources.accessanalyzer import AccessAnalyzer
from gapfolio.sources.asff import Asff
from gapfolio.sources.base import Source
from gapfolio.sources.cfn_nag import CfnNag
from gapfolio.sources.checkov import Checkov
from gapfolio.sources.cloudsploit import CloudSploitCsv, CloudSploitJson
from gapfolio.sources.config import Config
from gapfolio.sources.electriceye import ElectricEyeCsv, ElectricEyeOcsf
from gapfolio.sources.guardduty import GuardDuty
from gapfolio.sources.hdf import Hdf
from gapfolio.sources.inspector import Inspector
from gapfolio.sources.kics import Kics
from gapfolio.sources.powerpipe import PowerpipeCsv, PowerpipeJson
from gapfolio.sources.probe import ProbeFindings
from gapfolio.sources.prowler_asff import ProwlerAsff
from gapfolio.sources.prowler_csv import ProwlerCsv
from gapfolio.sources.prowler_csv_v3 import ProwlerCsvV3
from gapfolio.sources.prowler_json_v3 import ProwlerJsonV3
from gapfolio.sources.prowler_ocsf import ProwlerOcsf
from gapfolio.sources.prowler_ocsf_v3 import ProwlerOcsfV3
from gapfolio.sources.prowler_v2 import ProwlerCsvV2, ProwlerJsonV2
from gapfolio.sources.sarif import Sarif
from gapfolio.sources.scoutsuite import ScoutSuite
from gapfolio.sources.security_lake import SecurityLake
from gapfolio.sources.securityhub_ocsf import SecurityHubOcsf
from gapfolio.sources.terrascan import Terrascan
from gapfolio.sources.tfsec import Tfsec
from gapfolio.sources.trivy import Trivy
from gapfolio.sources.trustedadvisor import TrustedAdvisor
from gapfolio.sources.wiz import WizIssues, WizVulnerabilities


@hookimpl
def register_sources(register: Callable[[Source], None]) -> None:
    """Offer every format that is read; those of Prowler come first."""
    for source in (
        ProwlerOcsf(),
        ProwlerCsv(),
        ProwlerOcsfV3(),
        ProwlerCsvV3(),
        ProwlerJsonV3(),
        ProwlerAsff(),
        ProwlerCsvV2(),
        ProwlerJsonV2(),
        Asff(),
        SecurityHubOcsf(),
        SecurityLake(),
        GuardDuty(),
        Inspector(),
        Config(),
        AccessAnalyzer(),
        TrustedAdvisor(),
        Checkov(),
        Trivy(),
        Kics(),
        Tfsec(),
        Terrascan(),
        CfnNag(),
        Sarif(),
        ScoutSuite(),
        CloudSploitJson(),
        CloudSploitCsv(),
        PowerpipeJson(),
        PowerpipeCsv(),
        ElectricEyeCsv(),
        ElectricEyeOcsf(),
        WizIssues(),
        WizVulnerabilities(),
        Hdf(),
        ProbeFindings(),
    ):
        register(source)
