"""The configs of the package and of installed projects, by name: experiments, and plans of several trainings.

A project is a package of its own that builds on this one. Its ``setup.py`` names it in the entry points ``ofer.projects``
(``'dan = ofer_dan'``), so that it is found as long as it is installed.
"""

import difflib
from functools import cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
PLAN = 'plan_'
"""How the names of files begin that list trainings and hold no experiment themselves."""
CONFIGS = '_configs'
"""The folder of the configs inside an installed package."""
PROJECTS = 'ofer.projects'
"""The entry points of installed projects."""


def config_folder() -> Path:
    """The folder of the configs: inside an installed package, or beside the package in a checkout.

    Example:
        >>> (config_folder() / 'orsanet_rafdb.py').is_file()
        True
    """
    return _configs_of(PACKAGE)


@cache
def installed_projects() -> dict[str, str]:
    """Name of the package of each installed project, by the project's name; nothing is imported."""
    return {point.name: point.value for point in sorted(entry_points(group=PROJECTS))}


def project_folder(project: str) -> Path | None:
    """The folder of a project's package; None if its files are gone. The package is not imported."""
    spec = find_spec(installed_projects()[project])
    return Path(spec.origin).parent if spec is not None and spec.origin is not None else None


def config_files() -> dict[str, Path]:
    """Path of each experiment's config by its name, which is the file's without ``.py``, whatever folder or project it is in.

    Example:
        >>> config_files()['resnet18_folder'].parent.name
        'baselines'
    """
    files = {path.stem: path for path in (*_files_of_projects(), *_files()) if not path.stem.startswith(PLAN)}
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
        hint = f'Did you mean {" or ".join(close)}? ' if close else ''
        raise ValueError(f'no model is called {name!r}. {hint}`ofer models` lists all; projects have to be installed.')
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
    return _files_in(config_folder())


def _files_of_projects() -> list[Path]:
    folders = [project_folder(project) for project in installed_projects()]
    return [path for folder in folders if folder is not None for path in _files_in(_configs_of(folder))]


def _configs_of(package: Path) -> Path:
    """The folder of the configs of a package: inside of it where it is installed, or beside it in a checkout."""
    installed = package / CONFIGS
    return installed if installed.is_dir() else package.parent / 'configs'


def _files_in(folder: Path) -> list[Path]:
    inner = (path.relative_to(folder) for path in folder.rglob('*.py'))
    return [folder / path for path in inner if '_base_' not in path.parts and path.name != '__init__.py']
