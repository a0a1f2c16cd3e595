"""What happens beside the loop."""

from ofer.engine.hooks.channels_last import ChannelsLastHook
from ofer.engine.hooks.compile_priors import CompilePriorsHook
from ofer.engine.hooks.one_class import OneClassHook
from ofer.engine.hooks.set_epoch import SetEpochHook

__all__ = ['ChannelsLastHook', 'CompilePriorsHook', 'OneClassHook', 'SetEpochHook']
