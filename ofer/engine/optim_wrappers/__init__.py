"""Optimiser wrappers: precision, accumulation, sharpness-aware steps, one optimiser for each part of a model."""

from ofer.engine.optim_wrappers.mixed_precision import MixedPrecisionOptimWrapper
from ofer.engine.optim_wrappers.parts import PartsOptimWrapperConstructor
from ofer.engine.optim_wrappers.sam import SAMOptimWrapper

__all__ = ['MixedPrecisionOptimWrapper', 'PartsOptimWrapperConstructor', 'SAMOptimWrapper']
