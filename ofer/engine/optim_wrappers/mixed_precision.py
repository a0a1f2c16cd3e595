"""Mixed precision on CPUs and GPUs.

mmengine's ``AmpOptimWrapper`` needs a GPU; bfloat16 autocast is faster on CPUs with such instructions too, and needs no loss scaling.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

import torch
from mmengine.optim import OptimWrapper
from torch import Tensor, nn
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

from ofer.engine.precision import DTYPES, supported_dtype
from ofer.registry import OPTIM_WRAPPERS


class Float32Attention(TorchFunctionMode):
    """Within this context, ``scaled_dot_product_attention`` computes in float32 under any autocast, and returns the dtype of the query.

    For training on CPUs: the gradient of PyTorch's attention is several times slower there in bfloat16 than in float32. Calls inside
    ``nn.MultiheadAttention`` are not changed, since PyTorch passes that function on as a whole.
    """

    def __torch_function__(
        self, func: Callable, types: Sequence[type], args: Sequence[Any] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Call ``func``; attention gets its arguments in float32."""
        del types
        kwargs = kwargs or {}
        if func is not F.scaled_dot_product_attention:
            return func(*args, **kwargs)
        query = args[0] if args else kwargs['query']
        with torch.autocast('cpu', enabled=False):
            found = func(*map(_float32, args), **{name: _float32(value) for name, value in kwargs.items()})
        return found.to(query.dtype)


def _float32(value: Any) -> Any:
    """A tensor in half precision as float32; other values unchanged, such as a boolean mask."""
    return value.float() if isinstance(value, Tensor) and value.dtype in (torch.bfloat16, torch.float16) else value


@OPTIM_WRAPPERS.register_module()
class MixedPrecisionOptimWrapper(OptimWrapper):
    """:class:`mmengine.optim.OptimWrapper` with autocast around the forward pass. On CPUs, attention is computed in float32, see
    :class:`Float32Attention`.

    Args:
        optimizer: updates the weights.
        dtype: ``'bfloat16'``, ``'float16'`` or ``'float32'`` (no autocast). The loss is scaled for ``'float16'`` only, whose gradients
            would vanish otherwise. CPUs without bfloat16 instructions use float32, see
            :func:`~ofer.engine.precision.supported_dtype`.
        init_scale: first loss scale of ``'float16'``; it adapts.
        accumulative_counts: batches whose gradients are averaged into one step.
        clip_grad: arguments of ``torch.nn.utils.clip_grad_norm_``, e.g. ``dict(max_norm=1)``.
    """

    def __init__(
        self,
        optimizer: torch.optim.Optimizer,
        dtype: str = 'bfloat16',
        init_scale: float = 2.0**16,
        accumulative_counts: int = 1,
        clip_grad: dict[str, Any] | None = None,
    ) -> None:
        if dtype not in DTYPES:
            raise ValueError(f'dtype={dtype!r}: expected one of {", ".join(DTYPES)}')
        super().__init__(optimizer, accumulative_counts=accumulative_counts, clip_grad=clip_grad)
        device = optimizer.param_groups[0]['params'][0].device.type
        self.dtype = DTYPES[supported_dtype(dtype, device)]
        self.scaler = torch.amp.GradScaler(device, init_scale=init_scale, enabled=dtype == 'float16')

    @contextmanager
    def optim_context(self, model: nn.Module) -> Iterator[None]:
        """Autocast, and no gradient reduction before the last batch of an accumulation."""
        with super().optim_context(model), self.autocast(model):
            yield

    @contextmanager
    def autocast(self, model: nn.Module) -> Iterator[None]:
        """The context of one forward pass, for the device that the model is on."""
        device, low = next(model.parameters()).device.type, self.dtype != torch.float32
        attention = Float32Attention() if low and device == 'cpu' else nullcontext()
        with torch.autocast(device, dtype=self.dtype, enabled=low), attention:
            yield

    def backward(self, loss: Tensor, **kwargs: Any) -> None:
        """Back-propagate the scaled loss and count the batch."""
        self.scaler.scale(loss).backward(**kwargs)
        self._inner_count += 1

    def step(self, **kwargs: Any) -> None:
        """Unscale, clip and step; ``'float16'`` gradients that overflowed are dropped and the scale falls."""
        if self.clip_grad_kwargs:
            self.scaler.unscale_(self.optimizer)
            self._clip_grad()
        self.scaler.step(self.optimizer, **kwargs)
        self.scaler.update()

    def state_dict(self) -> dict[str, Any]:
        """State of the optimiser, and of the loss scale if there is one."""
        state = super().state_dict()
        if self.scaler.is_enabled():
            state['loss_scaler'] = self.scaler.state_dict()
        return state

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Load a state, also from a wrapper with another precision."""
        state_dict = dict(state_dict)
        scaler = state_dict.pop('loss_scaler', None)
        if scaler and self.scaler.is_enabled():
            self.scaler.load_state_dict(scaler)
        super().load_state_dict(state_dict)
