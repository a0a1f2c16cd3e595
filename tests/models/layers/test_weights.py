"""Weights of which little fits stop a training; what fits is taken, and the rest is named."""

from pathlib import Path

import pytest
import torch
from mmengine.model import BaseModule
from mmengine.registry import DefaultScope
from torch import Tensor, nn

from ofer.engine.config import read_config
from ofer.models.layers.fit import compare
from ofer.models.layers.weights import fill, load_pretrained, read_weights, training_only, without_prefix
from ofer.registry import MODELS
from ofer.shipped import find_config


class Net(BaseModule):
    def __init__(self, classes: int = 2, init_cfg: dict | None = None) -> None:
        super().__init__(init_cfg)
        self.body = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))
        self.head = nn.Linear(3, classes)


def ones(net: nn.Module, prefix: str = '') -> dict[str, Tensor]:
    return {f'{prefix}{name}': torch.ones_like(value) for name, value in net.state_dict().items()}


@pytest.mark.parametrize('prefix', ['net.', 'network.'])
@pytest.mark.parametrize('whole', [True, False])
def test_the_attribute_of_a_trainer_is_taken_off(prefix: str, whole: bool) -> None:
    net = Net()
    assert fill(net, ones(net, prefix), 'file.pth', whole).whole
    assert all(value.eq(1).all() for value in net.state_dict().values())
    holder = nn.ModuleDict({prefix[:-1]: Net()})  # a part of that name: nothing is taken off
    assert fill(holder, ones(Net(), prefix), 'file.pth', whole).whole


def test_another_head_starts_at_random_and_is_named() -> None:
    net = Net(classes=5)
    fit = fill(net, ones(Net()), 'file.pth', whole=False)
    assert len(fit.taken) == 4
    assert fit.reshaped == ['head.weight (2, 3) instead of (5, 3)', 'head.bias (2,) instead of (5,)']
    assert bool((net.body[0].weight == 1).all())
    assert not bool((net.head.weight == 1).any())


@pytest.mark.parametrize(
    ('given', 'message'),
    [
        ({'features.0.weight': torch.ones(1)}, r'file\.pth: nothing of it fits Net: 0 tensors fit; 1 unknown to the network: features\.0'),
        ({'body.0.weight': torch.ones(3, 3), **{str(i): torch.ones(1) for i in range(3)}}, r'little of it fits Net: 1 tensors fit; 3'),
        (ones(Net().body), r'It is a file of the body alone: set model\.body\.init_cfg'),
        (ones(Net(), 'student.'), r"It fits behind student: set prefix='student'"),
        ({name: torch.ones(7) for name in Net().state_dict()}, r'nothing of it fits Net: 0 tensors fit; 6 of another shape: body\.0'),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_and_the_network_stays(given: dict[str, Tensor], message: str) -> None:
    net = Net()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    with pytest.raises(ValueError, match=message):
        fill(net, given, 'file.pth', whole=False)
    torch.testing.assert_close(dict(net.state_dict()), before)


def test_one_tensor_of_a_deep_network_is_no_start() -> None:
    deep = nn.Sequential(*[nn.Linear(1, 1) for _ in range(20)])
    assert not compare(deep.state_dict(), {'0.weight': torch.ones(1, 1)}).enough
    assert compare(deep.state_dict(), {f'{i}.weight': torch.ones(1, 1) for i in range(2)}).enough


def test_counters_of_batch_norm_do_not_count() -> None:
    fit = compare(nn.BatchNorm1d(2).state_dict(), {'weight': torch.ones(2), 'num_batches_tracked': torch.ones(())})
    assert (fit.taken, fit.unknown, fit.missing) == (['weight'], [], ['bias', 'running_mean', 'running_var'])


@pytest.mark.parametrize('prefix', ['body', 'body.'])
def test_prefix(prefix: str) -> None:
    assert list(without_prefix({'body.a': torch.ones(1), 'head.a': torch.ones(1)}, prefix)) == ['a']
    assert list(without_prefix({'a': torch.ones(1)}, prefix)) == ['a']  # a file of the part alone


@pytest.mark.parametrize('wrapped', [True, False])
def test_pretrained_start_by_config(tmp_path: Path, wrapped: bool) -> None:
    given = ones(Net(), 'module.backbone.') if wrapped else ones(Net())
    torch.save({'net': given}, tmp_path / 'file.pth')
    net = Net(init_cfg=dict(type='Pretrained', checkpoint=str(tmp_path / 'file.pth'), prefix='backbone'))
    with DefaultScope.overwrite_default_scope('ofer'):
        net.init_weights()
    assert bool((net.head.weight == 1).all())
    torch.save({'state_dict': {'x': torch.ones(1)}}, tmp_path / 'file.pth')
    net = Net(init_cfg=dict(type='Pretrained', checkpoint=str(tmp_path / 'file.pth')))
    with DefaultScope.overwrite_default_scope('ofer'), pytest.raises(ValueError, match=r'file\.pth: nothing of it fits Net'):
        net.init_weights()


def test_weights_of_the_package_have_a_name() -> None:
    network = MODELS.build(dict(type='MobileFaceNet', input_size=96, width=0.25))
    load_pretrained(network, 'ofer::landmarks', 'no remedy')
    assert torch.equal(network.conv1.conv.weight, read_weights('ofer::landmarks')['conv1.conv.weight'])
    assert network.conv1.conv.weight.dtype == torch.float32
    with pytest.raises(ValueError, match='no weights called'):
        read_weights('ofer::nothing')


def test_init_cfg_reads_weights_of_the_package() -> None:
    start = dict(type='Pretrained', checkpoint='ofer::landmarks')
    network = MODELS.build(dict(type='MobileFaceNet', input_size=96, width=0.25, init_cfg=start))
    with DefaultScope.overwrite_default_scope('ofer'):
        network.init_weights()
    assert torch.equal(network.conv1.conv.weight, read_weights('ofer::landmarks')['conv1.conv.weight'])


def test_tensors_that_only_a_loss_reads_may_be_missing() -> None:
    class Loss(nn.Module):
        training_only = ('centers',)

        def __init__(self) -> None:
            super().__init__()
            self.centers, self.scale = nn.Parameter(torch.zeros(2)), nn.Parameter(torch.zeros(1))

    net = Net()
    net.loss = Loss()
    assert training_only(net) == {'loss.centers'}
    given = {name: value for name, value in ones(net).items() if name != 'loss.centers'}
    fill(net, given, 'file')
    assert net.loss.centers.tolist() == [0, 0]
    assert net.loss.scale == 1
    fill(net, ones(net), 'file')
    assert net.loss.centers.tolist() == [1, 1]
    with pytest.raises(ValueError, match=r'1 missing: loss\.scale'):
        fill(net, {name: value for name, value in given.items() if name != 'loss.scale'}, 'file')


def test_recognition_starts_from_the_image_backbone_of_orsanet() -> None:
    config = read_config(find_config('latent_ofer_fer_48_ferplus'))
    config.model.encoder.checkpoint = None
    with DefaultScope.overwrite_default_scope('ofer'):
        network = MODELS.build(config.model)
        network.init_weights()
    given = read_weights('ofer::orsanet')
    for name, value in network.backbone.state_dict().items():
        assert torch.equal(value, given[f'backbone.{name}'])
    assert len(network.backbone.state_dict()) < sum(name.startswith('backbone.') for name in given)  # the last stage is not read
