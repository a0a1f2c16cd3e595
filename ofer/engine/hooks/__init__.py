"""Hooks of the training and test loops."""

from ofer.engine.hooks.channels_last import ChannelsLastHook
from ofer.engine.hooks.compile import CompileHook
from ofer.engine.hooks.feature_cache import FeatureCacheHook
from ofer.engine.hooks.finite_loss import FiniteLossHook
from ofer.engine.hooks.one_class import OneClassHook
from ofer.engine.hooks.recorded_step import RecordedStepHook
from ofer.engine.hooks.resumable import ResumableHook
from ofer.engine.hooks.safe_checkpoint import SafeCheckpointHook
from ofer.engine.hooks.set_epoch import SetEpochHook
from ofer.engine.hooks.skipped_images import SkippedImagesHook

__all__ = [
    'ChannelsLastHook',
    'CompileHook',
    'FeatureCacheHook',
    'FiniteLossHook',
    'OneClassHook',
    'RecordedStepHook',
    'ResumableHook',
    'SafeCheckpointHook',
    'SetEpochHook',
    'SkippedImagesHook',
]
