"""How a step is made: precision, accumulation, sharpness."""

from ofer.engine.optim_wrappers.mixed_precision import MixedPrecisionOptimWrapper

__all__ = ['MixedPrecisionOptimWrapper']
