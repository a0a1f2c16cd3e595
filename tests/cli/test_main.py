"""The command ``ofer``: its table, its help, its errors."""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest

import ofer
from ofer.cli.commands import COMMANDS, GROUPS
from ofer.cli.main import parse

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ('torch', 'numpy', 'mmengine', 'cv2', 'sklearn', 'matplotlib')


def run(*argv: str) -> subprocess.CompletedProcess:
    environment = {**os.environ, 'PYTHONPATH': str(ROOT)}
    return subprocess.run([sys.executable, *argv], capture_output=True, text=True, cwd=ROOT, env=environment)


def scripts() -> dict[str, list[str]]:
    """The scripts under ``tools/`` and the command that each is."""
    found = {}
    for path in sorted((ROOT / 'tools').rglob('*.py')):
        docstring = path.read_text(encoding='utf-8').splitlines()[0]
        found[path.relative_to(ROOT).as_posix()] = docstring.split('``')[1].split()[1:]
    return found


def test_help_lists_everything() -> None:
    done = run('-m', 'ofer', '--help')
    for name in COMMANDS:
        assert name.split()[0] in done.stdout
    assert all(line in done.stdout for line in GROUPS.values())


def test_no_help_imports_anything_heavy() -> None:
    code = f"""
import sys
from contextlib import suppress
from ofer.cli.main import main
for name in {list(COMMANDS)!r} + {list(GROUPS)!r} + ['']:
    with suppress(SystemExit):
        main([*name.split(), '--help'])
assert not set({HEAVY!r}) & set(sys.modules), set({HEAVY!r}) & set(sys.modules)
"""
    done = run('-c', code)
    assert done.returncode == 0, done.stderr
    for name in COMMANDS:
        assert f'usage: ofer {name} ' in done.stdout


@pytest.mark.parametrize('name', COMMANDS)
def test_a_command_describes_itself(name: str) -> None:
    module, help_ = COMMANDS[name]
    command = import_module(module)
    assert help_ == help_.strip().rstrip('.')
    assert command.__doc__.strip()
    assert callable(command.add_arguments)
    assert callable(command.main)


def test_every_group_has_commands() -> None:
    assert {name.split()[0] for name in COMMANDS if ' ' in name} == set(GROUPS)


@pytest.mark.parametrize(('script', 'words'), scripts().items())
def test_scripts_are_their_commands(script: str, words: list[str]) -> None:
    """Words of the docstring are those that the script runs, and it does no more than that."""
    assert ' '.join(words) in COMMANDS
    text = (ROOT / script).read_text(encoding='utf-8')
    assert f'    main([{", ".join(map(repr, words))}, *sys.argv[1:]])\n' in text
    assert len(text.splitlines()) < 10


def test_a_script_takes_the_arguments_of_its_command() -> None:
    done = run('tools/train.py', '--help')
    assert done.returncode == 0, done.stderr
    for option in ('work-dir', 'resume', 'amp', 'compile', 'tensorboard', 'no-validate', 'cfg-options', 'launcher', 'seed'):
        assert f'--{option} ' in done.stdout
    assert '--local-rank' not in done.stdout  # for launchers only
    assert run('tools/train.py', 'gone.py').stderr == 'error: gone.py: no such config. The experiments are in configs/.\n'


def test_options_of_training() -> None:
    flags = ['--amp', '--compile', '--tensorboard', '--no-validate', '--launcher', 'slurm', '--seed', '3', '--local_rank', '2']
    args = parse(['train', 'a.py', '--work-dir', 'w', '--resume', *flags, '--cfg-options', 'a=1', 'b=2'])
    assert (args.config, args.work_dir, args.resume, args.launcher, args.seed, args.local_rank) == ('a.py', 'w', 'auto', 'slurm', 3, 2)
    assert args.amp and args.compile and args.tensorboard and args.no_validate  # noqa: PT018
    assert args.cfg_options == ['a=1', 'b=2']
    assert parse(['train', 'a.py', '--resume', 'b.pth']).resume == 'b.pth'
    assert parse(['train', 'a.py', '--local-rank', '1']).local_rank == 1


def test_options_of_testing() -> None:
    places = ['--work-dir', 'w', '--out', 'o.json', '--show-dir', 'd', '--dump', 'p.pkl']
    args = parse(['test', 'a.py', 'b.pth', '--sets', 'x', 'y', *places, '--tta', '--amp', '--launcher', 'mpi'])
    assert (args.checkpoint, args.sets, args.out, args.dump) == ('b.pth', ['x', 'y'], Path('o.json'), Path('p.pkl'))
    assert args.tta and args.amp and not args.all  # noqa: PT018
    assert parse(['test', 'a.py', '--all']).checkpoint is None


def test_the_package_names_commands_and_no_scripts() -> None:
    """The scripts under ``tools/`` are not installed; the commands are."""
    naming = [path.as_posix() for path in (ROOT / 'ofer').rglob('*.py') if 'tools/' in path.read_text(encoding='utf-8')]
    assert naming == []


def test_version(capsys: pytest.CaptureFixture, status: Callable) -> None:
    assert status('--version') == 0
    assert capsys.readouterr().out == f'ofer {ofer.__version__}\n'


@pytest.mark.parametrize(
    ('argv', 'message'),
    [
        ([], 'ofer: error: the following arguments are required: COMMAND'),
        (['analyze'], 'ofer analyze: error: the following arguments are required: COMMAND'),
        (['trian'], "invalid choice: 'trian'"),
        (['train', 'a.py', '--lr', '2'], 'ofer train: error: unrecognized arguments: --lr 2'),
        (
            ['test', 'a.py', 'b.pth', '--out', 'c.txt'],
            'ofer test: error: argument --out: c.txt: expected a name that ends in .json or .pkl',
        ),
        (['verify', 'data', '--type', 'RAFDB', '--workers', '-1'], 'argument --workers: -1: expected a whole number of at least 0'),
        (['verify', 'data', '--type', 'RAFDB', '--workers', 'x'], "argument --workers: invalid number value: 'x'"),
    ],
)
def test_arguments_that_do_not_fit(argv: list[str], message: str, status: Callable, capsys: pytest.CaptureFixture) -> None:
    assert status(*argv) == 2
    assert message in capsys.readouterr().err


def test_debug_shows_the_traceback(status: Callable, capsys: pytest.CaptureFixture) -> None:
    assert status('train', 'gone.py') == 1
    assert capsys.readouterr().err == 'error: gone.py: no such config. The experiments are in configs/.\n'
    with pytest.raises(FileNotFoundError, match=r'gone\.py'):
        status('train', 'gone.py', '--debug')


def test_an_exit_status_is_passed_on(status: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    command = SimpleNamespace(__doc__='Ends as told.', add_arguments=lambda parser: parser.add_argument('code', type=int))
    command.main = lambda args: args.code
    monkeypatch.setitem(sys.modules, 'ends_as_told', command)
    monkeypatch.setitem(COMMANDS, 'ends', ('ends_as_told', 'ends as told'))
    assert status('ends', '0') == 0
    assert status('ends', '3') == 3


@pytest.mark.parametrize('name', COMMANDS)
def test_no_option_takes_what_is_no_finite_number(name: str) -> None:
    parser = argparse.ArgumentParser()
    import_module(COMMANDS[name][0]).add_arguments(parser)
    for action in parser._actions:
        for text in ('nan', 'inf', '-inf'):
            try:
                value = action.type(text) if callable(action.type) else None
            except (ValueError, argparse.ArgumentTypeError):
                continue
            assert not isinstance(value, float), action.option_strings


@pytest.mark.parametrize('name', COMMANDS)
def test_no_option_takes_a_negative_whole_number(name: str) -> None:
    parser = argparse.ArgumentParser()
    import_module(COMMANDS[name][0]).add_arguments(parser)
    for action in parser._actions:
        if not callable(action.type) or action.choices or action.help == argparse.SUPPRESS:
            continue
        with suppress(ValueError, argparse.ArgumentTypeError):
            assert not isinstance(action.type('-1'), int), action.option_strings
