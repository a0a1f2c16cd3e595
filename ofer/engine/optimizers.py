"""Optimisers of other libraries under the names by which configs use them.

``TimmMuon`` is timm's Muon, which updates convolutions too: it takes each filter as a row of a matrix, and updates norms and biases as
NAdamW does. ``Muon``, PyTorch's, refuses both. On a GPU, timm's step of a small network launches a thousand kernels, one parameter after
the other; :class:`BatchedMuon` does the same arithmetic with some 150. timm computes the iteration of Muon in bfloat16 whatever the
precision of the training; on a CPU without bfloat16 instructions, :class:`BatchedMuon` uses float32.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from timm.optim import Muon
from timm.optim.muon import _COEFFICIENTS as COEFFICIENTS
from timm.optim.muon import _is_suitable_for_muon as is_matrix
from timm.optim.muon import get_lr_scale, resolve_ns_coefficients, zeropower_via_newtonschulz
from torch import Tensor

from ofer.engine.precision import has_bfloat16
from ofer.registry import OPTIMIZERS

LEAST_ROWS = 64
"""Matrices with fewer rows are orthogonalised together with those of so many."""


def orthogonalised(
    matrices: Sequence[Tensor],
    steps: int,
    coefficients: list[tuple[float, float, float]],
    eps: float = 1e-7,
    safety_factor: float = 1.0,
    dtype: torch.dtype = torch.bfloat16,
) -> list[Tensor]:
    """The nearest orthogonal matrices, approximately: the Newton-Schulz iteration of Muon on batches of matrices.

    Matrices are padded with zeros to the size of their batch, which changes no other value of the result.

    Args:
        matrices: ``(m, n)`` each, on one device.
        steps: of the iteration.
        coefficients: of its polynomials.
        eps: least norm by which a matrix is divided.
        safety_factor: of that norm.
        dtype: in which the iteration is computed.

    Returns:
        For each matrix one of the same shape, of that dtype.

    Example:
        >>> q, = orthogonalised([torch.eye(3)], 5, COEFFICIENTS['quintic'])
        >>> q.diagonal().float().round(decimals=1)
        tensor([1., 1., 1.])
    """
    wide = [matrix.mT if len(matrix) > matrix.shape[1] else matrix for matrix in matrices]
    rows = [max(LEAST_ROWS, 1 << (len(matrix) - 1).bit_length()) for matrix in wide]
    results: dict[int, Tensor] = {}
    for height in sorted(set(rows)):
        members = [index for index, value in enumerate(rows) if value == height]
        batch = wide[0].new_zeros(len(members), height, max(wide[index].shape[1] for index in members), dtype=dtype)
        for place, index in enumerate(members):
            _corner(batch[place], wide[index]).copy_(wide[index])
        solved = zeropower_via_newtonschulz(batch, steps, coefficients, eps, safety_factor, dtype)
        for place, index in enumerate(members):
            result = _corner(solved[place], wide[index])
            results[index] = result if wide[index] is matrices[index] else result.mT
    return [results[index] for index in range(len(matrices))]


def _corner(large: Tensor, small: Tensor) -> Tensor:
    return large[: small.shape[0], : small.shape[1]]


class BatchedMuon(Muon):
    """timm's Muon with few launches on a GPU, and in float32 on CPUs without bfloat16 instructions; elsewhere it is timm's.

    Args:
        args: as for ``timm.optim.Muon``. Other algorithms and layouts than its defaults run as in timm.
        kwargs: likewise.
    """

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take a state over. One of steps that a GPU recorded can go on elsewhere, where timm refuses ``capturable``."""
        super().__setstate__(state)
        for group in self.param_groups:
            group['capturable'] &= all(parameter.is_cuda for parameter in group['params'])

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Make a step.

        Args:
            closure: computes the loss and the gradients; None if they are there.
        """
        plain = all(group['algo'] == 'muon' and group['conv_mode'] == 'flatten' and not group['scale_eps'] for group in self.param_groups)
        devices = {parameter.device.type for group in self.param_groups for parameter in group['params']}
        if not plain or not (devices == {'cuda'} or (devices == {'cpu'} and not has_bfloat16('cpu'))):
            return super().step(closure)
        loss = None if closure is None else torch.enable_grad()(closure)()
        self.batched_step()
        return loss

    @torch.no_grad()
    def batched_step(self) -> None:
        """The step, whatever the device."""
        for group in self.param_groups:
            given = [parameter for parameter in group['params'] if parameter.grad is not None]
            for parameter in given:
                self._prepare(parameter, group)
            matrices = [parameter for parameter in given if self.state[parameter]['use_muon']]
            others = [parameter for parameter in given if not self.state[parameter]['use_muon']]
            if matrices:
                self._update_matrices(matrices, group)
            if others:
                self._update_others(others, group)

    def _prepare(self, parameter: Tensor, group: dict[str, Any]) -> None:
        """The state of a parameter, with the names that timm gives it."""
        state = self.state[parameter]
        if not state:
            fallback = group.get('use_fallback', False)
            state['use_muon'] = not fallback and bool(group['use_muon'] if 'use_muon' in group else is_matrix(parameter))
            names = ('momentum_buffer',) if state['use_muon'] else ('exp_avg', 'exp_avg_sq')
            state.update({name: torch.zeros_like(parameter) for name in names})
            if not state['use_muon']:
                state['step'] = torch.zeros(())
        if 'step' in state:  # that of a checkpoint may be on the CPU
            state['step'] = state['step'].to(parameter.device)

    def _moments(self, parameters: Iterable[Tensor], name: str) -> list[Tensor]:
        return [self.state[parameter][name] for parameter in parameters]

    def _update_matrices(self, parameters: list[Tensor], group: dict[str, Any]) -> None:
        gradients, momenta = [_gradient(parameter) for parameter in parameters], self._moments(parameters, 'momentum_buffer')
        torch._foreach_lerp_(momenta, gradients, 1 - group['momentum'])
        updates = torch._foreach_lerp(gradients, momenta, group['momentum']) if group['nesterov'] else momenta
        coefficients = resolve_ns_coefficients(group['ns_coefficients'], COEFFICIENTS)
        flat = [update.flatten(1) for update in updates]
        dtype = torch.bfloat16 if has_bfloat16(flat[0].device.type) else torch.float32
        found = orthogonalised(flat, group['ns_steps'], coefficients, group['eps'], group['safety_factor'], dtype)
        scales = [get_lr_scale(matrix.shape, group['adjust_lr_fn']) if group['adjust_lr_fn'] else 1.0 for matrix in found]
        changes = [torch.empty_like(update).copy_(matrix.reshape(update.shape)) for matrix, update in zip(found, updates, strict=True)]
        torch._foreach_mul_(parameters, 1 - group['lr'] * group['weight_decay'])
        torch._foreach_mul_(changes, [-scale for scale in scales])
        torch._foreach_mul_(changes, group['lr'])
        torch._foreach_add_(parameters, changes)

    def _update_others(self, parameters: list[Tensor], group: dict[str, Any]) -> None:
        """NAdamW, or AdamW without ``nesterov``."""
        first, second = group['betas']
        rate = group['lr'] * group['fallback_lr_scale']
        gradients, steps = [_gradient(parameter) for parameter in parameters], self._moments(parameters, 'step')
        means, squares = self._moments(parameters, 'exp_avg'), self._moments(parameters, 'exp_avg_sq')
        torch._foreach_add_(steps, 1)
        torch._foreach_lerp_(means, gradients, 1 - first)
        torch._foreach_mul_(squares, second)
        torch._foreach_addcmul_(squares, gradients, gradients, 1 - second)
        changes = torch._foreach_lerp(means, gradients, 1 - first) if group['nesterov'] else means
        scale = torch._foreach_sqrt(squares)
        counts = torch.stack(steps)
        torch._foreach_mul_(scale, list((1 - second**counts).rsqrt().unbind()))
        torch._foreach_add_(scale, group['eps'])
        changes = torch._foreach_div(changes, scale)
        torch._foreach_mul_(changes, list((-rate / (1 - first**counts)).unbind()))
        torch._foreach_mul_(parameters, 1 - rate * group['weight_decay'])
        torch._foreach_add_(parameters, changes)


def _gradient(parameter: Tensor) -> Tensor:
    assert parameter.grad is not None
    return parameter.grad


OPTIMIZERS.register_module(name='TimmMuon', module=BatchedMuon)
