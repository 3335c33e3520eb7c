"""Measures Tuile beside stock testinfra and goss, on the same booted hosts and in one run; writes
docs/benchmarks.md.

Run by `make bench`, as root. `--quick` takes fewer hosts and repetitions and prints the page
instead of writing it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(
    0, str(Path(__file__).resolve().parents[1])
)  # `tests.lab`, which is no installed package

from measure import Cost, Spread, seconds
from page import Figures, page
from rules import Rule, candidates
from tools import BenchError, Goss, Testinfra, Tuile, Verdicts, fetch_goss, host_cpu, keep_at_boot

from tests.lab import Lab, LabHost, missing

ROOT = Path(__file__).resolve().parents[1]
ALIKE, MET = "side-by-side", "all-met"


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    hosts: int
    repetitions: int
    testinfra_repetitions: int
    testinfra_hosts: int
    """On how many hosts stock testinfra is run in the place of all."""


QUICK, FULL = Size(3, 3, 1, 1), Size(20, 9, 2, 2)


@dataclass(frozen=True)
class Bench:
    """The tools on the hosts, and the rules that all of them judge."""

    size: Size
    hosts: Sequence[LabHost]
    tuile: Tuile
    testinfra: Testinfra
    goss: Goss
    rules: list[Rule]

    @property
    def first(self) -> LabHost:
        """Return the host that is measured alone."""
        return self.hosts[0]

    def alike(self) -> None:
        """Hold the verdicts of the tools against each other.

        Raises:
            BenchError: two tools differ on a rule, or one says nothing of it.

        """
        ours = self.tuile.verdicts(ALIKE, "all")
        wrong: list[str] = []
        for host in self.hosts[: self.size.testinfra_hosts]:
            wrong += differences("testinfra", host, self.testinfra.verdicts(host, self.rules), ours)
            wrong += differences("goss", host, self.goss.verdicts(host), ours)
        if wrong:
            raise BenchError("the tools do not say the same:\n" + "\n".join(wrong))

    def measure(self, version: str) -> Figures:
        """Measure everything, the tools in turn."""
        one: list[Cost] = []
        goss: list[float] = []
        for _ in range(self.size.repetitions):
            one.append(self.tuile.run("check", ALIKE, self.first.name))
            goss.append(self.goss.seconds(self.first))
        all_hosts, stock_one, stock_some = self._beside_testinfra()
        return Figures(
            rules=len(self.rules),
            hosts=len(self.hosts),
            testinfra_hosts=self.size.testinfra_hosts,
            goss_version=version,
            one=one,
            goss=Spread(tuple(goss)),
            all_hosts=all_hosts,
            stock_one=seconds(stock_one),
            stock_some=seconds(stock_some),
            cold=self._cold(),
            shipped_one=[
                self.tuile.run("check", "linux-server", self.first.name) for _ in range(5)
            ],
            shipped_all=[self.tuile.run("check", "linux-server", "all") for _ in range(3)],
            memory=self._memory(),
            rounds=self._rounds(),
            host_cpu=self._host_cpu(),
            **self._apply(),
        )

    def _beside_testinfra(self) -> tuple[list[Cost], list[Cost], list[Cost]]:
        ours, one, some = [], [], []
        for _ in range(self.size.testinfra_repetitions):
            ours.append(self.tuile.run("check", ALIKE, "all"))
            one.append(self.testinfra.run([self.first]))
            ours.append(self.tuile.run("check", ALIKE, "all"))
            some.append(self.testinfra.run(self.hosts[: self.size.testinfra_hosts]))
        return ours, one, some

    def _cold(self) -> Spread:
        """Time checks that remember nothing: the inventory is read by Ansible, files are validated,
        a store is made.
        """
        took = []
        for _ in range(3):
            for name in ("cache", "state"):
                shutil.rmtree(self.tuile.folder / name, ignore_errors=True)
            took.append(self.tuile.run("check", ALIKE, self.first.name))
        return seconds(took)

    def _memory(self) -> dict[str, Spread]:
        """Return the controller's memory by how many hosts there are, and how many at once."""
        few = ",".join(host.name for host in self.hosts[:5])
        asked = {
            "5 hosts, 5 at once": (few, "5"),
            f"{len(self.hosts)} hosts, 5 at once": ("all", "5"),
        }
        asked[f"{len(self.hosts)} hosts, all at once"] = ("all", str(len(self.hosts)))
        return {
            name: Spread(
                tuple(
                    self.tuile.run(
                        "check", "linux-server", limit, "--no-store", "--at-once", at_once
                    ).memory
                    for _ in range(3)
                )
            )
            for name, (limit, at_once) in asked.items()
        }

    def _rounds(self) -> int:
        return max(int(str(host["rounds"])) for host in self.tuile.report("linux-server", "all"))

    def _host_cpu(self) -> Spread:
        used = []
        for _ in range(self.size.repetitions):
            before = host_cpu(self.first)
            self.tuile.run("check", "linux-server", self.first.name)
            used.append(host_cpu(self.first) - before)
        return Spread(tuple(used))

    def _apply(self) -> dict[str, Spread]:
        """Time an apply where every rule is met already, and a check of the same."""
        said = self.tuile.verdicts(ALIKE, self.first.name)[self.first.name]
        self.tuile.write(MET, [rule for rule in self.rules if said[rule["id"]] == "pass"])
        check, apply = [], []
        self.tuile.run("check", MET, self.first.name)
        for _ in range(self.size.repetitions):
            check.append(self.tuile.run("check", MET, self.first.name))
            apply.append(self.tuile.run("apply", MET, self.first.name, "--unsigned", "--yes"))
        return {"met_check": seconds(check), "met_apply": seconds(apply)}


def differences(
    tool: str, host: LabHost, said: Verdicts, ours: dict[str, dict[str, str]]
) -> list[str]:
    """Return one line for each rule on which a tool and Tuile differ."""
    pairs = {rule: (said.get(rule), outcome == "pass") for rule, outcome in ours[host.name].items()}
    return [
        f"  {host.name} {rule}: {tool} {a}, tuile {b}"
        for rule, (a, b) in pairs.items()
        if a is not b
    ]


def bench(size: Size, folder: Path) -> str:
    """Boot the hosts, measure, and return the page."""
    (folder / "goss").mkdir()
    goss, version = fetch_goss(folder / "goss")
    with Lab() as lab:
        hosts = lab.start(f"bench-{number:02}" for number in range(size.hosts))
        for name in ("tuile", "testinfra"):
            (folder / name).mkdir()
        tuile, stock = Tuile(folder / "tuile", hosts), Testinfra(folder / "testinfra")
        rules = _rules(tuile, hosts)
        stock.write(rules, hosts)
        for host in hosts[: size.testinfra_hosts]:
            goss.install(host, rules)
        ready = Bench(size, hosts, tuile, stock, goss, rules)
        figures = ready.measure(version)
        ready.alike()
        return page(figures)


def _rules(tuile: Tuile, hosts: Sequence[LabHost]) -> list[Rule]:
    """Return the rules that have an object on these hosts: the other tools know no such thing as
    not applicable.
    """
    rules = candidates((ROOT / "baselines/linux-common.yaml").read_text(encoding="utf-8"))
    for host in hosts:
        keep_at_boot(host, rules)
    tuile.write(ALIKE, rules)
    said = tuile.verdicts(ALIKE, hosts[0].name)[hosts[0].name]
    kept = [rule for rule in rules if said[rule["id"]] in ("pass", "fail")]
    tuile.write(ALIKE, kept)
    return kept


def main() -> int:
    """Run the benchmark; return an exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="few hosts, few repetitions, nothing written"
    )
    parser.add_argument(
        "--testinfra-repetitions", type=int, help="stock testinfra takes most of the time"
    )
    parser.add_argument(
        "--hosts", type=int, help="how many: each takes six of fs.inotify.max_user_instances"
    )
    arguments = parser.parse_args()
    quick = arguments.quick
    size = QUICK if quick else FULL
    size = replace(size, hosts=arguments.hosts or size.hosts)
    if arguments.testinfra_repetitions:
        size = replace(size, testinfra_repetitions=arguments.testinfra_repetitions)
    obstacle = missing()
    if obstacle is not None:
        print(f"The benchmark needs what is missing here: {obstacle}", file=sys.stderr)
        return 2
    os.environ.pop("TUILE_BECOME_PASSWORD", None)
    with TemporaryDirectory(prefix="tuile-bench-") as folder:
        try:
            text = bench(size, Path(folder))
        except BenchError as error:
            print(f"bench: {error}", file=sys.stderr)
            return 1
    if not quick:
        (ROOT / "docs/benchmarks.md").write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
