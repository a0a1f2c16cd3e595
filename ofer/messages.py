"""One message for the user about an error, instead of a traceback."""

import errno
import os
import re
import sys
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any

import ofer

if TYPE_CHECKING:
    from mmengine.config import Config

PACKAGE = Path(ofer.__file__).resolve().parent
UNEXPECTED = 'Call the command again with --debug for the traceback.'
FULL = (errno.ENOSPC, errno.EDQUOT)
SPACE = 'Free some space and run the same command again; a training continues from its last checkpoint with --resume'


class UsageError(ValueError):
    """A command cannot do what the arguments ask for; the message gives the reason."""


def message_for_user(error: BaseException) -> str:
    """One message: what is wrong, where, and what to do.

    The message of an error of this package is used as it is. For any other error, its type is added, the component that was being built
    or the module of the model that was computing, and how to get the traceback.

    Args:
        error: with its traceback.
    """
    text = _text(error)
    different = _different_sizes(text, error)
    if different:
        return different
    if 'Original Traceback' in text:  # raised in a worker process: only its text is available
        return _of_worker(text)
    if type(error).__name__ == 'OutOfMemoryError' or 'not enough memory' in text:
        return f'out of memory ({text.partition(". ")[0]}). Set a smaller train_dataloader.batch_size (or that of the loader in use).'
    if isinstance(error, MemoryError):
        return 'out of memory. Set smaller batches or fewer workers: train_dataloader.batch_size, train_dataloader.num_workers.'
    if isinstance(error, OSError) and error.errno is not None and (error.filename is not None or error.errno in FULL):
        return _of_system(error)
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    ours = bool(frames) and is_ours(frames[-1].f_code)
    if isinstance(error, UsageError) or (ours and isinstance(error, (ValueError, OSError, RuntimeError, ImportError)) and text):
        return _with_component(text, frames) if isinstance(error, ValueError) else text
    if isinstance(error, FileNotFoundError):
        return text
    return _of_others(error, text, frames)


def is_ours(code: CodeType) -> bool:
    """Whether a function belongs to this package."""
    return Path(code.co_filename).resolve().is_relative_to(PACKAGE)


def _text(error: BaseException) -> str:
    if isinstance(error, KeyError) and error.args:
        return str(error.args[0])
    return str(error)


def _different_sizes(text: str, error: BaseException) -> str | None:
    """The message for images that cannot be put into one batch; None for other errors."""
    sizes = re.search(r'stack expects each tensor to be equal size, but got (\[.*?\]) at entry \d+ and (\[.*?\]) at entry', text)
    in_worker = 'Trying to resize storage that is not resizable' in text  # the batch is made in shared memory
    if not (sizes or in_worker) or 'collate' not in text + ''.join(traceback.format_tb(error.__traceback__)):
        return None
    which = f': {sizes[1]} and {sizes[2]} (channels, height, width)' if sizes else ''
    return (
        f"the images of a batch differ in size{which}. Add dict(type='Resize', scale=(width, height)) to the pipeline of the data set, "
        'before PackFace. `ofer verify` lists the sizes.'
    )


def _of_worker(text: str) -> str:
    files = re.findall(r'^  File "([^"]+)"', text, re.MULTILINE)
    *_, last = re.split(r'^([\w.]+(?:Error|Exception)): ', text, flags=re.MULTILINE)
    ours = bool(files) and Path(files[-1]).resolve().is_relative_to(PACKAGE)
    kind = re.findall(r'^([\w.]+(?:Error|Exception)): ', text, flags=re.MULTILINE)
    return last.strip() if ours or not kind else f'{kind[-1]} while a batch was read: {last.strip()}. {UNEXPECTED}'


def _of_system(error: OSError) -> str:
    reasons = {
        errno.ENOENT: 'no such file or folder',
        errno.EACCES: 'permission denied. Choose another place, or change its permissions',
        errno.EROFS: 'the file system is read-only. Choose another place',
        errno.ENOTDIR: 'a part of this path is a file, not a folder',
        errno.EISDIR: 'a folder, where a file was expected',
        errno.EEXIST: 'there is a file of this name already',
        errno.ENOSPC: f'the disk is full. {SPACE}',
        errno.EDQUOT: f'the quota of the disk is used up. {SPACE}',
        errno.ENAMETOOLONG: 'the name is too long',
    }
    number, text = error.errno or 0, error.strerror or str(error)
    reason = reasons.get(number, text) if text == os.strerror(number) else text.rstrip('.')  # some of this package have their own text
    return f'{reason}.' if error.filename is None else f'{error.filename}: {reason}.'


def _of_others(error: BaseException, text: str, frames: list[FrameType]) -> str:
    """The message of an error of another package, with the part of the config that caused it."""
    kind = type(error).__name__
    first = re.split(r'\n\s*\n', text.strip())[0]
    said = f'{kind}: {first}'.rstrip('.') if first else kind
    of_metric = _metric_of(frames)
    if of_metric:
        return of_metric
    module = _module_of(frames)
    if 'Expected more than 1 value per channel' in text:
        return (
            f'{module or "a batch normalisation"}: a batch of one image cannot be normalised. Set train_dataloader.drop_last=True, '
            'or another train_dataloader.batch_size, from 2.'
        )
    if module:
        own_argument = isinstance(error, TypeError) and 'unexpected keyword argument' in text
        remedy = 'Add it to forward.' if own_argument else 'Sizes or settings of the parts of the model in the config do not fit together.'
        return f'{module}: {said}. {remedy}'
    component = _component_of(frames)
    if component:
        return f'{component}: {said}.'
    place = next((frame for frame in reversed(frames) if is_ours(frame.f_code)), None)
    where = f' (in {Path(place.f_code.co_filename).relative_to(PACKAGE.parent)}:{place.f_lineno})' if place else ''
    return f'{said}{where}. {UNEXPECTED}'


def _with_component(text: str, frames: list[FrameType]) -> str:
    """A message of this package, with the config key of the component that raised it, unless it names a file itself."""
    component = _component_of(frames)
    return f'{component}: {text}' if component and '/' not in text.split(' ')[0] else text


def _component_of(frames: list[FrameType]) -> str | None:
    """The component that was being built, by file and key of the config; None if there was none."""
    built = [frame.f_locals for frame in frames if frame.f_code.co_name == 'build_from_cfg']
    innermost = next((variables['cfg'] for variables in reversed(built) if isinstance(variables.get('cfg'), Mapping)), None)
    if innermost is None:
        return None
    config = _config_of(frames)
    key = next(_keys_of(config._cfg_dict, innermost), None) if config is not None else None
    name = innermost.get('type', 'the component')
    name = name if isinstance(name, str) else getattr(name, '__name__', str(name))
    return f'{config.filename}: {key} ({name})' if config is not None and key else f'the config of {name}'


def _metric_of(frames: list[FrameType]) -> str | None:
    """The message for a metric of which mmengine could not read the results; None for other errors."""
    if not frames or frames[-1].f_code.co_name != 'evaluate':
        return None
    variables = frames[-1].f_locals
    metric = variables.get('metric', variables.get('self'))
    found = variables.get('_results', variables.get('_metrics', {}))
    if isinstance(found, Mapping):
        return None
    name = type(metric).__name__
    return f"{name}.compute_metrics returns {type(found).__name__}, expected a dict of names and numbers, e.g. {{'accuracy': 87.5}}."


def _module_of(frames: list[FrameType]) -> str | None:
    """The module of the model that was computing, by its name in the model; None if there was none."""
    calls = [frame.f_locals.get('self') for frame in frames if frame.f_code.co_name in ('_call_impl', 'forward')]
    if sys.modules.get('torch') is None:  # then no model was computing
        return None
    from torch import nn

    modules = [one for one in calls if isinstance(one, nn.Module)]
    if not modules:
        return None
    names = {id(module): name for name, module in modules[0].named_modules()}
    name = names.get(id(modules[-1]), '')
    config = _config_of(frames)
    file = f'{config.filename}: ' if config is not None else ''
    return f'{file}model{"." if name else ""}{name} ({type(modules[-1]).__name__})'


def _config_of(frames: list[FrameType]) -> 'Config | None':
    """The config of the running command."""
    if sys.modules.get('mmengine') is None:
        return None
    from mmengine.config import Config

    for frame in frames:
        for value in frame.f_locals.values():
            if isinstance(value, Config) and value.filename:
                return value
    return None


def _keys_of(node: Any, wanted: Mapping[str, Any], key: str = '') -> Iterator[str]:
    if isinstance(node, Mapping):
        if key and dict(node) == dict(wanted):
            yield key
        children: Any = node.items()
    else:
        children = enumerate(node) if isinstance(node, (list, tuple)) else ()
    for name, child in children:
        yield from _keys_of(child, wanted, f'{key}.{name}'.lstrip('.'))
