"""Checkpoints of version 0.1 load: the parameters have the names and shapes of then, or names that are replaced."""

import hashlib

import pytest
import torch
from torch import nn

import ofer
from ofer.models.layers.earlier_names import with_present_names
from ofer.models.layers.weights import fill
from ofer.registry import MODELS

# SHA-256 of the sorted names and shapes, without counters of BatchNorm, of the models that version 0.1 built from these configs.
NAMES_OF_0_1 = {
    'demo_orsanet': '1c709336d6671aee',
    'demo_resnet18': 'b5c330d0d28ff02a',
    'demo_landmarks': '18508f959b5f3543',
    'demo_parsing': '5d1d81789ad9d174',
    'orsanet_small_ferplus': '92e74223881972de',
    'irnet_small_ferplus': '7dc4a18b5e1e7c8b',
    'latent_ofer_mae_synthetic': '112dbb5c3ca9f279',
    'latent_ofer_ocsvm_synthetic': '7976534dd886659c',
    'latent_ofer_patch_svdd_synthetic': '2c0b58c7b9ff0e60',
    'latent_ofer_fer_synthetic': '518ea55e6fea444a',
}


@pytest.mark.parametrize('name', NAMES_OF_0_1)
def test_names_and_shapes_are_those_of_0_1(name: str) -> None:
    state = ofer.get_model(name).state_dict()
    lines = [f'{key} {tuple(value.shape)}' for key, value in sorted(state.items()) if not key.endswith('num_batches_tracked')]
    assert hashlib.sha256('\n'.join(lines).encode()).hexdigest()[:16] == NAMES_OF_0_1[name]


class Part(nn.Module):
    earlier_names = {'old.': 'new.'}  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self.new = nn.Linear(1, 1)
        self.older = nn.Linear(1, 1)


def test_prefixes_of_parts_are_replaced_and_present_names_are_kept() -> None:
    whole = nn.Sequential(Part(), nn.Linear(1, 1))
    given = {name: torch.zeros(()) for name in ('0.old.weight', '0.older.weight', '0.new.bias', '1.weight', 'old.weight')}
    expected = ['0.new.weight', '0.older.weight', '0.new.bias', '1.weight', 'old.weight']
    assert list(with_present_names(given, whole)) == expected
    assert list(with_present_names({'old.weight': torch.zeros(())}, whole[0])) == ['new.weight']


def test_a_detector_of_0_1_with_its_own_encoder_loads() -> None:
    detector = MODELS.build(
        dict(
            type='OcclusionDetector',
            data_preprocessor=dict(type='ClsDataPreprocessor', mean=[0] * 3, std=[255] * 3, to_rgb=False),
            encoder=dict(type='ConvStemViT', img_size=16, widths=(2, 2, 2), embed_dims=4, depth=1, num_heads=1),
            detector=dict(type='ViTSVDD', in_channels=4, classifies=True),
        )
    )
    state = {key: torch.full_like(value, 2) for key, value in detector.state_dict().items()}
    fill(detector, {key.replace('encoder.', 'encoder.network.'): value for key, value in state.items()}, 'old.pth')
    assert all(bool((value == 2).all()) for value in detector.encoder.parameters())
