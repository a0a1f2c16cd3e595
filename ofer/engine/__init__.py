"""Training and testing: loops, hooks, optimiser wrappers, checkpoints, and functions that several commands share."""

from ofer.engine import hooks, moving_average, optim_wrappers, optimizers, schedules
from ofer.engine.checkpoints import atomic_backend
from ofer.engine.processes import averaged_gradients

__all__ = ['atomic_backend', 'averaged_gradients', 'hooks', 'moving_average', 'optim_wrappers', 'optimizers', 'schedules']
