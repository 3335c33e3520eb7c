"""What comes in over the network and is not declared is dropped, now and from the next boot on
(pyinfra).
"""

from __future__ import annotations

from pathlib import Path

from pyinfra.api.deploy import deploy

from roles._files.deploy import File, RuleParams, put_files, run_script

LOAD = Path(__file__).parent / "files" / "load.sh"


@deploy("firewall")
# Every kind is called alike
def apply(rules: list[RuleParams], files: list[File]) -> None:  # noqa: ARG001
    """Put the table in place as nft accepts it, then its unit, then load it."""
    put_files([file for file in files if file["path"].endswith(".nft")], validate="nft -c -f %s")
    put_files([file for file in files if not file["path"].endswith(".nft")])
    run_script("Table in the kernel, now and at boot", LOAD)
