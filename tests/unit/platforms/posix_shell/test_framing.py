"""The framing against real shells: whatever a command prints or does to its shell, the answers come
out whole.
"""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuile.platforms.posix_shell import framing
from tuile.platforms.posix_shell.framing import START, Frames
from tuile.platforms.posix_shell.testinfra_backend import Answer

NONCE = "0123456789abcdef0123456789abcdef"
SHELLS = [path for path in map(shutil.which, ("dash", "bash", "sh")) if path]
some_bytes = st.lists(
    st.one_of(
        st.binary(max_size=40),
        st.sampled_from(
            [
                b"\0",
                b"\n",
                b"\r\n",
                b"\xff\xfe",
                NONCE.encode(),
                f"{NONCE} ".encode(),
                NONCE.encode()[:-1],
            ]
        ),
    ),
    max_size=6,
).map(b"".join)


def octal(data: bytes) -> str:
    """Return a printf that prints these bytes."""
    return "printf '{}'".format("".join(f"\\{byte:03o}" for byte in data))


def run(shell: str, commands: list[str], pieces: int = 4096, noise: str = "") -> list[Answer]:
    """Return the answers of a real shell, its output fed in pieces of that many bytes."""
    script = noise.encode() + framing.preamble(NONCE)
    script += b"".join(
        framing.ask(NONCE, index, command) for index, command in enumerate(commands, start=2)
    )
    done = subprocess.run(  # noqa: S603 -- what is tested
        [shell, "-s"], input=script, capture_output=True, check=False, timeout=60
    )
    streams = []
    for data in (done.stdout, done.stderr):
        frames = Frames(NONCE)
        found = [
            frame
            for at in range(0, len(data), pieces)
            for frame in frames.feed(data[at : at + pieces])
        ]
        assert [frame.index for frame in found] == list(range(len(commands) + 2))
        streams.append(found[2:])
    return [Answer(out.status, out.data, err.data) for out, err in zip(*streams, strict=True)]


@pytest.mark.parametrize("shell", SHELLS)
@given(
    outputs=st.lists(st.tuples(some_bytes, some_bytes, st.integers(0, 255)), max_size=5),
    pieces=st.integers(1, 200),
)
@settings(max_examples=25)
def test_any_bytes(shell: str, outputs: list[tuple[bytes, bytes, int]], pieces: int) -> None:
    """Any bytes on both streams and any status come back as they were, however the stream is cut."""
    commands = [f"{octal(out)}; {octal(err)} >&2; exit {status}" for out, err, status in outputs]
    assert run(shell, commands, pieces) == [
        Answer(status, out, err) for out, err, status in outputs
    ]


@pytest.mark.parametrize("shell", SHELLS)
@given(command=st.text(st.characters(codec="utf-8", exclude_characters="\0`$()>&"), max_size=30))
@settings(max_examples=40)
def test_any_command_costs_only_itself(shell: str, command: str) -> None:
    """Text that is no command at all, with quotes, operators and newlines, leaves the next command
    its answer.

    Without "&": what a command leaves running may print when it likes (docs/adr/0002).
    """
    harmless = f"PATH=/nonexistent; false || : {command}"
    answers = run(shell, [harmless, "echo next"])
    assert answers[1] == Answer(0, b"next\n", b"")


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    "command",
    [
        "exit 3",
        "if",
        "'",
        "cd /tmp; PATH=; IFS=x; umask 000; unset LC_ALL",
        "exec true",
        "set -e; false",
        "set -f; set -u; echo $nothing",
        "trap 'echo left' EXIT; exit 1",
        "echo() { false; }; echo",
        "cat; read line; echo $line",
        "exec 1>&- 2>&-",
        "cat <<X\nin a document\nX",
        "cat <<X\nwithout end",
        "printf() { false; }",
        "break; return 4",
    ],
)
def test_harm_stays_inside(shell: str, command: str) -> None:
    """What a command does to its shell is not seen by the next one."""
    after = run(shell, [command, "echo $LC_ALL; umask; pwd >/dev/null && echo next"])[1]
    assert after == Answer(0, b"C\n0077\nnext\n", b"")


@pytest.mark.parametrize("shell", SHELLS)
def test_megabytes(shell: str) -> None:
    """Megabytes without a last newline come through whole, and the small answer after them too."""
    big, small = run(shell, ["head -c 5000000 /dev/zero; printf end", "echo small"])
    assert (len(big.stdout), big.stdout[-3:], small.stdout) == (5000003, b"end", b"small\n")


@pytest.mark.parametrize("shell", SHELLS)
def test_noise_is_dropped(shell: str) -> None:
    """What a login prints before the first mark belongs to no answer."""
    answers = run(shell, ["echo a"], noise="printf 'Welcome\\nto \\000 the ward'; echo motd >&2\n")
    assert answers == [Answer(0, b"a\n", b"")]


def test_noise_takes_no_memory() -> None:
    """Noise before the first mark is not kept."""
    frames = Frames(NONCE)
    for _ in range(100):
        frames.feed(b"x" * 10000)
    assert frames.held < 200


@pytest.mark.parametrize("shell", SHELLS)
def test_nonce_is_hidden(shell: str) -> None:
    """A command that prints all its variables, functions and its process list entry does not print
    the nonce.
    """
    answer = run(shell, ["set; export -p; ps -o args= -p $$; tr '\\0' ' ' </proc/$$/environ"])[0]
    assert NONCE.encode() not in answer.stdout


@pytest.mark.parametrize("shell", SHELLS)
def test_input_is_empty(shell: str) -> None:
    """A command reads nothing: not the script, not a terminal."""
    assert run(shell, ["cat", "echo next"]) == [Answer(0, b"", b""), Answer(0, b"next\n", b"")]


def test_many_commands() -> None:
    """Hundreds of commands are answered in their order."""
    answers = run(SHELLS[0], [f"echo {number}" for number in range(500)])
    assert [answer.stdout for answer in answers] == [b"%d\n" % number for number in range(500)]


def test_times() -> None:
    """CPU times are read as POSIX prints them, and as None where they are not there."""
    assert framing.read_times(b"0m0.01s 0m0.020s\n1m0.5s 0m0.00s\n") == pytest.approx(60.53)
    assert framing.read_times(b"") is None


@pytest.mark.parametrize(
    ("said", "group"),
    [(b"42 42\n", 42), (b"42 7\n", None), (b"1 1\n", None), (b"\n", None), (b"x x\n", None)],
)
def test_group(said: bytes, group: int | None) -> None:
    """Only a shell that leads a session of its own gives a process group that may be ended."""
    assert framing.read_group(said) == group


def test_start_is_a_mark() -> None:
    """The first mark yields a frame of its own, without the noise before it."""
    frame = Frames(NONCE).feed(f"noise {NONCE} {START} 0\n".encode())[0]
    assert (frame.index, frame.data) == (START, b"")
