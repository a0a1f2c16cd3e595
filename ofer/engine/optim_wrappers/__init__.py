"""How a step is made: precision, accumulation, sharpness."""

from ofer.engine.optim_wrappers.mixed_precision import MixedPrecisionOptimWrapper
from ofer.engine.optim_wrappers.sam import SAMOptimWrapper

__all__ = ['MixedPrecisionOptimWrapper', 'SAMOptimWrapper']
