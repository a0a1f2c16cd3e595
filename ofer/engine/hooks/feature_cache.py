"""Training and validation with cached features of the frozen networks."""

from collections.abc import Mapping, Sequence
from typing import Any

from mmengine.dataset import BaseDataset
from mmengine.hooks import Hook
from mmengine.runner import Runner
from torch import Tensor

from ofer.engine.caching.cache_key import cache_key, data_key
from ofer.engine.caching.feature_cache import FeatureCache
from ofer.engine.testing.unwrapping import unwrap_model
from ofer.registry import HOOKS
from ofer.structures import FaceSample


def flatten(tree: Mapping[str, Any], prefix: str = '') -> dict[str, Tensor]:
    """``{'a': {'b': t}}`` to ``{'a.b': t}``."""
    flat: dict[str, Tensor] = {}
    for name, value in tree.items():
        flat |= flatten(value, f'{prefix}{name}.') if isinstance(value, Mapping) else {f'{prefix}{name}': value}
    return flat


def unflatten(flat: Mapping[str, Tensor]) -> dict[str, Any]:
    """The reverse of :func:`flatten`."""
    tree: dict[str, Any] = {}
    for path, value in flat.items():
        *parents, name = path.split('.')
        node = tree
        for parent in parents:
            node = node.setdefault(parent, {})
        node[name] = value
    return tree


@HOOKS.register_module()
class FeatureCacheHook(Hook):
    """Reads the results of ``model.precompute`` from caches of ``ofer prepare cache-features``.

    For any model that names the frozen parts behind ``precompute`` as ``precomputed_parts``, and as ``precomputed_with`` the fields of
    samples that change their outputs.

    Args:
        train, val, test: folder of the split's cache; None computes.

    Raises:
        FileNotFoundError: a cache does not exist.
        ValueError: it was made with other weights, another input or other images, or is not complete; the pipeline moves images, or covers
            those of a test; a sample has a field that changes the features.
    """

    def __init__(self, train: str | None = None, val: str | None = None, test: str | None = None) -> None:
        self.folders = {'train': train, 'val': val, 'test': test}
        self.caches: dict[str, tuple[BaseDataset, FeatureCache]] = {}

    def before_train(self, runner: Runner) -> None:
        self._use(runner, 'train')

    def before_val(self, runner: Runner) -> None:
        self._use(runner, 'val')

    def before_test(self, runner: Runner) -> None:
        self._use(runner, 'test')

    def after_val(self, runner: Runner) -> None:
        if 'train' in self.caches:
            self._use(runner, 'train')
        else:
            self._compute(runner)

    def _use(self, runner: Runner, split: str) -> None:
        """Open the cache of the split, once for each data set, and read features from it; without a cache they are computed."""
        self._compute(runner)
        model, folder = unwrap_model(runner.model), self.folders[split]
        if folder is None:
            return
        dataset = getattr(runner, f'{split}_dataloader').dataset
        if split not in self.caches or self.caches[split][0] is not dataset:
            if not isinstance(dataset, BaseDataset):
                raise ValueError(f'{folder}: a cache belongs to one data set, and {split}_dataloader has {type(dataset).__name__}')
            key = {**cache_key(runner.cfg, model, split), 'data': data_key(dataset)}
            self.caches[split] = dataset, FeatureCache.open(folder, key)
        cache = self.caches[split][1]
        unforeseen = getattr(model, 'precomputed_with', ())

        def precompute(inputs: Tensor, data_samples: Sequence[FaceSample]) -> dict[str, Any]:
            for sample in data_samples:
                for field in unforeseen:
                    if field in sample:
                        raise ValueError(
                            f'{sample.get("img_path")} has {field}, which changes what {type(model).__name__} computes of it, and {folder} '
                            'holds the features of plain images. Take FeatureCacheHook out of custom_hooks, or what adds the field.'
                        )
            found = cache.read([sample.sample_idx for sample in data_samples], [sample.get('flip', False) for sample in data_samples])
            return unflatten({name: value.to(inputs.device, non_blocking=True) for name, value in found.items()})

        model.precompute = precompute

    @staticmethod
    def _compute(runner: Runner) -> None:
        vars(unwrap_model(runner.model)).pop('precompute', None)
