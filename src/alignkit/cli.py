"""The command line: words in, text out, and a code that a script can act on.

Only the words are read here. What does the work is loaded once it is known to be
wanted, so that asking for help costs nothing.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TextIO

import alignkit
from alignkit.replies import Reply
from alignkit.screen import visible

_EPILOG = """\
exit codes:
  0  all is well
  1  something was found that --fail-on names
  2  wrong usage, or input that cannot be used; what is wrong is on standard error

Nothing here reads a clock: the moment of a question is always given."""

_MOMENT = "a moment with its offset, 2026-04-08T11:20:00+01:00, or a date"

_COUNT_EVERY = 100


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    Args:
        argv: The words after the name of the program; those of the process if None.

    Returns:
        0 if all is well, 1 if something was found that the command was asked to fail
        on, 2 if the usage is wrong or the input cannot be used.

    Example:
        >>> main(["--version"]) == 0
        alignkit 0.1.0
        True
    """
    parser = _parser()
    try:
        arguments = parser.parse_args(argv)
    except SystemExit as stopped:
        return int(stopped.code or 0)
    if arguments.version:
        reply = Reply(out=[f"alignkit {alignkit.__version__}\n"])
    elif arguments.command is None:
        reply = Reply(notes=[parser.format_help()], code=2)
    elif arguments.command == "schema":
        reply = Reply(out=[_schema(arguments.name)])
    else:
        commands = importlib.import_module("alignkit.commands")
        run: Callable[[argparse.Namespace], Reply] = commands.run
        reply = run(arguments)
    return _printed(reply)


def _schema(name: str) -> str:
    """Return the schema of that name; it stands in a file, and needs nothing else."""
    text = pkgutil.get_data("alignkit", f"schemas/{name}.json")
    assert text is not None  # noqa: S101 - every loader of a package with files has one
    return text.decode()


def _printed(reply: Reply) -> int:
    """Print a reply and return its code, also where nobody listens any more."""
    try:
        _print(reply.notes, sys.stderr)
        pieces = reply.out
        if reply.counts is not None and _watches():
            pieces = _counted(pieces, reply.counts)
        _print(pieces, sys.stdout)
    except BrokenPipeError:
        _listen_no_more()
    except OSError as error:
        _listen_no_more()
        _print(
            [f"alignkit: the answer cannot be written: {error.strerror}\n"], sys.stderr
        )
        return 2
    return reply.code() if callable(reply.code) else reply.code


def _watches() -> bool:
    """Say whether somebody waits at a screen, and the answer goes elsewhere."""
    err, out = sys.stderr, sys.stdout
    if err is None or not err.isatty():
        return False
    return out is None or not out.isatty()


def _counted(pieces: Iterable[str], unit: str) -> Iterator[str]:
    """Return pieces, and tell on standard error how many have been taken."""
    many = 0
    for many, piece in enumerate(pieces, start=1):
        yield piece
        if many % _COUNT_EVERY == 0:
            _tell(f"\r{many:,} {unit}")
    _tell(f"\r{many:,} {unit}\n")


def _tell(text: str) -> None:
    # Written over what was there before, and therefore not made visible.
    sys.stderr.write(text)
    sys.stderr.flush()


def _listen_no_more() -> None:
    # Python flushes standard output once more at its end, and would complain.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _print(pieces: Iterable[str], stream: TextIO | None) -> None:
    # A process may be started without one of its streams.
    if stream is None:
        return
    encoding = stream.encoding or "utf-8"
    on_screen = stream.isatty()
    for piece in pieces:
        lines = piece.split("\n")
        text = "\n".join(map(visible, lines)) if on_screen else piece
        # A console that lacks a letter shows its number instead of failing.
        text = text.encode(encoding, "backslashreplace").decode(encoding)
        stream.write(text)
    stream.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="alignkit",
        description="Decide how the promises of an agreement between sales and "
        "marketing were kept.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--version", action="store_true", help="print the version and leave"
    )
    parser.set_defaults(command=None)
    commands = parser.add_subparsers(metavar="COMMAND")
    for name, summary, add_arguments in (
        ("demo", "a story on bundled data, from events to scorecard", _add_demo),
        ("lint", "what is wrong with an agreement, and where", _add_lint),
        ("evaluate", "how the promises stand at a moment", _add_evaluate),
        ("handoff", "whether a lead may change hands, and why not", _add_handoff),
        ("due", "when a promise that starts at a moment is due", _add_due),
        ("schema", "what agreements, events and answers look like", _add_schema),
    ):
        command = commands.add_parser(
            name,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
            allow_abbrev=False,
        )
        command.set_defaults(command=name)
        add_arguments(command)
    return parser


def _add_demo(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--show",
        choices=["agreement", "events"],
        help="print the agreement or the events that the story is about, and no more",
    )


def _add_lint(command: argparse.ArgumentParser) -> None:
    _add_agreement(command)
    _add_format(command, "text", "json", "github", "sarif")
    command.add_argument(
        "--as-of",
        metavar="T",
        help="the day on which reviews, signatures and holidays are looked at; without "
        "it they are not",
    )
    command.add_argument(
        "--fail-on",
        metavar="WHAT",
        help="end with code 1 if there are findings of a severity or worse (error, "
        "warning, info) or of a code (AK-S007); several are parted by commas",
    )


def _add_evaluate(command: argparse.ArgumentParser) -> None:
    _add_agreement(command)
    command.add_argument(
        "events",
        metavar="EVENTS",
        nargs="+",
        help="files of events: .jsonl, .json or .csv, also compressed as .gz",
    )
    command.add_argument(
        "--as-of",
        metavar="T",
        required=True,
        help=f"the moment of the question: {_MOMENT}, which means its first moment",
    )
    command.add_argument(
        "--known-at",
        metavar="T",
        help="see only what was recorded by then",
    )
    command.add_argument(
        "--map",
        metavar="MAPPING",
        action="append",
        help="a file that says what the columns mean: one for all files of events, or "
        "given again, one for each in their order",
    )
    command.add_argument(
        "--by",
        metavar="WHAT",
        help="divide the scorecard by the owner, the team, another field of the "
        "subject (lead.source) or a period (week, month, quarter, year)",
    )
    _add_format(command, "text", "json", "jsonl", "csv")
    command.add_argument(
        "--fail-on",
        metavar="STATUSES",
        help="end with code 1 if a promise stands so (breached, late, ...), or for the "
        "word review if anything could not be read; several are parted by commas",
    )
    command.add_argument(
        "--explain",
        metavar="NAME",
        action="append",
        help="explain the verdicts on a subject or of a term, with the ledger of each; "
        "given twice, those that fit both",
    )


def _add_handoff(command: argparse.ArgumentParser) -> None:
    _add_agreement(command)
    command.add_argument(
        "payload",
        metavar="PAYLOAD",
        help="the handoff, rejection or move as JSON, or - for standard input; .jsonl "
        "holds one on each line",
    )
    command.add_argument(
        "--lines",
        action="store_true",
        help="there is one payload on each line, whatever the name says",
    )
    command.add_argument(
        "--as-of",
        metavar="T",
        required=True,
        help=f"the moment of the question: {_MOMENT}, which means its first moment",
    )
    _add_format(command, "text", "json", "jsonl", "github", "sarif")
    command.add_argument(
        "--explain",
        action="store_true",
        help="tell everything: where each rule stands, what to ask for, what would "
        "mend it, when the answer changes by itself, and which clocks would start",
    )
    command.add_argument(
        "--fail-on",
        metavar="WHAT",
        help="end with code 1 if there is an outcome (pass, fail, unknown), an answer "
        "(accept, refuse, hold), a finding of a severity or worse (error, warning, "
        "info) or a code (AK-H006); several are parted by commas",
    )


def _add_due(command: argparse.ArgumentParser) -> None:
    _add_agreement(command)
    command.add_argument("--term", metavar="ID", required=True, help="the term")
    command.add_argument(
        "--start",
        metavar="T",
        required=True,
        help=f"the moment at which it starts: {_MOMENT}",
    )
    command.add_argument(
        "--date",
        metavar="NAME=DATE",
        action="append",
        help="a date that the term counts back from, such as renewal_date=2026-09-30",
    )
    _add_format(command, "text", "json")


def _add_schema(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "name",
        metavar="NAME",
        choices=["agreement", "event", "handoff", "ruling", "verdict"],
        help="agreement, event, handoff or verdict; its JSON Schema 2020-12 is printed",
    )


def _add_agreement(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "agreement", metavar="AGREEMENT", help="the agreement: .toml, .yaml or .json"
    )


def _add_format(command: argparse.ArgumentParser, *formats: str) -> None:
    command.add_argument(
        "--format",
        choices=formats,
        default=formats[0],
        help=f"how the answer is written; {formats[0]} if not given",
    )
