"""The frozen priors as compiled code."""

from mmengine.hooks import Hook
from mmengine.logging import MMLogger
from mmengine.runner import Runner

from ofer.models.priors.frozen_prior import FrozenPrior
from ofer.registry import HOOKS


@HOOKS.register_module()
class CompilePriorsHook(Hook):
    """Compiles the frozen priors with their weights as constants, which nothing else in the model allows.

    Convolutions then take in their BatchNorm and what follows them. The first batch of each size is slow; a C++ compiler is needed. Values
    change by rounding only. Weights are taken when the first batch comes, that is after ``load_from`` and ``resume`` were read.
    """

    def before_run(self, runner: Runner) -> None:
        """Mark the priors; the first batch compiles them."""
        priors = [module for module in runner.model.modules() if isinstance(module, FrozenPrior)]
        if not priors:
            MMLogger.get_current_instance().warning('CompilePriorsHook: the model has no frozen priors.')
        for prior in priors:
            prior.compile(options=dict(freezing=True))
