"""Training and testing: optimiser wrappers, hooks, and what the tools share."""

from ofer.engine import atomic_backend, averaged_gradients, hooks, optim_wrappers

__all__ = ['atomic_backend', 'averaged_gradients', 'hooks', 'optim_wrappers']
