"""Systems that are trained stage by stage: the stages of a plan, the files that each needs, and missing files.

A plan is a Python config::

    stages = dict(
        mae=dict(config='latent_ofer_mae_synthetic', checkpoint='checkpoints/latent_ofer_mae_synthetic.pth'),
        fer=dict(config='latent_ofer_fer_synthetic', checkpoint='checkpoints/latent_ofer_fer_synthetic.pth', options=[...]),
    )

``config`` is the name of a config of the library, or the path of a file. The weights of the stage are written to ``checkpoint``.
``options`` are overrides of its config, as for --cfg-options. The plan does not list what a stage needs: its config does, in the paths of
the checkpoints and other files that it reads. A stage may also be another command of ofer, which writes labels for later stages::

    labels=dict(command=['prepare', 'landmarks', CONFIG, 'checkpoints/teacher.pth', 'data/labels.npz'], checkpoint='data/labels.npz')
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mmengine.config import Config

from ofer.engine.config import read_config
from ofer.engine.config.checking import EXTRA_NAMES, RUNNER_NAMES
from ofer.engine.plans import check_entries, read_plan
from ofer.shipped import find_file
from ofer.weights import OF_PACKAGE

FILES, FOLDERS = {'checkpoint', 'checkpoints', 'load_from', 'file', 'boxes'}, {'data_root', 'folder'}
LOADERS = ('train_dataloader', 'val_dataloader')


@dataclass(frozen=True)
class Stage:
    """One training.

    Attributes:
        name: in the plan.
        path: of its config.
        options: overrides of it.
        config: with the overrides.
        checkpoint: file for its weights.
        needs: the stages whose checkpoints it reads.
        foreign: other files and folders that it reads.
        command: of ofer, with its arguments; empty for a training.
    """

    name: str
    path: Path
    options: tuple[str, ...]
    config: Config
    checkpoint: Path
    needs: tuple[str, ...]
    foreign: tuple[Path, ...]
    command: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What it does, in two words."""
        return f'run {self.command[0]}' if self.command else f'train {self.path.stem}'

    @property
    def missing(self) -> list[Path]:
        """Files and folders of ``foreign`` that do not exist."""
        return [path for path in self.foreign if not path.exists()]


def read_stages(
    plan: Path, root: Path, options: Sequence[str] = (), checkpoints: Path | None = None, data: Path | None = None
) -> dict[str, Stage]:
    """The stages of a plan by name, in its order.

    Args:
        plan: the file.
        root: folder of relative config paths; names of configs of the library do not depend on it.
        options: overrides of all stages, or of one stage with its name as prefix: ``svdd.train_cfg.max_epochs=2``.
        checkpoints: folder for what the stages write; None: as in the plan.
        data: folder in place of the configs' ``data``; weights that no stage writes are also looked for in its folder ``checkpoints``.

    Raises:
        FileNotFoundError: the plan or a config is missing.
        ValueError: an entry of the plan is missing, its order is wrong, or an override does not fit a config.
    """
    given = read_plan(plan, {'stages': dict}, {}).stages
    for name, entry in given.items():
        own = {'command': list[str]} if isinstance(entry, Mapping) and 'command' in entry else {'config': str}
        check_entries(f'{plan}: stage {name!r}', entry, {**own, 'checkpoint': str}, {'options': list[str]})
    moves = {entry.checkpoint: str(_place(Path(entry.checkpoint), checkpoints)) for entry in given.values()}
    by_file = {Path(moves[entry.checkpoint]): name for name, entry in given.items()}
    stages: dict[str, Stage] = {}
    for name, entry in given.items():
        read = _command if 'command' in entry else _training
        try:
            stage = read(name, entry, root, _options_of(name, options, set(given)), moves, data)
        except ValueError as error:
            raise ValueError(f'{plan}: stage {name!r}: {error}') from error
        needs = tuple(dict.fromkeys(by_file[file] for file in stage.foreign if file in by_file and by_file[file] != name))
        if late := [other for other in needs if other not in stages]:
            raise ValueError(f'{plan}: stage {name!r} reads what {", ".join(late)} leaves, so it has to come later')
        stages[name] = replace(stage, needs=needs, foreign=tuple(file for file in stage.foreign if file not in by_file))
    return stages


def _place(path: Path, checkpoints: Path | None) -> Path:
    """Where a stage writes: weights into the folder for checkpoints, labels into ``data`` beside it, which keeps its inner folders."""
    if checkpoints is None:
        return path
    return checkpoints.parent / path if path.parts[0] == 'data' else checkpoints / path.name


def _training(name: str, entry: Any, root: Path, options: Sequence[str], moves: Mapping[str, str], data: Path | None) -> Stage:
    """A training. All files that it reads are in ``foreign``."""
    path = find_file(entry.config, root)
    own = [*entry.get('options', []), *options]
    config = read_config(path, own)
    own += moved_options(config, {**_data_moves((value for _, value in _strings(config.to_dict())), data), **moves})
    config = read_config(path, own)
    read = [
        Path(value)
        for key, value in _strings(_known(config))
        if _name(key) in FILES and not value.startswith(OF_PACKAGE) and '://' not in value
    ]
    files = tuple(dict.fromkeys([*read, *_folders(config)]))
    return Stage(name, path, tuple(own), config, Path(moves[entry.checkpoint]), (), files)


def _command(name: str, entry: Any, root: Path, options: Sequence[str], moves: Mapping[str, str], data: Path | None) -> Stage:
    """A command, which no override concerns. Its words that contain a slash, configs excepted, are files."""
    del root, options
    output = Path(moves[entry.checkpoint])
    places = {**_data_moves(entry.command, data), **moves, str(Path(entry.checkpoint).parent): str(output.parent)}
    words = [places.get(word, word) for word in entry.command]
    read = [Path(new) for old, new in zip(entry.command, words, strict=True) if '/' in old and not old.endswith('.py')]
    files = tuple(dict.fromkeys(file for file in read if file not in (output, output.parent)))
    return Stage(name, Path('ofer'), (), Config(dict(command=words)), output, (), files, tuple(words))


def _data_moves(values: Iterable[str], data: Path | None) -> dict[str, str]:
    """New place by old place, of what is in ``data`` or ``checkpoints`` in configs and in the user's folder in truth."""
    if data is None:
        return {}
    moves = {value: str(data / Path(value).relative_to('data')) for value in values if Path(value).parts[:1] == ('data',)}
    weights = {f'checkpoints/{path.name}': str(path) for path in (data / 'checkpoints').glob('*')}
    return {**moves, **weights}


def moved_options(config: Config, moves: Mapping[str, str]) -> list[str]:
    """Overrides that make a config read files from other places.

    Args:
        config: of an experiment.
        moves: new place by old place.

    Returns:
        One override, as for --cfg-options, for each value that equals an old place.
    """
    own = _known(config)
    moved = {key: moves[value] for key, value in _strings(own) if moves.get(value, value) != value}
    lists: dict[str, list[str]] = {}
    for key, value in _strings(own):
        parent, _, last = key.rpartition('.')
        if last.isdigit():  # a text in a list is overridden with the list
            lists.setdefault(parent, []).append(moved.get(key, value))
    options = [f'{key}={value}' for key, value in moved.items() if not key.rpartition('.')[2].isdigit()]
    parents = dict.fromkeys(key.rpartition('.')[0] for key in moved if key.rpartition('.')[2].isdigit())
    return [*options, *(f'{parent}=[{",".join(lists[parent])}]' for parent in parents)]


def _known(config: Config) -> dict[str, Any]:
    """A config without the helpers of its file."""
    return {name: value for name, value in config.to_dict().items() if name in RUNNER_NAMES | EXTRA_NAMES}


def _options_of(stage: str, options: Sequence[str], stages: set[str]) -> list[str]:
    found = []
    for option in options:
        name, _, rest = option.partition('.')
        if name == stage:
            found.append(rest)
        elif name not in stages:
            found.append(option)
    return found


def _folders(config: Config) -> list[Path]:
    loaders = {name: config[name] for name in LOADERS if config.get(name)}
    return [Path(value) for key, value in _strings(loaders) if _name(key) in FOLDERS and value]


def _strings(value: Any, key: str = '') -> Iterator[tuple[str, str]]:
    """Every string in a config, with its dotted key."""
    if isinstance(value, str):
        yield key, value
        return
    children = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, (list, tuple)) else ()
    for name, child in children:
        yield from _strings(child, f'{key}.{name}' if key else str(name))


def _name(key: str) -> str:
    """The last name of a dotted key: ``checkpoints`` of ``model.checkpoints.0``."""
    return next((part for part in reversed(key.split('.')) if not part.isdigit()), '')
