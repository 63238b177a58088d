"""Makes the data of `gapfolio demo`: two quarters of three accounts, scanned by the real Prowler.

See README.md beside this file.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import hub
from account import ENDPOINT, REGIONS, Account, at
from estate import ESTATES, Estate
from moto.moto_api._internal import mock_random
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

from gapfolio import runs
from gapfolio.prowler import record, wrapper

HERE = Path(__file__).parent
QUARTERS = {"2026-Q2": "2026-06-24", "2026-Q3": "2026-09-23"}
"""Day of the scans, by quarter."""
compress: Any = import_module("zopfli.gzip").compress
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_DEFAULT_REGION": REGIONS[0],
    "AWS_ENDPOINT_URL": ENDPOINT,
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",  # they come with hundreds of snapshots
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
    "PYTHONPATH": str(HERE / "inside"),
    "TZ": "UTC",
}
# Left out: a check that logs an error of EC2 where it has no key of Shodan's, and one that loads
# the code of functions from the Internet.
OPTIONS = ("-f", *REGIONS, "-b", "--no-color", "--scan-unused-services", "-M", "json-ocsf",
           "-e", "ec2_elastic_ip_shodan", "awslambda_function_no_secrets_in_code")  # fmt: skip


@contextmanager
def aws() -> Iterator[None]:
    """Run moto in this process, on the loopback port of `ENDPOINT`."""
    os.environ.update(ENVIRONMENT)
    os.chdir(HERE)  # the mutelist is named as it lies here
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    mock_random.seed(2026)  # so that ids are the same another time
    server = ThreadedMotoServer("127.0.0.1", int(ENDPOINT.rpartition(":")[2]), verbose=False)
    server.start()
    try:
        yield
    finally:
        server.stop()


def scan(estate: Estate, target: Path) -> None:
    """Scan an account now, and keep findings and run record."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch) / "scan"
        wrapper.run(["aws", *OPTIONS, *estate.options], place)
        keep(place, place / "run.json", ["scan.ocsf.json"], target)


def pull(account: Account, scanned: Path, target: Path) -> None:
    """Fill an account's Security Hub, and keep what `gapfolio pull` reads from there."""
    hub.fill(account, scanned)
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch) / "hub"
        program = Path(sys.executable).with_name("gapfolio")
        words = [word for region in REGIONS for word in ("--region", region)]
        subprocess.run([program, "pull", "securityhub:", "-o", place, *words], check=True)
        names = [path.name for path in place.glob("*.ndjson")]
        (made,) = place.glob("*.run-*.json")
        keep(place, made, names, target)


def keep(place: Path, made: Path, names: Sequence[str], target: Path) -> None:
    """Keep files, packed, and the record of their run, which is told of the packed ones."""
    target.mkdir(parents=True)
    packed = [target / f"{name}.gz" for name in names]
    for path, name in zip(packed, names, strict=True):
        path.write_bytes(compress((place / name).read_bytes(), numiterations=5))
    record.write(record.complete(runs.read(made), packed, target), target / made.name)


def visit(estate: Estate, quarter: str, moment: str, target: Path) -> None:
    """Read an account at a moment with every scanner that the client has there."""
    account = estate.account
    account.enter()
    os.environ |= {"DEMO_CLOCK": f"{moment}+00:00", "DEMO_ANSWERS": json.dumps(account.answers)}
    shutil.rmtree(target, ignore_errors=True)
    with at(moment):
        scan(estate, target / "prowler")
        if quarter >= estate.hub_since:
            pull(account, target / "prowler" / "scan.ocsf.json.gz", target / "securityhub")


def main(target: Path) -> None:
    """Make every scan below `target`."""
    with aws():
        for hour, estate in enumerate(ESTATES, 6):
            account = estate.account
            account.enter()
            stories = (estate.begin, estate.go_on)
            for story, (quarter, day) in zip(stories, QUARTERS.items(), strict=True):
                story(account)
                moment = f"{day}T{hour:02}:00:00"
                visit(estate, quarter, moment, target / quarter / account.name)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
