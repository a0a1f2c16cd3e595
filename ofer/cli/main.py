"""Entry point of the command ``ofer``: finds the command, parses its arguments, runs it."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from ofer import __version__
from ofer.cli.commands import COMMANDS, GROUPS


class CommandParser(argparse.ArgumentParser):
    """Parser of one command. Its module is imported only if the command is used.

    Args:
        module: dotted name of the command's module; None for the top-level parser and the groups.
        options: arguments of :class:`argparse.ArgumentParser`.
    """

    def __init__(self, *, module: str | None = None, **options: Any) -> None:
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, **options)
        self.module = module

    def parse_known_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> Any:  # type: ignore[override]
        if self.module is None:
            return super().parse_known_args(args, namespace)
        command = import_module(self.module)
        self.module, self.description = None, command.__doc__
        command.add_arguments(self)
        self.add_argument('--debug', action='store_true', help='show the traceback of every error')
        self.set_defaults(main=command.main)
        parsed, unknown = super().parse_known_args(args, namespace)
        if unknown:  # here, so that the message has the usage of the command
            self.error(f'unrecognized arguments: {" ".join(unknown)}')
        return parsed, unknown


def build_parser() -> CommandParser:
    """Parser of all commands."""
    parser = CommandParser(prog='ofer', description='Facial expression recognition that keeps working when the face is occluded.')
    parser.add_argument('--version', action='version', version=f'ofer {__version__}')
    commands = parser.add_subparsers(title='commands', metavar='COMMAND', required=True)
    groups = {'': commands}
    for name, (module, help_) in COMMANDS.items():
        group_name, _, last = name.rpartition(' ')
        if group_name not in groups:
            group = commands.add_parser(group_name, help=GROUPS[group_name], description=GROUPS[group_name])
            groups[group_name] = group.add_subparsers(title='commands', metavar='COMMAND', required=True)
        groups[group_name].add_parser(last, module=module, help=help_)
    return parser


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Parsed arguments of a command line; their attribute ``main`` is the function to call with them.

    >>> parse(['train', 'configs/orsanet_rafdb.py', '--seed', '1']).seed
    1
    """
    return build_parser().parse_args(argv)


def main(argv: Sequence[str] | None = None) -> None:
    """Run a command and exit, with status 0, 1 after an error, or 2 for invalid arguments."""
    args = parse(sys.argv[1:] if argv is None else argv)
    from ofer.running import run

    run(lambda: args.main(args), args.debug)
