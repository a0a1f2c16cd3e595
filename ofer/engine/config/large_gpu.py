"""Settings for one large GPU: mixed precision, channels-last, recorded steps, more workers for images that are read one by one."""

from typing import Any

import torch
from mmengine.config import Config

from ofer.engine.config.mixed_precision import use_mixed_precision

TABLE = 'ImageTable'


def use_large_gpu(config: Config, workers: int) -> None:
    """Change a config so that a training keeps a large GPU busy. Tables of images (``ImageTable``) are in its memory anyway.

    Args:
        config: changed in place.
        workers: processes for a training loader that reads images one by one.
    """
    use_mixed_precision(config)
    ours = ('ChannelsLastHook', 'RecordedStepHook')
    config.custom_hooks = [dict(type=name) for name in ours] + [
        hook for hook in config.get('custom_hooks') or [] if hook['type'] not in ours
    ]
    loader = config.train_dataloader
    if torch.cuda.is_available() and loader.dataset.get('type') != TABLE and not _kept_in_memory(loader.dataset):
        loader.num_workers = max(workers, loader.get('num_workers', 0))
        loader.persistent_workers = True
    torch.backends.cuda.matmul.allow_tf32 = True


def _kept_in_memory(dataset: Any) -> bool:
    """Whether each process draws the images once and keeps them: more processes would draw more."""
    return bool(dataset.get('keep'))
