"""Plans of several trainings: Python files with a few names, each of a given type."""

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mmengine.config import Config

from ofer.engine.config import read_file
from ofer.engine.config.files import locate
from ofer.engine.config.types import fits, name_of
from ofer.shipped import plan_files


def read_plan(path: Path, required: Mapping[str, Any], optional: Mapping[str, Any]) -> Config:
    """A plan, with entries of the right types.

    Args:
        path: the file.
        required: type of each required name.
        optional: type of each optional name.

    Raises:
        FileNotFoundError: the plan does not exist.
        ValueError: the plan cannot be read, a required name is missing, or an entry has the wrong type.
    """
    path = locate(path)
    if not path.is_file():
        names = ', '.join(str(Path('configs', file.parent.name, file.name)) for file in plan_files())
        raise FileNotFoundError(f'{path}: no such plan. The library has {names}.')
    plan = read_file(path)
    check_entries(str(path), plan._cfg_dict, required, optional, others=True)
    return plan


def check_entries(place: str, entries: Any, required: Mapping[str, Any], optional: Mapping[str, Any], others: bool = False) -> None:
    """Check the names and types of a dict.

    Args:
        place: of the dict, for the message.
        entries: should be a dict.
        required: type of each required name.
        optional: type of each optional name.
        others: whether other names are allowed, unless they look misspelt.

    Raises:
        ValueError: it is no dict, a required name is missing, or an entry is unknown or has the wrong type.
    """
    known = {**required, **optional}
    if not isinstance(entries, Mapping):
        raise ValueError(f'{place}: expected a dict of {", ".join(known)}, found {entries!r}')
    for name, value in entries.items():
        close = difflib.get_close_matches(str(name), [one for one in known if one not in entries], n=1, cutoff=0.8 if others else 0.6)
        if name not in known and (close or not others):
            raise ValueError(
                f'{place}: unknown {name!r}. ' + (f'Did you mean {close[0]}?' if close else f'It may have {", ".join(known)}.')
            )
        if name in known and not fits(value, known[name]):
            raise ValueError(f'{place}: {name}={value!r}: expected {name_of(known[name])}')
    missing = [name for name in required if entries.get(name) in (None, {}, [])]
    if missing:
        raise ValueError(f'{place}: has no {", ".join(missing)}; expected {", ".join(known)}')
