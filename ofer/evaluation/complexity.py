"""Parameters and multiply-adds of one prediction, counted separately for trained and frozen parts.

Counted during a forward pass: every matrix product and convolution, including both products of attention. Norms, activations, softmax,
resizing and sums are not counted, as usual. A parameter is dead if no operation of the prediction reads it.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import flop_registry

from ofer.evaluation.report import markdown_table


@dataclass(frozen=True)
class Cost:
    """One part of a model."""

    parameters: int
    """All of the part's, dead ones too."""
    dead: tuple[str, ...]
    """Names of its parameters that no operation reads."""
    dead_parameters: int
    """How many numbers those hold."""
    multiply_adds: int
    """Of the forward pass. FLOPs, where a multiplication and an addition count as two, are twice as many."""


@dataclass(frozen=True)
class Complexity:
    """Cost of the trained and of the frozen parts."""

    trained: Cost
    frozen: Cost


def complexity(model: nn.Module, inputs: Tensor, **kwargs: Any) -> Complexity:
    """Cost of ``model(inputs, **kwargs)`` in evaluation mode. The model's mode and gradients are as before afterwards.

    An operation is frozen if it runs inside a module that has parameters and trains none of them; parameters are frozen one by one.

    Args:
        model: the model.
        inputs: its first argument, e.g. ``(1, 3, H, W)`` for the cost of one image.
        kwargs: its others.
    """
    named = dict(model.named_parameters())
    was_training = {module: module.training for module in model.modules()}
    counter = _Counter()
    with torch.no_grad(), _as_products(), _marking_frozen(model, counter), counter:
        model.eval()(inputs, **kwargs)
    for module, mode in was_training.items():
        module.training = mode
    dead = {name for name, parameter in named.items() if id(parameter) not in counter.read}
    costs = []
    for is_trained, flops in ((True, counter.flops - counter.frozen_flops), (False, counter.frozen_flops)):
        own = {name: parameter.numel() for name, parameter in named.items() if parameter.requires_grad == is_trained}
        unread = tuple(name for name in own if name in dead)
        costs.append(Cost(sum(own.values()), unread, sum(own[name] for name in unread), flops // 2))
    return Complexity(*costs)


class _Counter(TorchDispatchMode):
    """Adds up FLOPs by torch's formulas, and records the parameters that operations read.

    torch's ``FlopCounterMode`` also keeps a stack of modules, which fails where a module is handed a parameter without gradients in use.
    """

    def __init__(self) -> None:
        super().__init__()
        self.flops = 0
        self.frozen_flops = 0
        self.read: set[int] = set()

    def __torch_dispatch__(self, func: Any, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
        kwargs = kwargs or {}
        self.read.update(id(leaf) for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, nn.Parameter))
        out = func(*args, **kwargs)
        formula = flop_registry.get(func.overloadpacket)
        if formula is not None:
            self.flops += formula(*args, **kwargs, out_val=out)
        return out


@contextmanager
def _as_products() -> Iterator[None]:
    """Attention as plain matrix products: torch has no formulas for the fused kernels of the CPU, and would count them as nothing."""
    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with sdpa_kernel(SDPBackend.MATH):
            yield
    finally:
        torch.backends.mha.set_fastpath_enabled(fast)


@contextmanager
def _marking_frozen(model: nn.Module, counter: _Counter) -> Iterator[None]:
    """Adds the operations inside frozen modules to ``counter.frozen_flops``; nested frozen modules count once.

    All frozen modules are watched, not only the outermost: one of them may be called by another method than ``forward``.
    """
    depth = 0

    def before(*_: Any) -> None:
        nonlocal depth
        if depth == 0:
            counter.frozen_flops -= counter.flops
        depth += 1

    def after(*_: Any) -> None:
        nonlocal depth
        depth -= 1
        if depth == 0:
            counter.frozen_flops += counter.flops

    handles = []
    for module in model.modules():
        if {parameter.requires_grad for parameter in module.parameters()} == {False}:
            handles += [module.register_forward_pre_hook(before), module.register_forward_hook(after)]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def complexity_table(found: Complexity) -> str:
    """Markdown: a line each for what is trained, what is frozen, and both."""
    trained, frozen = found.trained, found.frozen
    rows = []
    for name, parts in (('trained', [trained]), ('frozen', [frozen]), ('all', [trained, frozen])):
        millions = [sum(part.parameters for part in parts) / 1e6, sum(part.dead_parameters for part in parts) / 1e6]
        billions = sum(part.multiply_adds for part in parts) / 1e9
        rows.append([name, *(f'{value:.3f}' for value in (*millions, billions, 2 * billions))])
    return markdown_table(['part', 'parameters, M', 'of them dead, M', 'multiply-adds, G', 'FLOPs, G'], rows)


def owners(names: Iterable[str], depth: int = 3) -> list[str]:
    """The modules that parameters belong to, cut after ``depth`` names, each with how many of the parameters."""
    counts: dict[str, int] = {}
    for name in names:
        owner = '.'.join(name.split('.')[:-1][:depth]) or name
        counts[owner] = counts.get(owner, 0) + 1
    return [f'{owner} ({count})' for owner, count in counts.items()]
