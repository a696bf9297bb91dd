"""The Typer app: a word per command, and the one place where errors become exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from flowctl_ops import __version__, notes
from flowctl_ops.arguments import quicken
from flowctl_ops.errors import ExitCode, NothingFound, OpsError, UsageError
from flowctl_ops.usage import write_commands, write_options


class Boundary(TyperGroup):
    """Turns what can go wrong into a sentence on stderr and an exit code, for every command."""

    def get_params(self, ctx: Any) -> Any:
        """Give options and arguments, `--help` too, that are read at once."""
        return quicken(super().get_params(ctx))

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write options and commands of `--help`, truncating nothing."""
        write_options(self.get_params(ctx), ctx, formatter)
        write_commands(self, ctx, formatter)

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Read the command line; --help and --version print their answers meanwhile."""
        with _boundary():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """Run the command, and leave with the exit code of what went wrong."""
        with _boundary():
            return super().invoke(ctx)


class Command(TyperCommand):
    """Refuses what is no text, as neither documents nor SQL hold it; paths may be any bytes."""

    def get_params(self, ctx: Any) -> Any:
        """Give options and arguments, `--help` too, that are read at once."""
        return quicken(super().get_params(ctx))

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write arguments and options of `--help`, by what they are about."""
        write_options(self.get_params(ctx), ctx, formatter)

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        for name, given in ctx.params.items():
            for value in given if isinstance(given, list) else (given,):
                if name not in _PATHS and isinstance(value, str) and not _is_text(value):
                    raise UsageError(f"{value} is no UTF-8", "write it in UTF-8")
        return super().invoke(ctx)


_UNCLEAR: type[Exception] = typer.BadParameter.__bases__[0]  # Click's, which Typer brings along
_OTHER_PLACE = "make it readable or writable, make room, or name another place"
_PATHS = frozenset({"data", "file", "directory"})


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


@contextmanager
def _boundary() -> Iterator[None]:
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except OpsError as failure:
        notes.error(failure)
        raise typer.Exit(failure.exit_code) from failure
    except _UNCLEAR as unclear:
        refused = _refused(unclear)
        notes.error(refused)
        raise typer.Exit(refused.exit_code) from unclear
    except KeyboardInterrupt as interrupt:
        raise typer.Exit(ExitCode.INTERRUPTED) from interrupt
    except BrokenPipeError as gone:
        _close_stdout()
        raise typer.Exit(ExitCode.ANSWERED) from gone
    except OSError as failure:
        _close_stdout()
        reason = (failure.strerror or str(failure)).lower()
        notes.error(OpsError(f"{_what_failed(failure)}: {reason}", _OTHER_PLACE))
        raise typer.Exit(ExitCode.DATA) from failure
    except MemoryError as failure:
        notes.error(OpsError("memory ran out", "ask for fewer names or a shorter time"))
        raise typer.Exit(ExitCode.DATA) from failure


def _refused(unclear: Any) -> UsageError:
    """Say in our words that the command line cannot be read, and how it is written."""
    sentence = unclear.format_message().removesuffix(".")
    ctx = unclear.ctx
    usage = ctx.get_usage().replace("Usage: ", "usage: ") if ctx else "usage: ops COMMAND"
    hint = f"{' '.join(usage.split())}; {ctx.command_path if ctx else 'ops'} -h tells more"
    return UsageError(sentence[:1].lower() + sentence[1:], hint)


def _what_failed(failure: OSError) -> str:
    """Name the file; where there is none, stdout was to be written, or where we are looked up."""
    if failure.filename:
        return os.fsdecode(failure.filename)
    is_lookup = isinstance(failure, FileNotFoundError)
    return "the current folder" if is_lookup else "the answer could not be written"


def _close_stdout() -> None:
    """Keep the interpreter from flushing once more what nobody can take."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


COMMANDS = (
    "status",
    "explain",
    "logs",
    "patterns",
    "stats",
    "lag",
    "check",
    "doctor",
    "sql",
    "materialize",
    "cache",
    "publish",
    "demo",
)


def app_for(arguments: Sequence[str] = ()) -> typer.Typer:
    """Make the app with the one command that is asked for, with all of them where that is unclear.

    Typer takes apart every option of every command: half of the time that a small question takes.
    """
    app = typer.Typer(
        name="ops",
        cls=Boundary,
        invoke_without_command=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(main)
    first = arguments[0] if arguments else ""
    for name in (first,) if first in COMMANDS else COMMANDS:
        app.command(name, cls=Command)(getattr(import_module(f"flowctl_ops.commands.{name}"), name))
    return app


def _print_version(wanted: bool | None) -> None:  # noqa: FBT001 - Typer calls it so
    if wanted:
        typer.echo(f"ops {__version__}")
        raise typer.Exit


def main(
    ctx: typer.Context,
    version: Annotated[  # noqa: ARG001 - its callback prints it
        bool | None,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = None,
) -> None:
    """Answer from local copies of Estuary Flow's ops collections: logs and stats of tasks.

    Alone, where there is data, it is ops status.
    """
    if ctx.invoked_subcommand is not None:
        return
    [status] = typer.main.get_group(app_for(("status",))).commands.values()
    try:
        raise typer.Exit(status.main([], prog_name="ops status", standalone_mode=False) or 0)
    except NothingFound:
        typer.echo(ctx.get_help())


def __getattr__(name: str) -> typer.Typer:
    """Give `app`, with every command, to whom asks this module for it, as Typer's own tools do."""
    if name == "app":
        return app_for()
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
