"""The configs that come with the package, by name: experiments, and plans of several trainings."""

import difflib
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
PLAN = 'plan_'
"""How the names of files begin that list trainings and hold no experiment themselves."""


def config_folder() -> Path:
    """The folder of the configs: inside an installed package, or beside the package in a checkout.

    Example:
        >>> (config_folder() / 'orsanet_rafdb.py').is_file()
        True
    """
    installed = PACKAGE / '_configs'
    return installed if installed.is_dir() else PACKAGE.parent / 'configs'


def config_files() -> dict[str, Path]:
    """Path of each experiment's config by its name, which is the file's without ``.py``, whatever folder it is in.

    Example:
        >>> config_files()['resnet18_folder'].parent.name
        'baselines'
    """
    files = {path.stem: path for path in _files() if not path.stem.startswith(PLAN)}
    return dict(sorted(files.items()))


def moved_config(path: Path) -> Path:
    """The present path of a config or plan that a command names as ``configs/NAME.py``, and that is in one of the folders there.

    Returns:
        Its path; ``path`` itself if there is such a file, or none of this name comes with the package.

    Example:
        >>> moved_config(Path('configs/demo_resnet18.py')).parent.name
        'demo'
    """
    if path.exists() or path.suffix != '.py' or path.parent.name not in ('', config_folder().name, 'configs'):
        return path
    return next((file for file in _files() if file.name == path.name), path)


def plan_files() -> list[Path]:
    """The plans, for ``ofer train-stages`` and ``ofer analyze ablation``."""
    return sorted(path for path in _files() if path.stem.startswith(PLAN))


def find_config(name: str) -> Path:
    """The config of that name.

    Raises:
        ValueError: there is none; the message lists similar names.

    Example:
        >>> find_config('orsanet_rafdb').name
        'orsanet_rafdb.py'
        >>> find_config('orsanet_rafd')
        Traceback (most recent call last):
        ...
        ValueError: no model is called 'orsanet_rafd'. Did you mean orsanet_rafdb...
    """
    files = config_files()
    if name not in files:
        close = difflib.get_close_matches(name, files, n=3)
        hint = f'Did you mean {" or ".join(close)}?' if close else f'There are: {", ".join(files)}.'
        raise ValueError(f'no model is called {name!r}. {hint}')
    return files[name]


def find_file(config: str, root: Path) -> Path:
    """The config that a plan means: the path of a file, from ``root``, or the name of one that comes with the package.

    Raises:
        ValueError: no such name.
    """
    return root / config if config.endswith('.py') else find_config(config)


def find_base(name: str) -> Path:
    """The file that ``_base_ = 'ofer::NAME'`` means.

    Args:
        name: of an experiment, with or without ``.py`` (``orsanet_rafdb.py``), or a path inside the folder of the configs
            (``_base_/datasets/rafdb.py``).

    Raises:
        ValueError: there is none; the message lists similar names.
    """
    inside = config_folder() / name
    return inside if inside.is_file() else find_config(Path(name).stem)


def _files() -> list[Path]:
    folder = config_folder()
    inner = (path.relative_to(folder) for path in folder.rglob('*.py'))
    return [folder / path for path in inner if '_base_' not in path.parts and path.name != '__init__.py']
