"""ViT-SVDD: Eq. 1, its centre and its radius."""

import pytest
import torch
from torch import nn
from torch.autograd import gradcheck

from ofer.models import ViTSVDD
from ofer.models.occlusion_detectors.one_class import quantile_threshold
from ofer.models.occlusion_detectors.vit_svdd import push_from_zero, svdd_objective


def test_objective_by_hand() -> None:
    # squared distances 1 + 4 and 0; half of 0.1 times the squared norm 9 + 16
    value = svdd_objective(torch.tensor([[2.0, 3.0], [1.0, 1.0]]), torch.ones(2), [torch.tensor([[3.0, 4.0]])], weight_decay=0.1)
    assert value == pytest.approx(2.5 + 1.25)


def test_objective_of_covered_patches_alone() -> None:
    assert svdd_objective(torch.ones(4, 2), torch.zeros(2), [torch.zeros(1)], weight_decay=0.1, counted=torch.zeros(4).bool()) == 0


def test_a_state_without_centre_has_not_begun() -> None:
    detector = ViTSVDD(in_channels=2, hidden=(2,))
    state = {name: value.clone() for name, value in detector.state_dict().items()}
    detector.observe(torch.randn(1, 2, 3, 3))
    detector.begin()
    assert detector.begun
    detector.load_state_dict(state)
    assert not detector.begun


def test_gradient_of_the_objective() -> None:
    torch.manual_seed(0)
    embedded, weight = (torch.randn(4, 3).double().requires_grad_() for _ in range(2))
    center = torch.randn(3).double()
    assert gradcheck(lambda x, w: svdd_objective(x, center, [w], 0.3), (embedded, weight))


def test_center_keeps_off_zero() -> None:
    pushed = push_from_zero(torch.tensor([0.0, 0.05, -0.05, 0.5, -0.5]), 0.1)
    assert pushed.tolist() == pytest.approx([0.1, 0.1, -0.1, 0.5, -0.5])


def test_quantile_by_hand() -> None:
    assert quantile_threshold(torch.arange(11.0), nu=0.2) == pytest.approx(8)


def trained(latents: torch.Tensor, nu: float = 0.1) -> ViTSVDD:
    torch.manual_seed(0)
    detector = ViTSVDD(in_channels=4, hidden=(8, 3), nu=nu)
    for batch in latents.split(2):
        detector.observe(batch)
    detector.begin()
    optimizer = torch.optim.Adam(detector.parameters(), lr=1e-2)
    for _ in range(20):
        optimizer.zero_grad()
        detector.loss(latents).backward()
        optimizer.step()
    for batch in latents.split(2):
        detector.review(batch)
    detector.conclude()
    return detector


def latents(n: int = 6) -> torch.Tensor:
    return 1 + 0.2 * torch.randn(n, 4, 5, 5, generator=torch.Generator().manual_seed(1))


def test_center_is_the_mean_of_the_first_pass_and_stays() -> None:
    detector = ViTSVDD(in_channels=4, hidden=(8, 3), eps=1e-6)
    assert not detector.begun
    with pytest.raises(ValueError, match='OneClassHook'):
        detector.loss(latents())
    for batch in latents().split([1, 5]):
        detector.observe(batch)
    detector.begin()
    expected = detector.phi(latents().movedim(1, -1).flatten(0, 2)).mean(0)
    assert torch.allclose(detector.center, expected, atol=1e-6)
    assert 'center' not in dict(detector.named_parameters())
    before = detector.center.clone()
    detector.loss(latents()).backward()
    assert torch.equal(detector.center, before)


def test_there_is_no_bias() -> None:
    detector = ViTSVDD(in_channels=4)
    assert all(layer.bias is None for layer in detector.phi if isinstance(layer, nn.Linear))
    assert (detector.phi(torch.zeros(1, 4)) == 0).all()


def test_the_space_of_the_hypersphere_has_no_activation() -> None:
    assert [type(layer) for layer in ViTSVDD(in_channels=4, hidden=(8, 3)).phi] == [nn.Linear, nn.LeakyReLU, nn.Linear]


def test_radius_leaves_out_the_share_nu() -> None:
    detector = trained(latents(), nu=0.1)
    scores = detector(latents())
    assert scores.shape == (6, 5, 5)
    assert detector.flags(scores).float().mean() == pytest.approx(0.1, abs=0.01)


def test_what_is_far_from_the_training_latents_is_flagged() -> None:
    detector = trained(latents())
    strange = latents(1)
    strange[0, :, 2, 3] = torch.tensor([-3.0, 4.0, -2.0, 5.0])
    scores = detector(strange)
    assert scores.flatten().argmax() == 2 * 5 + 3
    assert detector.flags(scores)[0, 2, 3]


def test_state_goes_through_a_checkpoint() -> None:
    detector, fresh = trained(latents()), ViTSVDD(in_channels=4, hidden=(8, 3))
    with pytest.raises(ValueError, match='no threshold'):
        fresh.flags(torch.zeros(1, 2, 2))
    fresh.load_state_dict(detector.state_dict())
    assert torch.equal(fresh.flags(fresh(latents())), detector.flags(detector(latents())))


def test_bad_arguments() -> None:
    with pytest.raises(ValueError, match='nu=0'):
        ViTSVDD(4, nu=0)
    with pytest.raises(ValueError, match='3 values and ViTSVDD was built for in_channels=4'):
        ViTSVDD(4)(torch.zeros(1, 3, 2, 2))
    with pytest.raises(ValueError, match='hidden'):
        ViTSVDD(4, hidden=())
