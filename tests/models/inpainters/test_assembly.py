"""Self-assembly against a plain loop over Eq. 2-3, and its rivals."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from ofer.models.inpainters.plain_loop import plain_loop
from ofer.models.inpainters.self_assembly import _draft, _drafts, assemble
from ofer.models.layers.fixed_shapes import fixed_shapes
from ofer.registry import MODELS

ROOT = Path(__file__).resolve().parent.parent.parent.parent
LAYERS = ('SelfAssembly', 'CoherentSemanticAttention', 'ConventionalAssembly')


def masks(size: int) -> Tensor:
    """Nothing, everything, everything but one place, one place, and shares in between."""
    generator = torch.Generator().manual_seed(0)
    out = torch.stack([torch.rand(size, size, generator=generator) < share for share in (0, 1, 1, 0, 0.25, 0.5, 0.8)])
    out[2, 1, 2] = False
    out[3, 0, size - 1] = True
    return out


@pytest.mark.parametrize('symmetry', [True, False])
def test_equals_the_plain_loop(symmetry: bool) -> None:
    mask = masks(7)
    features = torch.randn(len(mask), 5, 7, 7, generator=torch.Generator().manual_seed(1))
    features[4, :, 3, 3] = 0  # like nothing
    out = assemble(features, mask, symmetry)
    torch.testing.assert_close(out, plain_loop(features, mask, symmetry), atol=1e-5, rtol=0)
    assert torch.equal(out.movedim(1, -1)[~mask], features.movedim(1, -1)[~mask])
    for i in range(len(mask)):  # the batch is not mixed
        torch.testing.assert_close(assemble(features[i : i + 1], mask[i : i + 1], symmetry)[0], out[i])


@pytest.mark.parametrize('symmetry', [True, False])
def test_all_images_at_once_are_as_one_by_one(symmetry: bool) -> None:
    """The form for GPUs."""
    mask = masks(7).flatten(1)
    features = torch.randn(len(mask), 5, 7, 7, generator=torch.Generator().manual_seed(1))
    features[4, :, 3, 3] = 0
    order = (~mask).to(torch.uint8).argsort(dim=1, stable=True)
    together = _drafts(features.requires_grad_(), mask, order, symmetry)
    assert all(part.isfinite().all() for part in together)
    for i, count in enumerate(mask.sum(1).tolist()):
        alone = _draft(features[i], order[i, :count], order[i, count:], symmetry)
        for part, expected in zip(together, alone, strict=True):
            torch.testing.assert_close(part[:count, i], expected)
    sum(part.sum() for part in together).backward()
    assert features.grad.isfinite().all()


@pytest.mark.parametrize('symmetry', [True, False])
def test_with_fixed_shapes_values_and_gradients_are_the_same(symmetry: bool) -> None:
    mask = masks(7)
    features = torch.randn(len(mask), 5, 7, 7, dtype=torch.float64, generator=torch.Generator().manual_seed(1)).requires_grad_()
    out = assemble(features, mask, symmetry)
    (grad,) = torch.autograd.grad(out.square().sum(), features)
    for some in (slice(None), slice(0, 1)):  # the first image has no masked place
        with fixed_shapes():
            whole = assemble(features[some], mask[some], symmetry)
        torch.testing.assert_close(whole, out[some])
        torch.testing.assert_close(torch.autograd.grad(whole.square().sum(), features)[0][some], grad[some])


@pytest.mark.parametrize('dtype', [torch.bfloat16, torch.float16])
def test_half_precision_is_as_good_as_its_input(dtype: torch.dtype) -> None:
    features = torch.randn(3, 5, 7, 7, generator=torch.Generator().manual_seed(1)).to(dtype).requires_grad_()
    mask = masks(7)[4:]
    out = assemble(features, mask)
    assert out.dtype == dtype
    torch.testing.assert_close(out, assemble(features.float(), mask).to(dtype), atol=0, rtol=0)
    out.sum().backward()
    assert features.grad.isfinite().all()


def test_what_is_not_finite_stays_where_it_may_be_generated() -> None:
    features, mask = torch.randn(7, 5, 7, 7, generator=torch.Generator().manual_seed(1)), masks(7)
    features[4].movedim(0, -1)[mask[4]] = torch.inf  # fewer places than other images have
    assert torch.equal(assemble(features, mask).movedim(1, -1)[~mask], features.movedim(1, -1)[~mask])


@pytest.mark.parametrize('onednn', [True, False])
def test_autocast_finds_the_same_matches(onednn: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    features = 1 + torch.randn(7, 8, 7, 7, generator=torch.Generator().manual_seed(1)) / 10  # much alike: half precision would mistake them
    mask = masks(7)
    expected = assemble(features, mask)
    if not onednn:
        monkeypatch.setattr(torch.backends.mkldnn, 'is_available', lambda: False)
    with torch.autocast('cpu', torch.bfloat16):
        torch.testing.assert_close(assemble(features, mask), expected, atol=1e-5, rtol=0)


def test_two_places_by_hand() -> None:
    """One row of three patches: a (visible), b, c masked; each like the others in part."""
    a, b, c = torch.tensor([2.0, 0]), torch.tensor([1.0, 1]), torch.tensor([0.0, 1])
    features = torch.stack([a, b, c], dim=1).view(1, 2, 1, 3)
    mask = torch.tensor([[[False, True, True]]])
    out = assemble(features, mask, symmetry=False)[0, :, 0].T
    # b: nothing was generated before, so all of it is the best match, a. c: a is at a right angle to it, and so is what b became: stays.
    assert torch.equal(out, torch.stack([a, a, c]))
    out = assemble(features, mask)[0, :, 0].T
    # b: a with weight cos = 1 / sqrt 2, and the mean of all three, (1, 2 / 3), with weight (5 / 3) / (sqrt 2 sqrt(13) / 3) = 5 / sqrt 26.
    weight_a, weight_m = 2**-0.5, 5 / 26**0.5
    expected = (weight_a * a + weight_m * torch.tensor([1.0, 2 / 3])) / (weight_a + weight_m)
    torch.testing.assert_close(out[1], expected)


@pytest.mark.parametrize('symmetry', [True, False])
def test_gradient(symmetry: bool) -> None:
    mask = masks(3)[[1, 2, 5]]
    generator = torch.Generator().manual_seed(2)
    features = torch.rand(len(mask), 3, 3, 3, dtype=torch.float64, generator=generator).requires_grad_()
    assert torch.autograd.gradcheck(lambda x: assemble(x, mask, symmetry), (features,))


def test_features_of_zeros_give_finite_gradients() -> None:
    features = torch.zeros(1, 4, 3, 3, requires_grad=True)
    assemble(features, masks(3)[4:5]).sum().backward()
    assert torch.isfinite(features.grad).all()


def test_self_assembly_looks_at_the_mirror_image_and_csa_does_not() -> None:
    mask, features = masks(6), torch.randn(7, 4, 6, 6, generator=torch.Generator().manual_seed(3))
    for name, symmetry in (('SelfAssembly', True), ('CoherentSemanticAttention', False)):
        out = MODELS.build(dict(type=name, channels=4))(features, mask)
        torch.testing.assert_close(out, assemble(features, mask, symmetry))
        assert not torch.allclose(out, assemble(features, mask, not symmetry))


@pytest.mark.parametrize('name', LAYERS)
def test_rivals_have_one_interface(name: str) -> None:
    torch.manual_seed(0)
    layer = MODELS.build(dict(type=name, channels=4))
    mask = masks(6)
    features = torch.randn(len(mask), 4, 6, 6, requires_grad=True)
    out = layer(features, mask)
    assert out.shape == features.shape
    assert torch.equal(out.movedim(1, -1)[~mask], features.movedim(1, -1)[~mask])
    assert not torch.allclose(out[1], features[1])
    out.sum().backward()
    assert features.grad.abs().sum() > 0
    for wrong in (mask[:, :5], mask.float(), mask[0]):
        with pytest.raises(ValueError, match='expected'):
            layer(features, wrong)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason='needs a CUDA device')
def test_same_on_a_gpu() -> None:
    mask, features = masks(7), torch.randn(7, 5, 7, 7)
    torch.testing.assert_close(assemble(features.cuda(), mask.cuda()).cpu(), assemble(features, mask), atol=1e-5, rtol=0)
