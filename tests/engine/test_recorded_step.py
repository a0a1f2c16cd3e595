import copy
from contextlib import nullcontext

import pytest
import torch
from mmengine.optim import OptimWrapper, build_optim_wrapper
from mmengine.registry import init_default_scope
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from ofer.engine.config import read_config
from ofer.engine.finite import NonFiniteLossError
from ofer.engine.hooks.finite_loss import FiniteLossHook
from ofer.engine.hooks.recorded_step import CUDARecorder, RecordedStep, RecordedStepHook, _make_recordable, obstacle_of, wrappers_of
from ofer.engine.optim_wrappers import MixedPrecisionOptimWrapper
from ofer.engine.optimizers import BatchedMuon
from ofer.models.layers.fixed_shapes import fixed_shapes
from ofer.registry import MODELS
from ofer.structures import FaceSample, FaceSamples

DRAWN = dict(type='BatchPasting', number=4, size=16, source=dict(type='DrawOccluders', face=(0.5, 0.54, 0.42)), prob=0.5)
AUGMENTATIONS = [
    dict(type='BatchAffine'),
    DRAWN,
    dict(type='BatchErasing', fills=('mean', 'black', 'grey', 'noise', 'face')),
    dict(type='BatchLight', blur=0.3),
    dict(type='BatchMixup'),
]


@pytest.fixture(autouse=True)
def capturable_on_cpus(monkeypatch):
    """Optimisers of timm refuse their form for CUDA graphs elsewhere; the arithmetic is the same."""
    monkeypatch.setattr('timm.optim._helpers._get_capturable_supported_devices', lambda **_: ['cpu'])


class Muon(BatchedMuon):
    """With the step that it has on GPUs."""

    def step(self, closure=None):
        self.batched_step()


class Repeats:
    """Stands in for a GPU: a replay runs the function again, with the tensors that the recording had.

    Args:
        optimizers: their rates are among these tensors.
    """

    def __init__(self, *optimizers) -> None:
        self.runs = self.replays = 0
        self.groups = [group for optimizer in optimizers for group in optimizer.param_groups]

    def run(self, step):
        self.runs += 1
        return step()

    def record(self, step):
        results = {}
        recorded = [group['lr'] for group in self.groups]

        def replay():
            self.replays += 1
            given = [group['lr'] for group in self.groups]
            for group, rate in zip(self.groups, recorded, strict=True):
                group['lr'] = rate
            results.update(step())
            for group, rate in zip(self.groups, given, strict=True):
                group['lr'] = rate

        return replay, results


class Refuses(Repeats):
    def record(self, step):
        raise RuntimeError('operation not permitted when stream is capturing\nmore')


def small_config(augmentations):
    config = read_config('configs/baselines/ir48_ferplus.py')
    config.model.backbone.update(arch=dict(stem=4, units=(1, 1, 1, 1), channels=(4, 4, 8, 8), strides=(1, 2, 2, 2), plain=True))
    config.model.tokens.update(in_channels=8, embed_dims=8)
    config.model.head.update(in_channels=8)
    config.model.occlusion_head.update(in_channels=(8, 8), channels=4)
    config.model.data_preprocessor.augmentations = augmentations
    return config


def network(augmentations=AUGMENTATIONS):
    torch.manual_seed(0)
    return MODELS.build(small_config(augmentations).model)


def batches(number, size=6):
    generator = torch.Generator().manual_seed(0)
    for _ in range(number):
        images = torch.randint(256, (size, 1, 48, 48), generator=generator, dtype=torch.uint8)
        labels = torch.randint(8, (size, 1), generator=generator)
        samples = [FaceSample(metainfo=dict(img_path=f'{i}.png')) for i in range(size)]
        yield {'inputs': images, 'data_samples': FaceSamples(samples, {'gt_label': labels, 'gt_score': torch.eye(8)[labels[:, 0]]})}


def wrapped(model, kind='SGD'):
    if kind == 'SGD':
        return OptimWrapper(torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, nesterov=True, fused=True))
    return OptimWrapper(Muon(model.parameters(), lr=0.1, weight_decay=0.1, nesterov=True, capturable=True))


def trained(model, step, wrapper, rates):
    losses = []
    for number, (rate, data) in enumerate(zip(rates, batches(len(rates)), strict=True)):
        torch.manual_seed(number)
        for one in wrappers_of(wrapper):
            for group in one.optimizer.param_groups:
                group['lr'] = rate
        log = {name: float(value.detach()) for name, value in step(data, wrapper).items()}
        for one in wrappers_of(wrapper):
            if one.clip_grad_kwargs and 'grad_norm' not in log:  # usual steps write it themselves
                log['grad_norm'] = one.message_hub.get_scalar('train/grad_norm').current()
        losses.append(log)
    return losses


@pytest.mark.parametrize('kind', ['SGD', 'Muon'])
def test_a_recorded_training_is_the_usual_one(kind):
    usual = network()
    recorded = copy.deepcopy(usual)
    rates = [rate * (1 if kind == 'SGD' else 0.02) for rate in (0.1, 0.1, 0.05, 0.02, 0.01, 0.3)]
    wrapper = wrapped(recorded, kind)
    recorder = Repeats(wrapper.optimizer)
    ours = trained(recorded, RecordedStep(recorded, recorder, warm_up=2), wrapper, rates)
    theirs = trained(usual, usual.train_step, wrapped(usual, kind), rates)
    assert (recorder.runs, recorder.replays) == (2, 4)
    close = 1e-6 if kind == 'SGD' else 1e-3  # Muon's products are bfloat16, and a rate in a tensor rounds otherwise
    assert ours == [pytest.approx(one, rel=close) for one in theirs]
    left = recorded.state_dict()
    for name, value in usual.state_dict().items():
        torch.testing.assert_close(left[name], value, rtol=10 * close, atol=10 * close, msg=name)


def test_every_shape_of_batch_has_its_own_recording():
    model, recorder = network(), Repeats()
    step, wrapper = RecordedStep(model, recorder, warm_up=1), wrapped(model)
    for size in (6, 4, 6, 4):
        step(next(batches(1, size)), wrapper)
    assert (recorder.runs, recorder.replays, len(step.recorded)) == (2, 2, 2)


def test_a_list_of_samples_is_never_recorded():
    model, recorder = network(), Repeats()
    step, wrapper = RecordedStep(model, recorder, warm_up=0), wrapped(model)
    data = next(batches(1))
    step(data | {'data_samples': list(data['data_samples'])}, wrapper)
    assert recorder.runs == 1
    assert not step.recorded


def test_what_cannot_be_recorded_runs_as_usual():
    model, recorder = network(), Refuses()
    step, wrapper = RecordedStep(model, recorder, warm_up=1), wrapped(model)
    losses = [float(step(data, wrapper)['loss'].detach()) for data in batches(3)]
    assert recorder.runs == 3
    assert step.failed
    assert all(loss > 0 for loss in losses)


@pytest.mark.parametrize('kind', ['SGD', 'Muon'])
def test_a_loss_that_is_not_finite_changes_no_weight_and_is_reported(kind):
    model = network()
    wrapper = wrapped(model, kind)
    step = RecordedStep(model, Repeats(wrapper.optimizer), warm_up=1)
    runner = type('Runner', (), dict(model=model, epoch=0, iter=0))
    hook = FiniteLossHook()
    hook.before_train(runner)
    given = list(batches(3))
    for data in given[:2]:
        step(data, wrapper)
    before = copy.deepcopy(dict(model.named_parameters()))
    hook.before_train_iter(runner, 0, given[2])
    given[2]['data_samples'].columns['gt_score'].fill_(torch.nan)
    with pytest.raises(NonFiniteLossError, match=r'0\.png'):
        step(given[2], wrapper)
    assert all(torch.equal(value, before[name]) for name, value in model.named_parameters())


class Waits(TorchDispatchMode):
    """Notes what would make a GPU wait for the CPU, or the other way round."""

    NAMES = ('_local_scalar_dense', 'nonzero', 'lift_fresh', 'masked_select', 'unique', 'item')

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        name = function.overloadpacket.__name__
        if name in self.NAMES or (name == 'index' and any(i is not None and i.dtype == torch.bool for i in args[1])):
            self.found.append(name)
        return function(*args, **(kwargs or {}))


class Reads(TorchFunctionMode):
    """Notes what :class:`Waits` does not see on a CPU."""

    NAMES = ('tolist', 'numpy', 'cpu')

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if getattr(function, '__name__', '') in self.NAMES:
            self.found.append(function.__name__)
        return function(*args, **(kwargs or {}))


class Watches(Repeats):
    def record(self, step):
        with torch.device('meta'), Waits() as waits, Reads() as reads:  # what is made without a device does not fit the other tensors
            step()
        self.found = waits.found + reads.found
        return (lambda: None), {'total': torch.zeros(())}


def waits_of(model, wrapper):
    recorder = Watches()
    step = RecordedStep(model, recorder, warm_up=1)  # the first step fills the caches
    for data in batches(3):  # the second one too, if the phase of a loss begins with the first
        step(data, wrapper)
    assert not step.failed
    return recorder.found


@pytest.mark.parametrize('kind', ['SGD', 'Muon'])
def test_no_part_of_a_step_waits_for_the_gpu(kind):
    model = network()
    assert not waits_of(model, MixedPrecisionOptimWrapper(wrapped(model, kind).optimizer))


def test_teachers_do_not_make_a_step_wait(tmp_path):
    teacher = network([])
    torch.save({'state_dict': teacher.state_dict()}, tmp_path / 'teacher.pth')
    config = small_config([])
    model = network([dict(type='TeacherLabels', teacher=config.model.to_dict(), checkpoints=[str(tmp_path / 'teacher.pth')])])
    assert not waits_of(model, wrapped(model))


@pytest.mark.parametrize('name', ['orsanet_48_ferplus', 'orsanet_slim_ferplus'])
def test_a_small_orsanet_with_both_priors_and_dare_does_not_wait(name):
    config = read_config(f'configs/{name}.py')
    config.model.parsing_prior.checkpoint = config.model.landmark_prior.checkpoint = None
    config.model.head.loss.phases = config.model.head.loss.phases[-1:]
    config.model.data_preprocessor.augmentations = AUGMENTATIONS
    model = MODELS.build(config.model)
    assert not waits_of(model, wrapped(model))


def small_stage(name):
    """The model of a stage of Latent-OFER in small sizes, and its optimisers in full precision."""
    init_default_scope('ofer')
    config = read_config(f'configs/latent_ofer/latent_ofer_{name}_48_ferplus.py')
    model, wrapper = config.model, config.optim_wrapper
    for augmentation in model.data_preprocessor.augmentations:
        if augmentation.type == 'BatchPasting':
            augmentation.update(number=4, size=16)
            augmentation.source = DRAWN['source']
    coarse = model.coarse if name == 'inpainter' else model
    if name == 'fer':
        model.encoder.checkpoint = None
    elif name == 'svdd_pasted':
        model.encoder.update(widths=(4, 4, 8), embed_dims=12, depth=1)
        model.detector.update(in_channels=12, hidden=(8,))
    else:
        coarse.encoder.update(embed_dims=16, depth=2, num_heads=2)
        coarse.decoder.update(in_dims=16, embed_dims=12, depth=1)
        coarse.checkpoint = None
    if name == 'inpainter':
        model.generator.update(base_channels=4, max_channels=8)
        model.discriminators.image.update(base_channels=4)
        model.semantic.update(checkpoint=None, classifier=small_config([]).model)
    torch.manual_seed(0)
    built = MODELS.build(model)
    if name == 'svdd_pasted':
        built.detector.center.fill_(0.3)
    return built.train(), wrapper


def stage_optimizers(model, config):
    for part in [config[name] for name in ('generator', 'discriminators')] if 'generator' in config else [config]:
        part.dtype = 'float32'
    wrapper = build_optim_wrapper(model, copy.deepcopy(config))
    assert not obstacle_of(model, wrapper, [])
    for one in wrappers_of(wrapper):
        _make_recordable(one.optimizer)
    return wrapper


STAGES = ['mae', 'svdd_pasted', 'inpainter']


@pytest.mark.parametrize('name', STAGES)
def test_no_stage_of_latent_ofer_waits(name):
    model, config = small_stage(name)
    assert not waits_of(model, stage_optimizers(model, config))


def test_the_classifier_of_latent_ofer_does_not_wait():
    model, _ = small_stage('fer')
    assert not waits_of(model, wrapped(model, 'Muon'))


@pytest.mark.parametrize('name', STAGES)
def test_a_recorded_training_of_a_stage_is_the_usual_one(name):
    usual, config = small_stage(name)
    recorded = copy.deepcopy(usual)
    rates = [1e-3, 2e-3, 1e-3, 5e-4]
    wrapper = stage_optimizers(recorded, config)
    recorder = Repeats(*(one.optimizer for one in wrappers_of(wrapper)))
    ours = trained(recorded, RecordedStep(recorded, recorder, warm_up=2), wrapper, rates)
    with fixed_shapes() if name == 'svdd_pasted' else nullcontext():  # its random forms differ without
        theirs = trained(usual, usual.train_step, stage_optimizers(usual, config), rates)
    assert (recorder.runs, recorder.replays) == (2, 2)
    assert ours == [pytest.approx(one, rel=1e-4) for one in theirs]
    assert 'grad_norm' in ours[-1]
    left = recorded.state_dict()
    for key, value in usual.state_dict().items():
        if not key.endswith('bias'):  # Adam moves biases before a norm, whose gradients are rounding errors
            torch.testing.assert_close(left[key], value, rtol=1e-4, atol=1e-4, equal_nan=True, msg=key)


def test_a_loss_of_a_painter_that_is_not_finite_changes_no_weight():
    model, config = small_stage('inpainter')
    wrapper = stage_optimizers(model, config)
    step = RecordedStep(model, Repeats(*(one.optimizer for one in wrappers_of(wrapper))), warm_up=1)
    given = list(batches(3))
    for data in given[:2]:
        step(data, wrapper)
    with torch.no_grad():
        model.generator.stem.bias[0] = torch.nan
    before = copy.deepcopy(dict(model.named_parameters()))
    assert step(given[2], wrapper)['loss'].isnan()
    assert all(value.equal(before[name]) for name, value in model.named_parameters() if name != 'generator.stem.bias')


@pytest.mark.skipif(not torch.cuda.is_available(), reason='a recording fails only on a GPU')
def test_after_a_recording_that_failed_steps_run_as_usual_on_a_gpu():
    recorder = CUDARecorder()
    numbers = torch.ones(3, device='cuda')
    with pytest.raises(RuntimeError):
        recorder.record(lambda: {'loss': numbers * torch.rand(3, device='cuda') * float(numbers.sum())})
    outer = torch.cuda.current_stream()
    assert recorder.run(lambda: {'loss': torch.rand(3, device='cuda')})['loss'].isfinite().all()
    assert torch.cuda.current_stream() == outer
    replay, results = recorder.record(lambda: {'loss': numbers * 2})
    replay()
    assert results['loss'].tolist() == [2.0, 2.0, 2.0]


@pytest.mark.parametrize(
    ('change', 'reason'),
    [
        (dict(clip_grad=dict(max_norm=1.0)), ''),
        (dict(accumulative_counts=2), 'accumulated'),
        (dict(optimizer=torch.optim.RMSprop), 'RMSprop'),
        (dict(optimizer=BatchedMuon), ''),
        (dict(), ''),
    ],
)
def test_obstacles_are_named(change, reason):
    model = network()
    kind = change.pop('optimizer', torch.optim.SGD)
    found = obstacle_of(model, OptimWrapper(kind(model.parameters(), lr=0.1), **change), [])
    assert reason in found
    assert bool(reason) == bool(found)


def test_on_a_cpu_the_hook_says_why_it_does_nothing():
    model = network()
    messages = []
    runner = type(
        'Runner',
        (),
        dict(model=model, optim_wrapper=wrapped(model), param_schedulers=None, logger=type('Logger', (), dict(info=messages.append))),
    )
    hook = RecordedStepHook()
    hook.before_train(runner)
    hook.after_train(runner)
    assert 'not on a GPU' in messages[0]
    assert 'train_step' not in vars(model)
