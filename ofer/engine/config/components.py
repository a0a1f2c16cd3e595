"""The components in a config: their keys, their registries, and the arguments that their builders add."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mmengine.registry import FUNCTIONS, MODEL_WRAPPERS, Registry

from ofer.registry import (
    ALL_REGISTRIES,
    BATCH_AUGMENTS,
    DATA_SAMPLERS,
    DATASETS,
    EVALUATORS,
    HOOKS,
    LOG_PROCESSORS,
    LOOPS,
    METRICS,
    MODELS,
    OPTIM_WRAPPERS,
    OPTIMIZERS,
    PARAM_SCHEDULERS,
    TRANSFORMS,
    VISBACKENDS,
    VISUALIZERS,
    WEIGHT_INITIALIZERS,
)

LOADERS = ('train_dataloader', 'val_dataloader', 'test_dataloader')
PARTS = 'PartsOptimWrapperConstructor'


@dataclass(frozen=True)
class Component:
    """One component that a config names.

    Attributes:
        key: dotted, from the top level of the config.
        config: its arguments, including ``type`` unless there is a default.
        registry: of its type; None: all registries are searched.
        default: its type if the config has none.
        added: arguments that its builder adds, so the config does not need them.
        extra: keys that the builder removes, which are no arguments of the component.
        whole: whether all its arguments are known here, so that a missing required one can be reported.
    """

    key: str
    config: Mapping[str, Any]
    registry: Registry | None
    default: str | None = None
    added: frozenset[str] = frozenset()
    extra: frozenset[str] = frozenset()
    whole: bool = True


def components(config: Mapping[str, Any]) -> Iterator[Component]:
    """All components of a config, outer ones before inner ones; values that are no dict are left out."""
    yield from _tree('model', config.get('model'), MODELS, whole=False)
    for name in LOADERS:
        yield from _loader(name, config.get(name))
    yield from _optimiser(config.get('optim_wrapper'))
    yield from _schedules('param_scheduler', config.get('param_scheduler'))
    yield from _loop('train_cfg', config.get('train_cfg'), 'EpochBasedTrainLoop', 'IterBasedTrainLoop')
    yield from _loop('val_cfg', config.get('val_cfg'), 'ValLoop')
    yield from _loop('test_cfg', config.get('test_cfg'), 'TestLoop')
    for name in ('val_evaluator', 'test_evaluator'):
        evaluator = config.get(name)
        if isinstance(evaluator, Mapping) and 'metrics' in evaluator:
            yield from _one(name, evaluator, EVALUATORS, default='Evaluator')
            evaluator, name = evaluator['metrics'], f'{name}.metrics'
        for key, metric in _several(name, evaluator):
            yield from _tree(key, metric, METRICS)
    for key, hook in [*_named('default_hooks', config.get('default_hooks')), *_several('custom_hooks', config.get('custom_hooks'))]:
        yield from _tree(key, hook, HOOKS, extra={'priority'})
    yield from _tree('visualizer', config.get('visualizer'), VISUALIZERS, added={'name', 'save_dir'}, whole=False)
    yield from _one('log_processor', config.get('log_processor'), LOG_PROCESSORS, default='LogProcessor')
    yield from _one('model_wrapper_cfg', config.get('model_wrapper_cfg'), MODEL_WRAPPERS, added={'module'}, whole=False)
    for key, test_set in _named('test_sets', config.get('test_sets')):
        for place, transform in _several(
            f'{key}.before_packing', test_set.get('before_packing') if isinstance(test_set, Mapping) else None
        ):
            yield from _tree(place, transform, TRANSFORMS)


# Registry of an inner component, by its key in the outer one.
_KINDS = {
    **dict.fromkeys(('pipeline', 'transforms', 'before_packing'), TRANSFORMS),
    **dict.fromkeys(('dataset', 'datasets'), DATASETS),
    'init_cfg': WEIGHT_INITIALIZERS,
    'vis_backends': VISBACKENDS,
    'augments': BATCH_AUGMENTS,
    'batch_augments': BATCH_AUGMENTS,
}
# Not built from a registry, or with extra keys that the caller removes first.
_OPAQUE = ('override', 'norm_cfg', 'conv_cfg', 'act_cfg', 'upsample_cfg', 'padding_cfg', 'meta', 'metainfo')


def _one(key: str, config: Any, registry: Registry | None, **facts: Any) -> Iterator[Component]:
    if isinstance(config, Mapping):
        sets = {name: frozenset(value) for name, value in facts.items() if name in ('added', 'extra')}
        yield Component(key, config, registry, **{**facts, **sets})


def _tree(key: str, config: Any, registry: Registry | None, **facts: Any) -> Iterator[Component]:
    """A component and its inner components."""
    yield from _one(key, config, registry, **facts)
    if isinstance(config, Mapping):
        yield from _inside(key, config, registry)


def _inside(key: str, config: Mapping[str, Any], registry: Registry | None) -> Iterator[Component]:
    for name, child in config.items():
        if name in _OPAQUE or config.get('type') in ('Albumentations', 'Albu'):
            continue
        kind = _KINDS.get(name, registry)
        for place, value in [(f'{key}.{name}', child), *_several(f'{key}.{name}', child if isinstance(child, (list, tuple)) else None)]:
            if not isinstance(value, Mapping):
                continue
            if 'type' in value:
                facts = {'added': {'prefix', 'name'}} if kind is VISBACKENDS else {}
                whole = kind in (TRANSFORMS, DATASETS)
                yield from _tree(place, value, kind if name in _KINDS else None, whole=whole, **facts)
            else:
                yield from _inside(place, value, kind)


def _loader(name: str, loader: Any) -> Iterator[Component]:
    if not isinstance(loader, Mapping):
        return
    yield from _tree(f'{name}.dataset', loader.get('dataset'), DATASETS)
    yield from _one(f'{name}.sampler', loader.get('sampler'), DATA_SAMPLERS, added={'dataset', 'seed'})
    yield from _one(f'{name}.batch_sampler', loader.get('batch_sampler'), DATA_SAMPLERS, added={'sampler', 'batch_size'})
    yield from _one(f'{name}.collate_fn', loader.get('collate_fn'), FUNCTIONS, added={'data_batch', 'batch', 'data'}, whole=False)


def _optimiser(wrapper: Any) -> Iterator[Component]:
    if not isinstance(wrapper, Mapping):
        return
    parts = [('optim_wrapper', wrapper)]
    if wrapper.get('constructor') == PARTS:
        parts = [(f'optim_wrapper.{name}', part) for name, part in wrapper.items() if name not in ('constructor', 'type')]
    for key, part in parts:
        yield from _one(key, part, OPTIM_WRAPPERS, default='OptimWrapper', extra={'constructor', 'paramwise_cfg'})
        if isinstance(part, Mapping):
            yield from _one(f'{key}.optimizer', part.get('optimizer'), OPTIMIZERS, added={'params'})


def _schedules(key: str, schedules: Any) -> Iterator[Component]:
    if isinstance(schedules, Mapping) and 'type' not in schedules:  # of each part of the model
        for place, part in _named(key, schedules):
            yield from _schedules(place, part)
        return
    for place, schedule in _several(key, schedules):
        added = {'optimizer', 'epoch_length', 'param_name'}
        yield from _one(place, schedule, PARAM_SCHEDULERS, added=added, extra={'convert_to_iter_based'})


def _loop(key: str, config: Any, by_epoch: str, by_iter: str | None = None) -> Iterator[Component]:
    if not isinstance(config, Mapping):
        return
    default = by_epoch if by_iter is None or config.get('by_epoch', True) else by_iter
    yield from _one(
        key, config, LOOPS, default=default, added={'runner', 'dataloader', 'evaluator'}, extra={'by_epoch'} if by_iter else set()
    )


def _several(key: str, configs: Any) -> list[tuple[str, Any]]:
    """The entries of a list, each with its key; a value that is no list is treated as the only entry."""
    if isinstance(configs, (list, tuple)):
        return [(f'{key}.{index}', one) for index, one in enumerate(configs)]
    return [(key, configs)] if isinstance(configs, Mapping) else []


def _named(key: str, configs: Any) -> list[tuple[str, Any]]:
    return [(f'{key}.{name}', one) for name, one in configs.items()] if isinstance(configs, Mapping) else []


def find(name: Any, registry: Registry | None) -> Any:
    """The class or function of ``type=name``; None if it is not registered."""
    if not isinstance(name, str):
        return name if callable(name) else None
    for one in [registry] if registry is not None else ALL_REGISTRIES:
        try:
            found = one.get(name)
        except Exception:  # mmengine tries to import every name with a dot
            found = None
        if found is not None:
            return found
    return None


def names_in(registry: Registry | None) -> set[str]:
    """All registered names for a component of this kind."""
    names: set[str] = set()
    for one in [registry] if registry is not None else list(ALL_REGISTRIES):
        while one is not None:
            one.import_from_location()
            names |= set(one.module_dict)
            one = one.parent
    return names
