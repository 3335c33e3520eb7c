"""Runs pyinfra on what standard input says; a program of its own: `python -m
tuile.engines.pyinfra_driver`.
"""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

# ruff: noqa: E402 -- gevent must come before all that opens sockets
import importlib
import importlib.util
import json
import logging
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pyinfra.connectors.util
from gevent import Timeout
from gevent.pool import Pool
from pyinfra.api.config import Config
from pyinfra.api.exceptions import ConnectError, NestedOperationError, PyinfraError
from pyinfra.api.host import Host
from pyinfra.api.inventory import Inventory
from pyinfra.api.state import BaseStateCallback, State, StateStage
from pyinfra.context import ctx_host, ctx_state

from tuile.engines.pyinfra_connection import GivenUp, Local, Ssh, read_capped

ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
}
FENCE = "The host is still waiting for this apply, and has not put itself back"
_LAST = 12
"""Lines of a long complaint that are kept: its end, where programs say what is wrong."""
Apply = Callable[[Sequence[Mapping[str, Any]], Sequence[Mapping[str, str]]], None]


class _FailedOperations(BaseStateCallback):
    """Remembers the operation that failed last on each host."""

    def __init__(self) -> None:
        self.failed: dict[Host, str] = {}

    def operation_host_error(  # type: ignore[override] # a method here, a static one there
        self,
        state: State,  # noqa: ARG002 -- pyinfra's signature
        host: Host,
        op_hash: str,
        *tries: int,  # noqa: ARG002 -- pyinfra's signature
    ) -> None:
        """Note the operation."""
        self.failed[host] = op_hash


def main() -> None:
    """Put right what standard input says, all hosts at the same time; each leaves its answer as a
    file.
    """
    order = json.load(sys.stdin)
    logging.basicConfig(stream=sys.stderr, format="%(message)s", level=logging.WARNING)
    logging.getLogger("pyinfra").setLevel(logging.INFO)
    sys.dont_write_bytecode = True  # the folders of roles are not ours to write in
    vars(pyinfra.connectors.util)["getpass"] = _no_password  # there is nobody to ask
    vars(pyinfra.connectors.util)["read_buffer"] = read_capped
    _make_package("roles", order["roles"])
    names = {host["name"]: host for host in order["hosts"]}
    state, noted = _state(names, order["parallel"])
    pool = Pool(order["parallel"])
    for host in state.inventory:
        pool.spawn(_put_right, host, {**names[host.name], "seconds": order["seconds"]}, noted)
    pool.join()


def _state(hosts: Mapping[str, Any], parallel: int) -> tuple[State, _FailedOperations]:
    """Return a state in which an operation runs at once where it is called, as each host goes its
    own way.
    """
    names = [(name, {**host["data"], "_env": ENVIRONMENT}) for name, host in hosts.items()]
    inventory = Inventory((names, {}))  # type: ignore[no-untyped-call]
    for host in inventory:
        host.connector_cls = Local if hosts[host.name]["connection"] == "local" else Ssh
        Ssh.passwords[host.name] = {
            name: hosts[host.name][name] for name in ("password", "become_password")
        }
    config = Config(PARALLEL=parallel)  # type: ignore[no-untyped-call]
    state = State(inventory, config, check_for_changes=False)
    noted = _FailedOperations()
    state.add_callback_handler(noted)  # type: ignore[no-untyped-call]
    state.fail_hosts = _no_fact  # type: ignore[method-assign] # one host must not decide for the others
    for stage in (StateStage.Connect, StateStage.Prepare, StateStage.Execute):
        state.set_stage(stage)
    state.is_executing = True
    ctx_state.set(state)  # type: ignore[no-untyped-call]
    return state, noted


def _put_right(host: Host, work: Mapping[str, Any], noted: _FailedOperations) -> None:
    """Put one host right and leave its answer: what failed, by kind."""
    ctx_host.set(host)  # type: ignore[no-untyped-call]
    failures: dict[str, str] = {}
    try:
        with Timeout(work["seconds"]):
            host.connect(raise_exceptions=True)
            for kind in work["kinds"]:
                if words := _put_kind_right(host, kind, work["fence"], noted):
                    failures[kind["kind"]] = words
            host.disconnect()
    except (ConnectError, GivenUp) as error:
        failures[""] = str(error)
    except Timeout:
        failures[""] = f"it was not done within {work['seconds']:g} s, and was given up"
    except Exception as error:  # noqa: BLE001 -- whatever it is, it concerns this host only
        failures[""] = _unexpected(error)
    answer = Path(work["outcome"])
    answer.with_suffix(".part").write_text(json.dumps(failures), encoding="utf-8")
    answer.with_suffix(".part").rename(answer)


def _put_kind_right(
    host: Host, kind: Mapping[str, Any], fence: str, noted: _FailedOperations
) -> str:
    """Put one kind right; return what failed, in words, or ""."""
    try:
        if fence:
            importlib.import_module("roles._files.deploy").run(FENCE, "test", "-e", fence)
        _load(kind["kind"], Path(kind["role"]))(kind["rules"], kind["files"])
    except (
        NestedOperationError
    ) as error:  # it names the operation only where pyinfra said which one failed
        failed = noted.failed.get(host)
        return _words(host, failed) if failed else _unexpected(error)
    except Exception as error:  # noqa: BLE001 -- a role is somebody else's code
        return _unexpected(error)
    return ""


def _words(host: Host, op_hash: str) -> str:
    """Return the name of an operation that failed, and what its command said."""
    names = ", ".join(host.state.get_op_meta(op_hash).names)
    result = host.state.get_op_data_for_host(host, op_hash).operation_meta
    lines = [line.strip() for line in result.stderr_lines or result.stdout_lines if line.strip()]
    return f"{names}: {' '.join(lines[-_LAST:]) or 'failed without a word'}"


def _load(kind: str, role: Path) -> Apply:
    """Return the function `apply` of `deploy.py` in the folder of a role."""
    name = f"roles.{kind}.deploy"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, role / "deploy.py")
        if spec is None or spec.loader is None:
            raise PyinfraError(f"{role / 'deploy.py'} cannot be loaded")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        sys.modules[name] = module
    apply: Apply = sys.modules[name].apply
    return apply


def _make_package(name: str, folders: Sequence[str]) -> None:
    """Make one package of several folders, whatever else of that name is installed."""
    package = ModuleType(name)
    package.__path__ = list(folders)
    sys.modules[name] = package


def _unexpected(error: Exception) -> str:
    traceback.print_exception(error)
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _no_password(prompt: str = "") -> str:
    del prompt
    raise PyinfraError("sudo wants a password, and none was given")


def _no_fact(hosts: set[Host], activated_count: int | None = None) -> None:
    del hosts, activated_count
    raise PyinfraError("what it needed to know of the host could not be read, see the log")


if __name__ == "__main__":
    main()
