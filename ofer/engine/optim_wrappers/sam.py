"""Sharpness-aware minimisation around any optimiser (Foret et al. 2021; adaptive variant: Kwon et al. 2021).

A step descends along the gradient at the worst point nearby: pass 1 gives the gradient at the weights w, the weights move along it by e(w)
with norm rho, pass 2 gives the gradient at w + e(w), and the optimiser applies that gradient to w.

Pass 2 runs the captured calls of the model's own ``forward(mode='loss')`` again, so models need not know about it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import get_total_norm

from ofer.engine.optim_wrappers.mixed_precision import MixedPrecisionOptimWrapper
from ofer.engine.testing.unwrapping import unwrap_model
from ofer.registry import OPTIM_WRAPPERS


def perturbation(weights: Sequence[Tensor], gradients: Sequence[Tensor], rho: float, adaptive: bool = False) -> list[Tensor]:
    """The perturbation that maximises the loss within the radius, to first order.

    SAM: ``e = rho * g / ||g||``, over all weights together. Adaptive: ``e = rho * w^2 g / || |w| g ||``, so a weight moves in
    proportion to its size. Both are invariant to the scale of the gradients. Zero gradients give zero.

    Args:
        weights: any shapes.
        gradients: of the loss by each of ``weights``, in the same shapes; finite.
        rho: radius, >= 0.
        adaptive: the radius is relative to the weights.

    Returns:
        The perturbation of each weight.
    """
    direction = list(gradients)
    if adaptive:
        sizes = list(torch._foreach_abs(list(weights)))
        direction = list(torch._foreach_mul(direction, sizes))
    moves = list(torch._foreach_mul(direction, rho / (float(get_total_norm(direction)) + 1e-12)))
    return list(torch._foreach_mul(moves, sizes)) if adaptive else moves


@dataclass
class _Call:
    """One batch of a step: the call that computes its loss, and the loss's share in the step."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    weight: float = 1.0


@OPTIM_WRAPPERS.register_module()
class SAMOptimWrapper(MixedPrecisionOptimWrapper):
    """Sharpness-aware steps for any model of mmengine.

    * Accumulation: the step's batches are kept, and pass 2 goes through them again at the same perturbed weights.
    * Several processes: each perturbs by its own batch's gradient; only the last call of pass 2 reduces gradients.
    * Buffers (batch statistics, spectral norms, a loss's state) end as pass 1 left them, so that a step moves them once, and not from
      the perturbed weights.
    * Outputs that do not depend on trained weights are computed once: if the model has ``precompute(inputs, data_samples) -> dict``, its
      result is given to ``forward`` as keyword arguments in both passes.
    * Gradients of pass 1 that are not finite perturb nothing.

    Args:
        optimizer: updates the weights; only its parameters are perturbed.
        rho: radius, >= 0.
        adaptive: measure the radius relative to the weights (ASAM; its ``rho`` is about ten times larger).
        precompute: False computes them in both passes, to measure the cost.
        dtype: ``'float32'``, ``'bfloat16'`` or ``'float16'``, as in :class:`MixedPrecisionOptimWrapper`.
        **kwargs: those of :class:`MixedPrecisionOptimWrapper`.
    """

    def __init__(
        self,
        optimizer: torch.optim.Optimizer,
        rho: float = 0.05,
        adaptive: bool = False,
        precompute: bool = True,
        dtype: str = 'float32',
        **kwargs: Any,
    ) -> None:
        if rho < 0:
            raise ValueError(f'rho={rho}: expected a radius >= 0')
        super().__init__(optimizer, dtype=dtype, **kwargs)
        self.rho = rho
        self.adaptive = adaptive
        self.precompute = precompute
        self._model: Any = None
        self._calls: list[_Call] = []

    def should_sync(self) -> bool:
        """Never in pass 1, which :meth:`optim_context` asks for; pass 2 reduces the gradients of its last call."""
        return False

    @contextmanager
    def optim_context(self, model: nn.Module) -> Iterator[None]:
        """Capture the call that computes the loss, inside the precision's context."""
        self._model = model
        before = len(self._calls)
        hook = model.register_forward_pre_hook(self._capture, with_kwargs=True)
        try:
            with super().optim_context(model):
                yield
        except BaseException:
            self._calls.clear()
            raise
        finally:
            hook.remove()
        if len(self._calls) != before + 1:
            count = len(self._calls) - before
            self._calls.clear()
            raise RuntimeError(f"SAM needs one call of forward(mode='loss') a batch, and {type(unwrap_model(model)).__name__} made {count}")

    def update_params(self, loss: Tensor, step_kwargs: dict[str, Any] | None = None, zero_kwargs: dict[str, Any] | None = None) -> None:
        """Pass 1 of one batch; at the end of an accumulation, pass 2 of all its batches, and the step."""
        if not self._calls:
            raise RuntimeError('SAM: update_params was called without a batch computed inside optim_context')
        self._calls[-1].weight = float(self.scale_loss(torch.ones(())))
        self.backward(self.scale_loss(loss))
        if self.should_update():
            self._second_pass()
            self.step(**step_kwargs or {})
            self.zero_grad(**zero_kwargs or {})

    def _capture(self, model: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]] | None:
        if kwargs.get('mode') != 'loss':
            return None
        bare = unwrap_model(model)
        if self.precompute and hasattr(bare, 'precompute'):
            with torch.no_grad():
                call = dict(zip(('inputs', 'data_samples'), args, strict=False)) | kwargs
                kwargs = {**kwargs, **bare.precompute(call['inputs'], call.get('data_samples'))}
        self._calls.append(_Call(args, kwargs))
        return args, kwargs

    def _second_pass(self) -> None:
        model, calls = self._model, self._calls
        self._calls = []
        with _kept_buffers(model), self._perturbed():
            self.optimizer.zero_grad()
            for call in calls:
                alone = call is not calls[-1] and hasattr(model, 'no_sync')
                with model.no_sync() if alone else nullcontext():
                    with self.autocast(model):
                        losses = model(*call.args, **call.kwargs)
                    loss, _ = unwrap_model(model).parse_losses(losses)
                    self.scaler.scale(loss * call.weight).backward()

    @contextmanager
    def _perturbed(self) -> Iterator[None]:
        """Weights moved by e(w) inside, and bit for bit the old ones after."""
        weights = [w for group in self.optimizer.param_groups for w in group['params'] if w.grad is not None]
        kept: list[Tensor] = []
        with torch.no_grad():
            gradients = [w.grad for w in weights]
            # A loss scale, where there is one, cancels out: the perturbation does not depend on the gradients' scale.
            if weights and torch.isfinite(get_total_norm(gradients)):
                kept = [w.clone() for w in weights]
                torch._foreach_add_(weights, perturbation(weights, gradients, self.rho, self.adaptive))
        try:
            yield
        finally:
            if kept:
                with torch.no_grad():
                    torch._foreach_copy_(weights, kept)


@contextmanager
def _kept_buffers(model: nn.Module) -> Iterator[None]:
    """Buffers that training may move end as they were; frozen parts, in eval mode, do not move theirs."""
    kept = [(buffer, buffer.clone()) for module in model.modules() if module.training for buffer in module.buffers(recurse=False)]
    try:
        yield
    finally:
        with torch.no_grad():
            for buffer, old in kept:
                buffer.copy_(old)
