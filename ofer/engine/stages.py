"""Systems that are trained stage by stage: the stages of a plan, the files that each needs, and missing files.

A plan is a Python config::

    stages = dict(
        mae=dict(config='latent_ofer_mae_synthetic', checkpoint='checkpoints/latent_ofer_mae_synthetic.pth'),
        fer=dict(config='latent_ofer_fer_synthetic', checkpoint='checkpoints/latent_ofer_fer_synthetic.pth', options=[...]),
    )

``config`` is the name of a config of the library, or the path of a file. The weights of the stage are written to ``checkpoint``.
``options`` are overrides of its config, as for --cfg-options. The plan does not list what a stage needs: its config does, in the paths of
the checkpoints and other files that it reads.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmengine.config import Config

from ofer.engine.config import read_config
from ofer.engine.plans import check_entries, read_plan
from ofer.shipped import find_file

FILES, FOLDERS = {'checkpoint', 'load_from'}, {'data_root', 'folder'}
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
    """

    name: str
    path: Path
    options: tuple[str, ...]
    config: Config
    checkpoint: Path
    needs: tuple[str, ...]
    foreign: tuple[Path, ...]

    @property
    def missing(self) -> list[Path]:
        """Files and folders of ``foreign`` that do not exist."""
        return [path for path in self.foreign if not path.exists()]


def read_stages(plan: Path, root: Path, options: Sequence[str] = (), checkpoints: Path | None = None) -> dict[str, Stage]:
    """The stages of a plan by name, in its order.

    Args:
        plan: the file.
        root: folder of relative config paths; names of configs of the library do not depend on it.
        options: overrides of all stages, or of one stage with its name as prefix: ``svdd.train_cfg.max_epochs=2``.
        checkpoints: folder for the checkpoints of the stages; None: as in the plan.

    Raises:
        FileNotFoundError: the plan or a config is missing.
        ValueError: an entry of the plan is missing, its order is wrong, or an override does not fit a config.
    """
    given = read_plan(plan, {'stages': dict}, {}).stages
    for name, entry in given.items():
        check_entries(f'{plan}: stage {name!r}', entry, {'config': str, 'checkpoint': str}, {'options': list[str]})
    moves = {
        entry.checkpoint: str((checkpoints or Path(entry.checkpoint).parent) / Path(entry.checkpoint).name) for entry in given.values()
    }
    stages: dict[str, Stage] = {}
    for name, entry in given.items():
        own = [*entry.get('options', []), *_options_of(name, options, set(given))]
        try:
            path = find_file(entry.config, root)
            own += moved_options(read_config(path, own), moves)
            config = read_config(path, own)
        except ValueError as error:
            raise ValueError(f'{plan}: stage {name!r}: {error}') from error
        read = [Path(value) for key, value in _strings(config.to_dict()) if key.rsplit('.', 1)[-1] in FILES and '://' not in value]
        by_checkpoint = {Path(moves[other.checkpoint]): name for name, other in given.items()}
        needs = tuple(dict.fromkeys(by_checkpoint[file] for file in read if file in by_checkpoint))
        if late := [other for other in needs if other not in stages]:
            raise ValueError(f'{plan}: stage {name!r} reads what {", ".join(late)} leaves, so it has to come later')
        stages[name] = Stage(
            name=name,
            path=path,
            options=tuple(own),
            config=config,
            checkpoint=Path(moves[entry.checkpoint]),
            needs=needs,
            foreign=tuple(dict.fromkeys([*(file for file in read if file not in by_checkpoint), *_folders(config)])),
        )
    return stages


def moved_options(config: Config, moves: Mapping[str, str]) -> list[str]:
    """Overrides that make a config read files from other places.

    Args:
        config: of an experiment.
        moves: new place by old place.

    Returns:
        One override, as for --cfg-options, for each value that equals an old place.
    """
    return [f'{key}={moves[value]}' for key, value in _strings(config.to_dict()) if moves.get(value, value) != value]


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
    return [Path(value) for key, value in _strings(loaders) if key.rsplit('.', 1)[-1] in FOLDERS and value]


def _strings(value: Any, key: str = '') -> Iterator[tuple[str, str]]:
    """Every string in a config, with its dotted key."""
    if isinstance(value, str):
        yield key, value
        return
    children = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, (list, tuple)) else ()
    for name, child in children:
        yield from _strings(child, f'{key}.{name}' if key else str(name))
