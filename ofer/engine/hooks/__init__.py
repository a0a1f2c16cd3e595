"""What happens beside the loop."""

from ofer.engine.hooks.channels_last import ChannelsLastHook
from ofer.engine.hooks.compile_priors import CompilePriorsHook
from ofer.engine.hooks.finite_loss import FiniteLossHook
from ofer.engine.hooks.resumable import ResumableHook
from ofer.engine.hooks.safe_checkpoint import SafeCheckpointHook
from ofer.engine.hooks.set_epoch import SetEpochHook
from ofer.engine.hooks.skipped_images import SkippedImagesHook

__all__ = [
    'ChannelsLastHook',
    'CompilePriorsHook',
    'FiniteLossHook',
    'ResumableHook',
    'SafeCheckpointHook',
    'SetEpochHook',
    'SkippedImagesHook',
]
