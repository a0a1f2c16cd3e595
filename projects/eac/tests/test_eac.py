"""EAC: the published network and its loss to their frozen numbers, and the loss at its limits."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from ofer_eac import EAC, PackViews, SecondView, class_maps, flip_consistency

import ofer
from ofer.registry import MODELS
from ofer.structures import FaceSample


def test_frozen_numbers(converted: Callable, close: Callable) -> None:
    model, inputs, frozen = converted('eac', 'eac_resnet50_7cls')
    erased = inputs.clone()
    erased[:, :, 40:100, 60:150] = 0

    def maps(images: torch.Tensor) -> torch.Tensor:
        return class_maps(model.backbone(images)[-1], model.head.fc.weight)

    with torch.no_grad():
        features = model.backbone(inputs)
        close(features[-1][:, ::8], frozen['features'])
        close(model.neck(features)[-1], frozen['pooled'])
        close(model(inputs, mode='tensor'), frozen['logits'])
        mirrored, of_erased = maps(inputs.flip(-1)), maps(erased)
        close(maps(inputs), frozen['attention'])
        close(mirrored, frozen['attention_flipped_input'])
        close(of_erased, frozen['attention_erased_input'])
        close(flip_consistency(of_erased, mirrored)[None], frozen['consistency'])


def test_the_file_fits_the_config(published_file: Callable) -> None:
    path = published_file('eac', 'eac_resnet50_7cls', labels='rafdb')
    assert ofer.get_model('eac_rafdb', path).classes[0] == 'surprise'


def test_resnet18_is_recognised() -> None:
    from ofer.convert.published import convert

    small = MODELS.build(dict(type='ResNet', depth=18)).state_dict()
    stages = {'conv1': 0, 'bn1': 1, 'layer1': 4, 'layer2': 5, 'layer3': 6, 'layer4': 7}
    published = {f'features.{stages[name.split(".")[0]]}.{name.partition(".")[2]}': value for name, value in small.items()}
    result = convert('eac', published | {'fc.weight': torch.zeros(7, 512), 'fc.bias': torch.zeros(7)}, labels='affectnet7')
    assert result.complete
    assert result.model['backbone'] == dict(type='ResNet', depth=18)


def test_maps_by_hand() -> None:
    features = torch.tensor([[[[1.0, 2.0]], [[3.0, 5.0]]]])  # two channels, two places
    torch.testing.assert_close(class_maps(features, torch.tensor([[1.0, 10.0]])), torch.tensor([[[[31.0, 52.0]]]]))
    torch.testing.assert_close(flip_consistency(torch.tensor([[[[1.0, 2.0]]]]), torch.tensor([[[[2.0, 3.0]]]])), torch.tensor(2.0))


def test_maps_that_mirror_each_other_cost_nothing() -> None:
    maps = torch.randn(2, 3, 4, 5)
    assert flip_consistency(maps, maps.flip(-1)) == 0


def test_gradient() -> None:
    features = torch.randn(2, 3, 2, 3, dtype=torch.double, requires_grad=True)
    mirrored = torch.randn(2, 3, 2, 3, dtype=torch.double, requires_grad=True)
    weight = torch.randn(4, 3, dtype=torch.double)
    assert torch.autograd.gradcheck(lambda a, b: flip_consistency(class_maps(a, weight), class_maps(b, weight)), (features, mirrored))


@pytest.fixture
def small() -> EAC:
    torch.manual_seed(0)
    return MODELS.build(
        dict(
            type='EAC',
            data_preprocessor=dict(type='ClsDataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3, to_rgb=False, num_classes=3),
            backbone=dict(type='ResNet_CIFAR', depth=18, stem_channels=4, base_channels=4, out_indices=(3,)),
            neck=dict(type='GlobalAveragePooling'),
            head=dict(type='LinearClsHead', num_classes=3, in_channels=32, loss=dict(type='CrossEntropyLoss')),
        )
    )


def test_consistency_teaches_the_features_and_not_the_classifier(small: EAC) -> None:
    samples = [FaceSample().set_gt_label(label) for label in (0, 2)]
    small.loss(torch.randn(2, 3, 32, 32), samples)['loss_consistency'].backward()
    assert small.head.fc.weight.grad is None
    assert small.backbone.conv1.weight.grad.abs().sum() > 0


def test_a_symmetric_face_costs_nothing(small: EAC) -> None:
    """And the second of two views is the one that is mirrored, and not classified."""
    small.eval()
    samples = [FaceSample().set_gt_label(label) for label in (0, 2)]
    face = torch.randn(2, 3, 32, 32)
    assert small.loss(face, samples)['loss_consistency'] > 0
    two = torch.stack([face, face.flip(-1)], 1)
    for conv in [module for module in small.modules() if isinstance(module, torch.nn.Conv2d)]:
        conv.weight.data = conv.weight.data + conv.weight.data.flip(-1)  # sees no difference between left and right
        conv.stride = (1, 1)  # of an even number of columns, every second is not symmetric
    one = small.loss(face, samples)
    assert one['loss_consistency'] < 1e-6
    torch.testing.assert_close(small.loss(two, samples)['loss'], one['loss'])


def test_two_views() -> None:
    face = {'img': np.full((8, 8, 3), 100, np.uint8), 'gt_label': 1}
    erase = dict(type='RandomErasing', erase_prob=1.0, min_area_ratio=0.2, max_area_ratio=0.3, fill_color=(0, 0, 0))
    packed = PackViews().transform(SecondView([erase]).transform(face))
    assert packed['inputs'].shape == (2, 3, 8, 8)
    assert (packed['inputs'][0] == 100).all()
    assert not (packed['inputs'][1] == 100).all()
    with pytest.raises(ValueError, match='resize before SecondView'):
        PackViews().transform(face | {'view': np.zeros((4, 4, 3), np.uint8)})
