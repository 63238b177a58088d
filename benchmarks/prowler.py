"""What an installed Gapfolio costs Prowler runs that do not use it.

Give two Prowler programs, one from an environment with Gapfolio and one without:

    python benchmarks/prowler.py with/bin/prowler without/bin/prowler

They take turns at `prowler --version` and `prowler aws --list-checks`; medians are printed.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import time

COMMANDS = (("--version",), ("aws", "--list-checks", "--no-banner"))


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("beside", help="prowler of an environment with Gapfolio")
    parser.add_argument("alone", help="prowler of an environment without it")
    parser.add_argument("--runs", type=int, default=5)
    chosen = parser.parse_args()
    print("| command | with Gapfolio | without | ratio |\n|---|---|---|---|")
    for command in COMMANDS:
        turns = [
            (seconds(chosen.beside, command), seconds(chosen.alone, command))
            for _ in range(chosen.runs)
        ]
        beside, alone = (statistics.median(side) for side in zip(*turns, strict=True))
        ratio = statistics.median(one / other for one, other in turns)
        line = " ".join(("prowler", *command))
        print(f"| `{line}` | {beside:.2f} s | {alone:.2f} s | {ratio:.2f} |")


def seconds(program: str, command: tuple[str, ...]) -> float:
    """Run a command once and give its wall time."""
    begun = time.perf_counter()
    subprocess.run([program, *command], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
