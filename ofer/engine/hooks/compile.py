"""Compilation of networks with ``torch.compile``."""

from mmengine.hooks import Hook
from mmengine.logging import MMLogger
from mmengine.runner import Runner
from torch import nn

from ofer.engine.testing.unwrapping import unwrap_model
from ofer.models.priors.frozen_prior import FrozenPrior
from ofer.registry import HOOKS

CONTAINERS = (nn.Sequential, nn.ModuleList)
WHOLE = ('data_preprocessor', 'head')  # take data samples: nothing to gain in compiling them


def compile_parts(model: nn.Module, trained: bool, by_block: bool = False) -> list[str]:
    """Compile the networks of a model at their first batch.

    Args:
        model: with parts.
        trained: the trained parts too, not only the frozen priors.
        by_block: compile the repeated blocks of a trained part, and leave what is between them: blocks of equal shapes share one compiled
            code, so that a deep network is ready several times sooner.

    Returns:
        The names of the parts.
    """
    chosen = []
    for name, part in model.named_children():
        if isinstance(part, FrozenPrior):
            part.compile(dynamic=False, options=dict(freezing=True))
        elif trained and name not in WHOLE:
            for block in (by_block and repeated_blocks(part)) or [part]:
                block.compile(dynamic=False)
        else:
            continue
        chosen.append(name)
    return chosen


def repeated_blocks(part: nn.Module) -> list[nn.Module]:
    """The outermost modules that a network has in a row, several of the same class with children of their own."""
    found: list[nn.Module] = []
    for child in part.children():
        rows = [block for block in child.children() if len(list(block.children()))] if isinstance(child, CONTAINERS) else []
        kinds = [type(block) for block in rows]
        repeated = [block for block in rows if kinds.count(type(block)) > 1 and not isinstance(block, CONTAINERS)]
        found += repeated or repeated_blocks(child)
    return found


def uncompile_parts(model: nn.Module) -> None:
    """Run all networks of a model without compilation."""
    for part in model.modules():
        part._compiled_call_impl = None


@HOOKS.register_module()
class CompileHook(Hook):
    """Compiles the networks of a model; the first batch of each size is slow, and a C++ compiler is needed.

    Frozen priors are compiled with their weights as constants, which trained parts do not allow: convolutions absorb their BatchNorm
    and what follows them. Weights are taken when the first batch comes, that is after ``load_from`` and ``resume`` were read. Values change
    by rounding only, names of parameters do not. Each size has code of its own, whichever came first, so that a run that is resumed rounds
    as one that was not stopped.

    Args:
        trained: compile the trained parts too. On CPUs, where most of their time goes into convolutions, that gains next to nothing.
    """

    def __init__(self, trained: bool = False) -> None:
        self.trained = trained

    def before_run(self, runner: Runner) -> None:
        """Mark the networks; the first batch compiles them."""
        model = unwrap_model(runner.model)
        chosen = compile_parts(model, self.trained)
        logger = MMLogger.get_current_instance()
        if chosen:
            logger.info(f'Compiled when the first batch comes: {", ".join(chosen)}')
        else:
            logger.warning(f'{type(model).__name__} has no frozen priors: nothing is compiled.')
