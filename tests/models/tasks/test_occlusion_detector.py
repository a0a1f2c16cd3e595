"""Training and use of the occlusion detectors, with the hook that makes their passes."""

from types import SimpleNamespace

import pytest
import torch
from torch import nn

from ofer.engine.hooks import OneClassHook
from ofer.engine.runner import Runner
from ofer.models.layers.input_format import InputFormat
from ofer.registry import MODELS
from ofer.structures import FaceSample

VIT = dict(type='MaskedViT', img_size=32, patch_size=8, embed_dims=12, depth=1, num_heads=2)
CONVOLUTIONS = dict(type='ConvStemViT', img_size=32, widths=(4, 4, 4), embed_dims=12, depth=1, num_heads=2)
LATENTS = dict(type='LatentPrior', network=VIT, input_format=dict(size=32))
VARIANTS = dict(
    svdd=dict(latents=LATENTS, detector=dict(type='ViTSVDD', in_channels=12, hidden=(8,))),
    pasted=dict(
        encoder=CONVOLUTIONS,
        detector=dict(type='ViTSVDD', in_channels=12, classifies=True),
        pasting=dict(),
    ),
    ocsvm=dict(latents=LATENTS, detector=dict(type='LatentOneClassSVM', in_channels=12, samples=50)),
    patch_svdd=dict(detector=dict(type='PatchSVDD', patch_size=8, dims=8, width=4, memory=32)),
)
every_variant = pytest.mark.parametrize('name', VARIANTS)


def build(name: str) -> nn.Module:
    torch.manual_seed(0)
    preprocessor = dict(type='ClsDataPreprocessor', mean=[120, 120, 120], std=[60, 60, 60], to_rgb=False)
    return MODELS.build(dict(type='OcclusionDetector', data_preprocessor=preprocessor, **VARIANTS[name]))


def batches() -> list[dict]:
    generator = torch.Generator().manual_seed(0)
    images = [torch.randint(0, 256, (3, 32, 32), generator=generator).byte() for _ in range(8)]
    return [dict(inputs=images[i : i + 4], data_samples=[FaceSample() for _ in range(4)]) for i in (0, 4)]


def train(model: nn.Module) -> SimpleNamespace:
    """What the runner does, in short."""
    runner = SimpleNamespace(model=model, train_loop=SimpleNamespace(dataloader=batches()), epoch=0, max_epochs=1)
    hook = OneClassHook()
    hook.is_last_train_epoch = lambda runner: True
    hook.before_train(runner)
    parameters = [p for p in model.parameters() if p.requires_grad]
    for batch in runner.train_loop.dataloader:
        model.train()
        loss = model(**model.data_preprocessor(batch, True), mode='loss')['loss']
        assert loss.requires_grad
        loss.backward()
        if parameters:
            torch.optim.SGD(parameters, 1e-3).step()
    hook.after_train_epoch(runner)
    return runner


@every_variant
def test_trains_predicts_and_goes_through_a_checkpoint(name: str) -> None:
    model = build(name)
    inputs = model.data_preprocessor(batches()[0])['inputs']
    with pytest.raises(ValueError, match='no threshold'):
        model.eval()(inputs, mode='predict')
    train(model)
    out = model.eval()(inputs, mode='predict')
    assert out[0].occlusion_score.shape == out[0].pred_occlusion.shape == (4, 4)
    assert out[0].pred_occlusion.dtype == torch.bool
    assert not out[0].occlusion_score.requires_grad
    assert torch.equal(model(inputs)[0], out[0].occlusion_score)
    heat = model.heat_map(inputs)
    assert heat.shape == (4, 32, 32)
    flagged = torch.stack([sample.pred_occlusion.any() for sample in out])
    assert not (heat.amax((1, 2)) > 0)[~flagged].any()  # interpolation may hide a narrow excess, and adds none
    fresh = build(name).eval()
    fresh.load_state_dict(model.state_dict())
    again = fresh(inputs, mode='predict')
    assert all(torch.equal(a.pred_occlusion, b.pred_occlusion) for a, b in zip(again, out, strict=True))


def test_what_is_trained() -> None:
    assert not any(p.requires_grad for p in build('svdd').latents.parameters())
    assert all(p.requires_grad for p in build('pasted').encoder.blocks.parameters())
    with pytest.raises(ValueError, match='not both'):
        MODELS.build(
            dict(
                type='OcclusionDetector', data_preprocessor=dict(type='ClsDataPreprocessor'), encoder=LATENTS, latents=LATENTS, detector={}
            )
        )


def test_a_resumed_training_keeps_its_center() -> None:
    model = build('svdd')
    center = train(model).model.detector.center.clone()
    nn.init.normal_(model.detector.phi[0].weight)
    OneClassHook().before_train(SimpleNamespace(model=model, train_loop=SimpleNamespace(dataloader=batches())))
    assert torch.equal(model.detector.center, center)


def test_patch_svdd_learns_nothing_from_pasted_pieces() -> None:
    model = build('patch_svdd')
    model.pasting = {}
    with pytest.raises(ValueError, match='remove pasting'):
        model(**model.data_preprocessor(batches()[0]), mode='loss')


def test_images_are_enlarged_after_pasting(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = {}

    def spy(images: torch.Tensor, **settings: object) -> tuple[torch.Tensor, torch.Tensor]:
        seen['pasted on'] = images.shape[-1]
        return images, torch.zeros(len(images), *images.shape[-2:]).bool()

    monkeypatch.setattr('ofer.models.tasks.occlusion_detector.paste_pieces', spy)
    model = build('pasted')
    model.resize, model.pasting = InputFormat(32), {}
    model.encoder.register_forward_pre_hook(lambda _, inputs: seen.update(looked_at=inputs[0].shape[-1]))
    model.detector.center.zero_()
    model(torch.zeros(2, 3, 24, 24), mode='loss')
    assert seen == {'pasted on': 24, 'looked_at': 32}


def test_marked_occluders_are_targets_besides_pasted_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = torch.zeros(2, 32, 32, dtype=torch.bool)
    pieces[:, :8, :8] = True
    monkeypatch.setattr('ofer.models.tasks.occlusion_detector.paste_pieces', lambda images: (images, pieces))
    model = build('pasted')
    seen = []
    monkeypatch.setattr(model.detector, 'loss', lambda features, covered=None: seen.append(covered))
    samples = [FaceSample() for _ in range(2)]
    for sample in samples:
        sample.gt_occlusion = torch.zeros(32, 32, dtype=torch.bool)
    images = torch.zeros(2, 3, 32, 32)
    model(images, samples, mode='loss')
    samples[0].gt_occlusion[16:] = True
    model(images, samples, mode='loss')
    model.pasting = None
    model(images, samples, mode='loss')
    marked = torch.stack([sample.gt_occlusion for sample in samples])
    for covered, expected in zip(seen, (pieces, pieces | marked, marked), strict=True):
        assert torch.equal(covered, expected)
    samples[0].gt_occlusion[:] = False
    model(images, samples, mode='loss')
    assert seen[-1] is None


def test_the_threshold_is_found_on_faces_of_its_own() -> None:
    model = build('svdd')
    train(model)
    from_training = model.detector.threshold.clone()
    others = [{**batch, 'inputs': [255 - image for image in batch['inputs']]} for batch in batches()]
    runner = SimpleNamespace(
        model=model, epoch=0, max_epochs=1, build_dataloader=lambda config: others if config['dataset'] == {} else None
    )
    OneClassHook(dataset={}).after_train_epoch(runner)
    assert model.detector.threshold != from_training
    model.detector.threshold.copy_(from_training)
    for batch in others:
        model.detector.review(model.features(model.data_preprocessor(batch)['inputs']))
    expected = model.detector._reviewed.copy()
    model.detector.conclude()
    assert len(expected) == len(others)
    found = model.detector.threshold.clone()
    OneClassHook(dataset={}).after_train_epoch(runner)
    assert model.detector.threshold == found


def test_bad_calls() -> None:
    with pytest.raises(ValueError, match='tensor, loss or predict'):
        build('svdd')(torch.zeros(1, 3, 32, 32), mode='train')
    with pytest.raises(ValueError, match='interval=0'):
        OneClassHook(interval=0)


def test_through_the_runner(tmp_path: object) -> None:
    """Two epochs on drawn faces; the checkpoint holds centre and radius."""
    from mmengine.registry import init_default_scope

    from ofer import compat

    init_default_scope('ofer')
    data = dict(type='SyntheticFaces', size=48, length=4, pipeline=[dict(type='LoadFace'), dict(type='PackFace')])
    loader = dict(batch_size=2, num_workers=0, sampler=dict(type='DefaultSampler', shuffle=True), dataset=data)
    runner = Runner(
        model=build('svdd'),
        work_dir=str(tmp_path),
        train_dataloader=loader,
        train_cfg=dict(by_epoch=True, max_epochs=2),
        optim_wrapper=dict(optimizer=dict(type='SGD', lr=1e-3)),
        custom_hooks=[dict(type='OneClassHook', interval=2)],
        default_scope='ofer',
        experiment_name='one_class',
        log_level='ERROR',
    )
    runner.train()
    state = compat.load_checkpoint(tmp_path / 'epoch_2.pth')['state_dict']
    assert state['detector.threshold'] > 0
    assert state['detector.center'].isfinite().all()
    assert torch.isnan(compat.load_checkpoint(tmp_path / 'epoch_1.pth')['state_dict']['detector.threshold'])
