import math

import pytest
import torch
from mmengine.optim import OptimWrapper
from torch import nn
from torch.nn import functional

from ofer.engine import precision
from ofer.engine.optim_wrappers import MixedPrecisionOptimWrapper
from ofer.registry import OPTIM_WRAPPERS

pytestmark = pytest.mark.usefixtures('bfloat16_on_any_cpu')
INPUTS = torch.randn(6, 4, generator=torch.Generator().manual_seed(0))


def model() -> nn.Module:
    torch.manual_seed(0)
    return nn.Linear(4, 3)


def steps(wrapper: OptimWrapper, net: nn.Module, batches: int = 2) -> list[torch.dtype]:
    seen = []
    for batch in INPUTS.chunk(batches):
        with wrapper.optim_context(net):
            out = net(batch)
        seen.append(out.dtype)
        wrapper.update_params(out.float().square().mean())
    return seen


OPTIONS = [{}, {'accumulative_counts': 2}, {'clip_grad': {'max_norm': 0.01}}]


@pytest.mark.parametrize('kwargs', OPTIONS)
def test_full_precision_is_mmengines_wrapper(kwargs: dict) -> None:
    ours, theirs = model(), model()
    steps(MixedPrecisionOptimWrapper(torch.optim.SGD(ours.parameters(), lr=0.1), dtype='float32', **kwargs), ours)
    steps(OptimWrapper(torch.optim.SGD(theirs.parameters(), lr=0.1), **kwargs), theirs)
    assert torch.equal(ours.weight, theirs.weight)


@pytest.mark.parametrize('kwargs', OPTIONS)
@pytest.mark.parametrize('dtype', ['bfloat16', 'float16'])
def test_low_precision_is_close(dtype: str, kwargs: dict) -> None:
    low, full = model(), model()
    seen = steps(MixedPrecisionOptimWrapper(torch.optim.SGD(low.parameters(), lr=0.1), dtype=dtype, **kwargs), low)
    steps(OptimWrapper(torch.optim.SGD(full.parameters(), lr=0.1), **kwargs), full)
    assert seen == [getattr(torch, dtype)] * 2
    torch.testing.assert_close(low.weight, full.weight, atol=2e-3, rtol=0)


def test_overflow_drops_the_step_and_halves_the_scale() -> None:
    net = model()
    before = net.weight.detach().clone()
    wrapper = MixedPrecisionOptimWrapper(torch.optim.SGD(net.parameters(), lr=0.1), dtype='float16', init_scale=1024.0)
    with wrapper.optim_context(net):
        loss = net(INPUTS * math.inf).float().mean()
    wrapper.update_params(loss)
    assert torch.equal(net.weight, before)
    assert wrapper.scaler.get_scale() == 512


def test_state_passes_between_precisions() -> None:
    net = model()
    make = lambda dtype: MixedPrecisionOptimWrapper(torch.optim.Adam(net.parameters(), lr=0.1), dtype=dtype, init_scale=8.0)  # noqa: E731
    half, brain = make('float16'), make('bfloat16')
    steps(half, net)
    assert half.state_dict()['loss_scaler']['scale'] == 8
    brain.load_state_dict(half.state_dict())
    assert 'loss_scaler' not in brain.state_dict()
    fresh = make('float16')
    fresh.load_state_dict(brain.state_dict())
    assert len(fresh.state_dict()['state']) == 2


def test_bad_dtype() -> None:
    with pytest.raises(ValueError, match="dtype='half'"):
        MixedPrecisionOptimWrapper(torch.optim.SGD(model().parameters(), lr=0.1), dtype='half')


def test_builds_from_the_registry() -> None:
    wrapper = OPTIM_WRAPPERS.build({'type': 'MixedPrecisionOptimWrapper', 'optimizer': torch.optim.SGD(model().parameters(), lr=0.1)})
    assert wrapper.dtype == torch.bfloat16


@pytest.mark.parametrize('native', [True, False])
@pytest.mark.parametrize('dtype', ['bfloat16', 'float16', 'float32'])
def test_imitated_bfloat16_gives_way_to_float32(dtype: str, native: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(precision, 'cpu_has_bfloat16', lambda: native)
    monkeypatch.setattr(precision, 'print_log', lambda message, *_: said.append(message))
    net = model()
    seen = steps(MixedPrecisionOptimWrapper(torch.optim.SGD(net.parameters(), lr=0.1), dtype=dtype), net)
    imitated = (dtype, native) == ('bfloat16', False)
    assert seen == [torch.float32 if imitated else getattr(torch, dtype)] * 2
    assert [message.split(':')[0] for message in said] == (['this CPU reports no bfloat16 instructions'] if imitated else [])


def test_a_gpu_computes_in_what_is_requested(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, 'cpu_has_bfloat16', lambda: False)
    assert precision.supported_dtype('bfloat16', 'cuda') == 'bfloat16'
    assert precision.mixed_precision_if_supported(True, 'cuda')
    assert not precision.mixed_precision_if_supported(True, 'cpu')


def test_attention_is_computed_in_float32_on_a_cpu() -> None:
    query, key, value = (torch.randn(2, 3, 9, 8, generator=torch.Generator().manual_seed(i)).bfloat16() for i in range(3))
    visible = (torch.arange(9) < 7)[None]
    exact = functional.scaled_dot_product_attention(query.float(), key.float(), value.float(), attn_mask=visible).bfloat16()
    imprecise = functional.scaled_dot_product_attention(query, key, value, attn_mask=visible)
    assert not torch.equal(exact, imprecise)
    wrapper = MixedPrecisionOptimWrapper(torch.optim.SGD(model().parameters(), lr=0.1))
    query.requires_grad_()
    with wrapper.optim_context(model()):
        found = functional.scaled_dot_product_attention(query, key=key, value=value, attn_mask=visible)
        bias = torch.zeros(1, 9, dtype=torch.bfloat16).masked_fill(~visible, -math.inf)
        by_bias = functional.scaled_dot_product_attention(query=query, key=key, value=value, attn_mask=bias)
        whole = functional.scaled_dot_product_attention(query.float(), key.float(), value.float(), attn_mask=visible)
    found.sum().backward()
    assert torch.equal(found, exact)
    assert torch.equal(by_bias, exact)
    assert whole.dtype == torch.float32
    assert query.grad is not None
    assert query.grad.dtype == torch.bfloat16


def test_full_precision_leaves_attention_alone() -> None:
    query, key, value = torch.randn(3, 1, 1, 9, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    exact = functional.scaled_dot_product_attention(query, key, value)
    wrapper = MixedPrecisionOptimWrapper(torch.optim.SGD(model().parameters(), lr=0.1), dtype='float32')
    with wrapper.optim_context(model()):
        assert torch.equal(functional.scaled_dot_product_attention(query, key, value), exact)


class Attending(nn.Module):
    """A linear layer and attention to its output."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = model()

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        tokens = self.linear(inputs)[None, None]
        return functional.scaled_dot_product_attention(tokens, tokens, tokens)


def test_a_compiled_network_attends_in_float32_too() -> None:
    net = Attending()
    compiled = torch.compile(net, backend='eager', fullgraph=True)
    wrapper = MixedPrecisionOptimWrapper(torch.optim.SGD(net.parameters(), lr=0.1))
    with wrapper.optim_context(net):
        assert torch.equal(compiled(INPUTS), net(INPUTS))
    assert torch.equal(compiled(INPUTS), net(INPUTS))
