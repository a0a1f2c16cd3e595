"""The painter as a whole: what it hands on, how it learns, and its gradients against finite differences."""

from copy import deepcopy
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from mmengine.optim import build_optim_wrapper
from mmengine.registry import init_default_scope
from torch import Tensor, nn

from ofer.engine.finite import NonFiniteLossError
from ofer.models.layers.true_faces import true_images
from ofer.models.layers.weights import load_pretrained
from ofer.models.losses import consistency_loss
from ofer.registry import HOOKS, MODELS
from ofer.structures import FaceSample

SIZE = 32
CONFIG = dict(
    type='HybridInpainter',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[120.0, 110.0, 100.0], std=[60.0, 60.0, 60.0], to_rgb=False),
    generator=dict(type='HybridUNet', assembly=dict(type='SelfAssembly'), base_channels=4, max_channels=16, num_levels=3, assembly_level=2),
    perceptual=dict(type='VGG16Features', base_channels=4),
    discriminators=dict(
        image=dict(type='PatchDiscriminator', base_channels=4, num_layers=1),
        relu3_3=dict(type='PatchDiscriminator', in_channels=16, base_channels=4, num_layers=1),
    ),
    consistency=dict(type='ConsistencyLoss', layer='relu3_3'),
    semantic=dict(
        type='SemanticConsistencyLoss',
        classifier=dict(
            type='ImageClassifier',
            data_preprocessor=dict(type='ClsDataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3, to_rgb=False),
            backbone=dict(type='ResNet', depth=18, stem_channels=4, base_channels=4),
            neck=dict(type='GlobalAveragePooling'),
            head=dict(type='LinearClsHead', in_channels=32, num_classes=3, loss=dict(type='CrossEntropyLoss')),
        ),
    ),
)
OPTIMIZERS = dict(
    constructor='PartsOptimWrapperConstructor',
    generator=dict(optimizer=dict(type='Adam', lr=2e-3)),
    discriminators=dict(optimizer=dict(type='Adam', lr=1e-3)),
)


@MODELS.register_module()
class StubCoarse(nn.Module):
    """Paints hidden patches with one value."""

    def __init__(self, value: float = 3.0) -> None:
        super().__init__()
        self.value = nn.Parameter(torch.tensor(value))

    def reconstruct(self, images: Tensor, mask: Tensor) -> Tensor:
        side = round(mask.shape[1] ** 0.5)
        patch = images.shape[2] // side
        inside = mask.view(-1, 1, side, side).repeat_interleave(patch, 2).repeat_interleave(patch, 3)
        return torch.where(inside, self.value, images)


@pytest.fixture(autouse=True)
def _scope() -> None:
    init_default_scope('ofer')


def batch(size: int = 3) -> dict:
    generator = torch.Generator().manual_seed(0)
    hole = torch.zeros(size, SIZE, SIZE, dtype=torch.bool)
    for index in range(1, size):  # the first has none, the last is all hole
        hole[index, 4 : 4 + 10 * index, 6:22] = True
    hole[-1] = True
    inputs = [torch.randint(0, 256, (3, SIZE, SIZE), generator=generator).byte() for _ in range(size)]
    return dict(inputs=inputs, data_samples=[FaceSample(hole=mask) for mask in hole])


def build(**changes: object) -> nn.Module:
    torch.manual_seed(0)
    model = MODELS.build(dict(deepcopy(CONFIG), **changes))
    model.init_weights()
    return model


def test_only_the_hole_is_repainted() -> None:
    model = build().eval()
    data = model.data_preprocessor(batch())
    hole = torch.stack([sample.hole for sample in data['data_samples']])
    out = model(**data, mode='tensor')
    assert torch.equal(out.movedim(1, -1)[~hole], data['inputs'].movedim(1, -1)[~hole])
    assert torch.equal(out[0], data['inputs'][0])
    samples = model(**data, mode='predict')
    assert samples[1].pred_image.shape == samples[1].coarse_image.shape == (3, SIZE, SIZE)
    assert samples[2].pred_image.min() >= 0
    assert samples[2].pred_image.max() <= 1
    true = batch()['inputs'][1].float() / 255
    torch.testing.assert_close(samples[1].pred_image[:, ~hole[1]], true[:, ~hole[1]])
    torch.testing.assert_close(samples[1].coarse_image[:, hole[1]][:, 0], torch.tensor([120.0, 110, 100]) / 255)


def test_the_direct_output_is_the_generators_inside_and_outside_of_the_hole() -> None:
    model = build().eval()
    data = model.data_preprocessor(batch())
    hole = torch.stack([sample.hole for sample in data['data_samples']])
    samples = model(**data, mode='predict')
    true = batch()['inputs'][1].float() / 255
    torch.testing.assert_close(samples[1].direct_image[:, hole[1]], samples[1].pred_image[:, hole[1]])
    assert (samples[1].direct_image[:, ~hole[1]] - true[:, ~hole[1]]).abs().mean() > 0.01
    alone = build(generator=None, discriminators=None, consistency=None).eval()
    assert 'direct_image' not in alone(**alone.data_preprocessor(batch()), mode='predict')[1]


def test_any_module_that_reconstructs_is_the_first_stage() -> None:
    model = build(coarse=dict(type='StubCoarse'), patch_size=8, hidden_share=0.0).train()
    assert not model.coarse.training
    assert not model.coarse.value.requires_grad
    data = model.data_preprocessor(batch())
    hole = torch.stack([sample.hole for sample in data['data_samples']])
    coarse = model.paint_coarsely(data['inputs'], hole)
    assert (coarse.movedim(1, -1)[hole] == 3).all()
    assert torch.equal(coarse.movedim(1, -1)[~hole], data['inputs'].movedim(1, -1)[~hole])
    larger = build(coarse=dict(type='StubCoarse'), patch_size=8, coarse_size=48, hidden_share=0.0)
    torch.testing.assert_close(larger.paint_coarsely(data['inputs'], hole)[2], coarse[2])
    given = model.reconstruct(data['inputs'], hole, coarse + 1)
    assert not torch.allclose(given, model.reconstruct(data['inputs'], hole, coarse))


def test_the_first_stage_does_not_see_what_the_hole_covers() -> None:
    hole = torch.zeros(2, SIZE, SIZE, dtype=torch.bool)
    hole[1, 6:9, 16:21] = True  # 10 of the 64 pixels of one patch, 5 of another: more and less than an eighth
    expected = torch.zeros(2, 4, 4, dtype=torch.bool)
    expected[1, 0, 2] = True
    model = build(coarse=dict(type='StubCoarse'), patch_size=8)
    assert torch.equal(model.hidden_patches(hole, SIZE, SIZE), expected)
    assert model.hidden_patches(expected, SIZE, SIZE) is expected  # patches of its own are hidden one for one
    expected[1, 1, 2] = True
    assert torch.equal(build(coarse=dict(type='StubCoarse'), patch_size=8, hidden_share=0.0).hidden_patches(hole, SIZE, SIZE), expected)
    assert build(coarse=dict(type='StubCoarse'), patch_size=8, coarse_size=48).hidden_patches(hole, SIZE, SIZE).shape == (2, 6, 6)
    assert build(coarse=None).hidden_patches(hole, SIZE, SIZE) is None
    images = torch.zeros(2, 3, SIZE, SIZE)
    torch.testing.assert_close(model.paint_coarsely(images, hole)[1, 0, 6:9, 16], torch.tensor([3.0, 3, 0]))
    torch.testing.assert_close(model.paint_coarsely(images, hole, expected)[1, 0, 6:9, 16], torch.tensor([3.0, 3, 3]))


@pytest.mark.parametrize('part', ['generator', 'coarse', 'semantic', 'discriminators'])
def test_a_file_may_hold_what_is_switched_off_but_not_lack_what_is_on(part: str, tmp_path: Path) -> None:
    whole = build(coarse=dict(type='StubCoarse', value=5.0), patch_size=8)
    torch.save(dict(state_dict=whole.state_dict()), tmp_path / 'whole.pth')
    less = build(**dict(coarse=dict(type='StubCoarse'), patch_size=8) | {part: None})
    load_pretrained(less, str(tmp_path / 'whole.pth'), 'Train it.')
    written = whole.state_dict()
    assert all(torch.equal(value, written[name]) for name, value in less.state_dict().items())
    torch.save(dict(state_dict=less.state_dict()), tmp_path / 'less.pth')
    with pytest.raises(ValueError, match=rf'less\.pth does not fit HybridInpainter:\n  \d+ missing: {part}\.'):
        load_pretrained(whole, str(tmp_path / 'less.pth'), 'Train it.')


def test_steps_train_both_sides_and_leave_the_frozen_alone() -> None:
    model = build().train()
    optimizers = build_optim_wrapper(model, OPTIMIZERS)
    before = deepcopy(model.state_dict())
    logs = [model.train_step(batch(), optimizers) for _ in range(12)]
    assert set(logs[0]) == {
        *('loss', 'loss_l1', 'loss_consistency', 'loss_semantic', 'loss_adversarial_image', 'loss_adversarial_relu3_3'),
        *('loss_discriminator_image', 'loss_discriminator_relu3_3'),
    }
    assert logs[-1]['loss_l1'] < 0.95 * logs[0]['loss_l1']
    moved = {name.split('.')[0] for name, value in model.state_dict().items() if not torch.equal(value, before[name])}
    assert moved == {'generator', 'discriminators'}
    assert all(parameter.requires_grad for parameter in model.discriminators.parameters())
    assert list(model(**model.data_preprocessor(batch()), mode='loss')) == ['loss_l1', 'loss_consistency', 'loss_semantic']


@pytest.mark.usefixtures('bfloat16_on_any_cpu')
def test_a_step_in_mixed_precision_is_near_one_in_full() -> None:
    logs = {}
    for kind in ('OptimWrapper', 'MixedPrecisionOptimWrapper'):
        model = build().train()
        parts = {name: {**part, 'type': kind} if isinstance(part, dict) else part for name, part in OPTIMIZERS.items()}
        logs[kind] = model.train_step(batch(), build_optim_wrapper(model, parts))
        assert all(value.grad is None or value.grad.dtype == torch.float32 for value in model.parameters())
    full, mixed = logs.values()
    assert {name: value.item() for name, value in mixed.items()} != {name: value.item() for name, value in full.items()}
    for name, value in full.items():
        torch.testing.assert_close(mixed[name].float(), value, rtol=0.03, atol=1e-3, msg=name)


def test_truth_may_differ_from_the_input() -> None:
    model = build()
    data = batch(2)
    data['data_samples'][1].gt_image = data['inputs'][0]
    data = model.data_preprocessor(data)
    truth = true_images(data['inputs'], data['data_samples'], model.input_format)
    torch.testing.assert_close(truth[1], data['inputs'][0])


def distinct(model: nn.Module) -> nn.Module:
    """With weights that leave no two of the networks' outputs nearly alike."""
    with torch.no_grad():
        for parameter in (*model.generator.parameters(), *model.discriminators.parameters(), *model.semantic.parameters()):
            parameter.add_(0.2 * torch.randn_like(parameter))
    return model


def different() -> dict:
    """Faces whose truth is not what is seen."""
    data = batch()
    for index, sample in enumerate(data['data_samples']):
        sample.gt_image = data['inputs'][index].flip(2)
    return data


def test_each_term_of_equation_5_by_hand() -> None:
    model = distinct(build(reconstruction_weight=2.0, coarse=dict(type='StubCoarse'), patch_size=8))
    data = model.data_preprocessor(different())
    images, hole = data['inputs'], torch.stack([sample.hole for sample in data['data_samples']])
    truth, inside = true_images(images, data['data_samples'], model.input_format), hole[:, None]
    losses, painted_views, true_views = model.generator_losses(images, hole, truth)
    pasted = torch.where(inside, model.paint_coarsely(images, hole), images)
    painting = model.generator(torch.cat([pasted, torch.where(inside, 0.0, images)], 1), hole)
    painted = torch.where(inside, painting.image, images)
    before, after = (consistency_loss(side, true_views['relu3_3'], painting.mask) for side in (painting.before, painting.after))
    face, true_face = (model.input_format.pixels(shown) for shown in (painted, truth))
    logits, true_logits = model.semantic.logits(face), model.semantic.logits(true_face)
    expected = dict(
        loss_l1=2 * (painting.image - truth).abs().mean(),
        loss_consistency=0.01 * (before + after),
        loss_semantic=-(true_logits.softmax(1) * logits.log_softmax(1)).sum(1).mean(),
    )
    torch.testing.assert_close(losses, expected)
    torch.testing.assert_close(painted_views, model.views(painted))
    torch.testing.assert_close(true_views, model.views(truth))
    model.hole_weight = 3.0
    further = model.generator_losses(images, hole, truth)[0]['loss_l1_hole']
    torch.testing.assert_close(further, 3 * (painting.image - truth)[inside.expand_as(truth)].abs().mean())


def test_the_discriminators_want_true_faces_ahead_and_the_generator_painted_ones() -> None:
    model = distinct(build(adversarial_weight=0.3)).train()
    data = model.data_preprocessor(different())
    images, hole = data['inputs'], torch.stack([sample.hole for sample in data['data_samples']])
    _, painted, true = model.generator_losses(images, hole, true_images(images, data['data_samples'], model.input_format))
    still = {name: dict(optimizer=dict(type='SGD', lr=0.0)) for name in ('generator', 'discriminators')}
    log = model.train_step(different(), build_optim_wrapper(model, dict(constructor='PartsOptimWrapperConstructor', **still)))
    for name, discriminator in model.discriminators.items():
        fake, real = discriminator(painted[name]), discriminator(true[name])
        judged = ((real - fake.mean() - 1) ** 2).mean() / 2 + ((fake - real.mean() + 1) ** 2).mean() / 2
        fooled = ((fake - real.mean() - 1) ** 2).mean() / 2 + ((real - fake.mean() + 1) ** 2).mean() / 2
        assert (judged - fooled).abs() > 1e-4  # far above what assert_close lets pass
        torch.testing.assert_close(log[f'loss_discriminator_{name}'], judged)
        torch.testing.assert_close(log[f'loss_adversarial_{name}'], 0.3 * fooled)


def test_nothing_is_read_from_the_hole_and_of_a_coarse_result_nothing_else() -> None:
    model = distinct(build()).eval()
    data = model.data_preprocessor(batch())
    images, hole = data['inputs'], torch.stack([sample.hole for sample in data['data_samples']])
    inside = hole[:, None]
    covered = torch.where(inside, 7.0, images)
    out = model.reconstruct(images, hole)
    torch.testing.assert_close(model.reconstruct(covered, hole)[inside.expand_as(out)], out[inside.expand_as(out)])
    coarse = torch.randn_like(images)
    torch.testing.assert_close(model.reconstruct(images, hole, torch.where(inside, coarse, 9.0)), model.reconstruct(images, hole, coarse))
    assert not torch.allclose(model.reconstruct(images, hole, coarse), out)


@pytest.mark.parametrize('term', ['loss_semantic', 'loss_consistency'])
def test_gradient_of_the_generator_against_finite_differences(term: str) -> None:
    model = build().double()
    with torch.no_grad():
        # As initialised, differences would drown in rounding, and the classifier's blocks hand on one pixel in a thousand.
        for parameter in (*model.generator.parameters(), *model.semantic.parameters()):
            parameter.add_(0.2 * torch.randn_like(parameter))
    data = model.data_preprocessor(batch())
    images, hole = data['inputs'].double(), torch.stack([sample.hole for sample in data['data_samples']])

    def loss() -> Tensor:
        return model.generator_losses(images, hole, images)[0][term]

    parameters = [model.generator.stem.weight, model.generator.ups[2][1].weight, model.generator.downs[0][1].weight]
    gradients = torch.autograd.grad(loss(), parameters)
    for parameter, gradient in zip(parameters, gradients, strict=True):
        direction = torch.randn(parameter.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
        step = 1e-6
        with torch.no_grad():
            parameter.add_(step * direction)
            up = loss()
            parameter.sub_(2 * step * direction)
            down = loss()
            parameter.add_(step * direction)
        slope = (gradient * direction).sum()
        assert gradient.abs().max() > 0
        torch.testing.assert_close(slope, (up - down) / (2 * step), rtol=1e-3, atol=1e-9)


def test_bad_calls() -> None:
    model = build(perceptual=None, consistency=None, semantic=None, discriminators=None).eval()
    data = model.data_preprocessor(batch())
    with pytest.raises(ValueError, match='tensor, loss or predict'):
        model(**data, mode='train')
    with pytest.raises(ValueError, match='needs a data sample with hole'):
        model(data['inputs'])
    data['data_samples'][1].hole = torch.zeros(8, 8, dtype=torch.bool)
    with pytest.raises(ValueError, match=r'hole 1 is \(8, 8\) and its image \(32, 32\)'):
        model(**data)
    with pytest.raises(ValueError, match='need perceptual'):
        build(perceptual=None)
    with pytest.raises(ValueError, match='to_rgb'):
        build(data_preprocessor=dict(CONFIG['data_preprocessor'], to_rgb=True))


def test_a_loss_that_is_not_finite_is_seen_before_any_part_has_made_a_step() -> None:
    model = build()
    optimisers = build_optim_wrapper(model, OPTIMIZERS)
    runner, hook = SimpleNamespace(model=model, epoch=0, iter=0), HOOKS.build(dict(type='FiniteLossHook'))
    hook.before_train(runner)
    hook.before_train_iter(runner, 0, batch())
    before = deepcopy(dict(model.named_parameters()))
    model.reconstruction_weight = float('nan')
    with pytest.raises(NonFiniteLossError, match='epoch 1, iteration 1: the loss is not finite'):
        model.train_step(batch(), optimisers)
    assert all(value.equal(before[name]) for name, value in model.named_parameters())
    hook.after_train(runner)
    model.train_step(batch(), optimisers)
    assert not all(value.equal(before[name]) for name, value in model.named_parameters())


def test_optimisers_of_parts_must_fit() -> None:
    with pytest.raises(ValueError, match='painter: HybridInpainter has no such part'):
        build_optim_wrapper(build(), dict(constructor='PartsOptimWrapperConstructor', painter=dict(optimizer=dict(type='Adam'))))
    with pytest.raises(ValueError, match='has type beside the parts'):
        build_optim_wrapper(build(), dict(OPTIMIZERS, type='OptimWrapper'))
