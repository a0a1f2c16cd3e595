"""Checks a config as a whole before anything is built: names, types and ranges, with a message for each mistake."""

import difflib
import inspect
import re
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config
from mmengine.optim import DefaultOptimWrapperConstructor
from mmengine.runner import Runner
from torch.utils.data import DataLoader

from ofer.engine.config.components import LOADERS, Component, components, find, names_in
from ofer.engine.config.earlier_types import EARLIER_TYPES
from ofer.engine.config.ranges import outside
from ofer.engine.config.signatures import Argument, Signature, signature_of
from ofer.engine.config.types import fits, name_of

RUNNER = signature_of(Runner)
RUNNER_NAMES = set(RUNNER.arguments) - {'cfg'}
# Allowed names in a config besides the arguments of Runner.
EXTRA_NAMES = frozenset(
    [
        *('compile', 'env_cfg', 'find_unused_parameters', 'model_wrapper_cfg', 'runner_type', 'test_sets', 'tta_model'),
        *('tta_pipeline', 'custom_imports', 'data_root'),
    ]
)
TRAINING = ('model', 'train_dataloader', 'train_cfg', 'optim_wrapper')
"""What a config needs to be trained."""
TESTING = ('model', 'test_dataloader', 'test_cfg', 'test_evaluator')
"""What a config needs to be tested."""

_LOADER_NAMES = set(inspect.signature(DataLoader).parameters) | {'num_batch_per_epoch', 'disable_subprocess_warning'}
_PARAMWISE = frozenset(
    [
        *('custom_keys', 'bias_lr_mult', 'bias_decay_mult', 'norm_decay_mult', 'flat_decay_mult', 'dwconv_decay_mult'),
        *('dcn_offset_lr_mult', 'bypass_duplicate'),
    ]
)
_TOGETHER = [('val_dataloader', 'val_cfg', 'val_evaluator'), ('test_dataloader', 'test_cfg', 'test_evaluator')]
_DICTS = ('model', *LOADERS, 'optim_wrapper', 'train_cfg', 'val_cfg', 'test_cfg', 'visualizer', 'default_hooks')
PLACES = {
    'dataset': 'into the loaders, e.g. train_dataloader = dict(dataset=dict(type=...)), and the same for val_ and test_dataloader',
    'optimizer': 'into optim_wrapper = dict(optimizer=dict(type=...))',
    'loss': 'into model = dict(head=dict(loss=dict(type=...)))',
    **{name: f'into model = dict({name}=dict(type=...))' for name in ('backbone', 'neck', 'head', 'data_preprocessor')},
}
"""Where components belong that some frameworks read from the top level of a config."""
_MOST = 10  # number of listed problems


def _environment(
    cudnn_benchmark: bool = False, mp_cfg: dict | None = None, dist_cfg: dict | None = None, resource_limit: int = 4096
) -> None:
    """Keys of ``env_cfg`` that ``Runner.setup_env`` reads."""


def _randomness(seed: int | None = None, diff_rank_seed: bool = False, deterministic: bool = False) -> None:
    """Arguments of ``Runner.set_randomness``."""


def check_config(config: Config, needs: Iterable[str] = ()) -> None:
    """Raise if a config cannot be built, or if a part of it would silently be ignored.

    Args:
        config: with overrides.
        needs: required names, e.g. :data:`TRAINING`.

    Raises:
        ValueError: the message lists key, value and remedy of each problem.
    """
    found = list(dict.fromkeys(problems(config, needs)))
    if found:
        more = [f'and {len(found) - _MOST} more'] if len(found) > _MOST else []
        raise ValueError('\n'.join(f'{config.filename or "the config"}: {line}' for line in [*found[:_MOST], *more]))


def problems(config: Config, needs: Iterable[str] = ()) -> Iterator[str]:
    """The problems of a config, one line each.

    Args:
        config: with overrides.
        needs: required names.
    """
    top, own = config._cfg_dict, _own_text(config)
    yield from _misspelt(top)
    yield from _unused(top, own)
    for name in needs:
        if top.get(name) is None:
            yield f'has no {name}'
    for names in _TOGETHER:
        unset = [name for name in names if top.get(name) is None]
        if 0 < len(unset) < len(names):
            yield f'has {" and ".join(name for name in names if name not in unset)} without {" and ".join(unset)}: set all of them, or none'
    for name in _DICTS:
        if top.get(name) is not None and not isinstance(top[name], Mapping):
            yield f'{name}={top[name]!r}: expected a dict'
    for name, value in top.items():
        if name in RUNNER.arguments and name not in _DICTS:
            yield from _value(name, value, RUNNER.arguments[name])
    yield from _settings('randomness', top.get('randomness'), _randomness)
    yield from _settings('env_cfg', top.get('env_cfg'), _environment)
    for name in LOADERS:
        yield from _loader(name, top.get(name))
    yield from _optimiser(top.get('optim_wrapper'))
    for component in components(top):
        yield from _component(component, own)


def _misspelt(top: Mapping[str, Any]) -> Iterator[str]:
    """Names that no part reads and that resemble a known name."""
    known = {name for name in RUNNER_NAMES | EXTRA_NAMES if not name.startswith('tta_')}  # test_pipeline is a common helper name
    for name, value in top.items():
        if name in known or name.startswith(('_', 'tta_')) or not isinstance(value, (Mapping, list, tuple, str)):
            continue
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.88)
        if close:
            yield f'{name}: nothing reads this. Did you mean {close[0]}? (A helper of the file needs another name.)'


def _own_text(config: Config) -> str:
    """The text of the file, without the files that it inherits; empty if there is no Python file."""
    path = Path(config.filename or '')
    return path.read_text(encoding='utf-8') if path.suffix == '.py' and path.is_file() else ''


def _unused(top: Mapping[str, Any], own: str) -> Iterator[str]:
    """Components that the file states at the top level, where nothing reads them, and that no part uses."""
    used = [component.config.get('type') for component in components(top)]  # a broken type may be unhashable
    for name, value in top.items():
        if name in RUNNER_NAMES | EXTRA_NAMES or not isinstance(value, Mapping) or not isinstance(value.get('type'), str):
            continue
        if value['type'] not in used and re.search(rf'^{name}\s*=', own, re.MULTILINE) and find(value['type'], None) is not None:
            place = PLACES.get(name, 'where it belongs')
            yield f'{name}: nothing reads this, and {value["type"]} is used nowhere. Put it {place}, or remove it.'


def _component(component: Component, own: str) -> Iterator[str]:
    key, config = component.key, component.config
    kind = config.get('type', component.default)
    if kind is None:
        if component.registry is not None:
            yield f'{key}: has no type, so nothing can be built of it'
        return
    made = find(kind, component.registry)
    if made is None:
        yield f'{key}.type={kind!r}: {_unknown_type(kind, component)}'
        return
    signature = signature_of(made)
    names = {name for name in config if name != 'type' and not str(name).startswith('_')}
    for name in sorted(names - set(signature.arguments) - component.extra, key=str):
        line = _unknown(f'{key}.{name}', name, _label(made), signature)
        if line:
            inherited = '_base_' in own and not re.search(rf'\b{re.escape(str(name))}\b', own)
            yield line + (' It is inherited: add _delete_=True to this dict, which then inherits nothing.' if inherited else '')
    for name in names & set(signature.arguments):
        argument = signature.arguments[name]
        if name in ('begin', 'end') and config.get('convert_to_iter_based'):  # converted to iterations: fractions of an epoch are allowed
            argument = replace(argument, hint=float)
        yield from _value(f'{key}.{name}', config[name], argument)
    if component.whole:
        for name, argument in signature.arguments.items():
            if argument.required and name not in names | component.added and argument.hint is not None:
                yield f'{key}: {_label(made)} needs {name}, which is not set'


def _label(made: Any) -> str:
    return getattr(made, '__name__', str(made))


def _unknown_type(kind: Any, component: Component) -> str:
    if not isinstance(kind, str):
        return 'expected the name of a component'
    if kind in EARLIER_TYPES:
        return EARLIER_TYPES[kind]
    known = names_in(component.registry)
    close = difflib.get_close_matches(kind, known, n=3, cutoff=0.6)
    similar = [name for name in known if name.lower() == kind.lower()]
    names = list(dict.fromkeys([*similar, *close]))
    what = component.registry.name if component.registry is not None else 'component'
    hint = f'Did you mean {" or ".join(names)}?' if names else 'Import its module with custom_imports where it is your own.'
    return f'no {what} has this name. {hint}'


def _unknown(key: str, name: str, owner: str, signature: Signature) -> str | None:
    """The message for an argument that a component does not have; None if it may have it."""
    close = difflib.get_close_matches(str(name), signature.arguments, n=1, cutoff=0.6)
    if signature.more and not difflib.get_close_matches(str(name), signature.arguments, n=1, cutoff=0.85):
        return None
    hint = f'Did you mean {close[0]}?' if close else f'It has: {", ".join(signature.arguments) or "none"}.'
    return f'{key}: {owner} has no such argument. {hint}'


def _value(key: str, value: Any, argument: Argument) -> Iterator[str]:
    """The message for a value of the wrong type or outside its range."""
    if not argument.required and type(value) is type(argument.default) and value == argument.default:
        return
    if not fits(value, argument.hint):
        yield f'{key}={value!r}: expected {name_of(argument.hint)}'
        return
    bounds = outside(argument.name, value)
    if bounds is not None:
        yield f'{key}={value!r}: expected a value {bounds}'


def _settings(key: str, settings: Any, call: Callable, names: Iterable[str] = ()) -> Iterator[str]:
    """The problems of a dict of keyword arguments of a function."""
    if settings is None:
        return
    if not isinstance(settings, Mapping):
        yield f'{key}={settings!r}: expected a dict'
        return
    hints = typing.get_type_hints(call)
    known = [name for name in [*inspect.signature(call).parameters, *names] if name != 'self']
    for name, value in settings.items():
        if str(name).startswith('_'):
            continue
        if name not in known:
            close = difflib.get_close_matches(str(name), known, n=1)
            yield f'{key}.{name}: no such setting. ' + (f'Did you mean {close[0]}?' if close else f'There are: {", ".join(known)}.')
        else:
            yield from _value(f'{key}.{name}', value, Argument(name, hints.get(name, Any), required=True) if value is not None else _ANY)


_ANY = Argument('', Any, required=True)
# DataLoader has annotations for most arguments; these are only documented in its docstring.
_LOADER_HINTS: dict[str, Any] = {
    'batch_size': int,
    'num_workers': int,
    'shuffle': bool | None,
    'pin_memory': bool,
    'drop_last': bool,
    'timeout': float,
    'prefetch_factor': int | None,
    'persistent_workers': bool,
    'num_batch_per_epoch': int | None,
}


def _loader(name: str, loader: Any) -> Iterator[str]:
    if not isinstance(loader, Mapping):
        return  # Runner defines its type
    for part in ('dataset', 'sampler', 'batch_size'):
        if part not in loader and not (part == 'batch_size' and 'batch_sampler' in loader):
            yield f'{name}: has no {part}'
    for part in ('dataset', 'sampler'):
        if part in loader and not isinstance(loader[part], Mapping):
            yield f'{name}.{part}={loader[part]!r}: expected a dict with a type'
    if loader.get('shuffle') is not None:
        yield f'{name}.shuffle={loader["shuffle"]!r}: the sampler decides the order: set {name}.sampler.shuffle instead'
    for key, value in loader.items():
        if key not in _LOADER_NAMES:
            close = difflib.get_close_matches(str(key), _LOADER_NAMES, n=1)
            hint = f'Did you mean {close[0]}?' if close else f'It has: {", ".join(sorted(_LOADER_NAMES))}.'
            yield f'{name}.{key}: a data loader has no such argument. {hint}'
        elif key in _LOADER_HINTS:
            yield from _value(f'{name}.{key}', value, Argument(key, _LOADER_HINTS[key], required=True))


def _optimiser(wrapper: Any, key: str = 'optim_wrapper') -> Iterator[str]:
    if not isinstance(wrapper, Mapping):
        return
    parts = [(key, wrapper)]
    if wrapper.get('constructor') == 'PartsOptimWrapperConstructor':
        parts = [(f'{key}.{name}', part) for name, part in wrapper.items() if name != 'constructor' and isinstance(part, Mapping)]
    for place, part in parts:
        own = wrapper.get('constructor') not in (None, 'PartsOptimWrapperConstructor', DefaultOptimWrapperConstructor.__name__)
        if 'optimizer' in part and not isinstance(part['optimizer'], Mapping):
            yield f'{place}.optimizer={part["optimizer"]!r}: expected a dict with a type'
        yield from _settings(f'{place}.clip_grad', _without_type(part.get('clip_grad')), torch.nn.utils.clip_grad_norm_, ['clip_value'])
        paramwise = part.get('paramwise_cfg')
        if isinstance(paramwise, Mapping) and not own:
            for name, value in paramwise.items():
                if name not in _PARAMWISE:
                    close = difflib.get_close_matches(str(name), _PARAMWISE, n=1)
                    hint = f'Did you mean {close[0]}?' if close else f'There are: {", ".join(sorted(_PARAMWISE))}.'
                    yield f'{place}.paramwise_cfg.{name}: no such setting. {hint}'
                elif name.endswith('mult') and not fits(value, float):
                    yield f'{place}.paramwise_cfg.{name}={value!r}: expected a number'


def _without_type(settings: Any) -> Any:
    return {name: value for name, value in settings.items() if name != 'type'} if isinstance(settings, Mapping) else settings
