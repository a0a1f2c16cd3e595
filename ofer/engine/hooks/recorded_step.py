"""Whole training steps as CUDA graphs: augmentation, forward pass, backward pass and optimiser in one launch.

A small network on a fast GPU spends its time on starting kernels: hundreds of them a step, one after the other. Trainings side by side do
not help, since the GPU is given to one process after the other. A recorded step is started at once and keeps the GPU busy.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

import torch
from mmengine.dist import get_world_size
from mmengine.hooks import Hook
from mmengine.logging import MMLogger
from mmengine.model import BaseModel
from mmengine.optim import OptimWrapper, OptimWrapperDict
from mmengine.runner import Runner
from torch import Tensor

from ofer.engine.optim_wrappers.mixed_precision import MixedPrecisionOptimWrapper
from ofer.engine.optimizers import BatchedMuon
from ofer.engine.testing.unwrapping import unwrap_model
from ofer.models.layers.fixed_shapes import fixed_shapes
from ofer.models.losses.scheduled import ScheduledLoss
from ofer.registry import HOOKS
from ofer.structures import FaceSamples

Step = Callable[[], dict[str, Tensor]]
FUSED = (torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW)
OPTIMIZERS = (*FUSED, BatchedMuon)
TOTAL = 'total'
WARM_UP = 3


class CUDARecorder:
    """Runs and records functions on a stream of its own, as recording requires."""

    def __init__(self) -> None:
        self.stream = torch.cuda.Stream()

    def run(self, step: Step) -> dict[str, Tensor]:
        """Run a function without recording it."""
        self.stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(self.stream):
            results = step()
        torch.cuda.current_stream().wait_stream(self.stream)
        return results

    def record(self, step: Step) -> tuple[Callable[[], Any], dict[str, Tensor]]:
        """Record what a function launches, without running it.

        Returns:
            A function that runs it, and its results, whose tensors change with each run.

        Raises:
            RuntimeError: the function waits for the GPU. Other functions can still run.
        """
        graph, outer = torch.cuda.CUDAGraph(), torch.cuda.current_stream()
        try:
            with torch.cuda.graph(graph, stream=self.stream):
                results = step()
        except RuntimeError:
            torch.cuda.set_stream(outer)
            _renew_generator()
            raise
        return graph.replay, results


def _renew_generator() -> None:
    """Give the GPU's generator another state: after a failed recording the old one counts as recorded, and every draw raises."""
    generator = torch.cuda.default_generators[torch.cuda.current_device()]
    generator.graphsafe_set_state(torch.Generator(generator.device).manual_seed(generator.initial_seed() + 1))


class RecordedStep:
    """Replaces ``train_step`` of a model: the first steps of each shape of batch are usual ones, the next is recorded, others replay it.

    The step is ``train_step`` of the model's class. It has to get all losses from ``self.parse_losses``, and to make its steps by
    ``update_params`` of the wrappers of its optimisers. A batch whose loss is not finite changes no weight, as in a step that is not
    recorded. The norms of clipped gradients are among the results.

    Args:
        model: in training.
        recorder: a :class:`CUDARecorder`.
        warm_up: steps before the recording; the first ones choose algorithms and fill caches.
    """

    def __init__(self, model: BaseModel, recorder: CUDARecorder, warm_up: int = WARM_UP) -> None:
        self.model, self.recorder, self.warm_up = model, recorder, warm_up
        self.failed = False
        self.seen: dict[Any, int] = {}
        self.recorded: dict[Any, Callable[[dict], dict[str, Tensor]]] = {}

    def __call__(self, data: dict[str, Any], optim_wrapper: Any) -> dict[str, Tensor]:
        samples = data.get('data_samples')
        if self.failed or not isinstance(samples, FaceSamples):
            return self._usual(data, optim_wrapper)
        shapes = (data['inputs'].shape, *sorted((name, column.shape) for name, column in samples.columns.items()))
        key = (shapes, tuple(module.current for module in self.model.modules() if isinstance(module, ScheduledLoss)))
        if key not in self.recorded:
            self.seen[key] = self.seen.get(key, 0) + 1
            if self.seen[key] <= self.warm_up:
                with fixed_shapes():
                    return self._usual(data, optim_wrapper)
            try:
                self.recorded[key] = self._record(data, optim_wrapper)
            except RuntimeError as error:
                reason = str(error).splitlines()[0]
                MMLogger.get_current_instance().warning(f'Training steps are not recorded as CUDA graphs, which is slower: {reason}')
                self.failed = True
                optim_wrapper.zero_grad()
                return self._usual(data, optim_wrapper)
        return self.recorded[key](data)

    def _usual(self, data: dict[str, Any], optim_wrapper: Any) -> dict[str, Tensor]:
        return self.recorder.run(partial(type(self.model).train_step, self.model, data, optim_wrapper))

    def _record(self, data: dict[str, Any], optim_wrapper: Any) -> Callable[[dict], dict[str, Tensor]]:
        model, wrappers = self.model, wrappers_of(optim_wrapper)
        images = data['inputs'].clone()
        columns = {name: column.clone() for name, column in data['data_samples'].columns.items()}
        groups = [group for wrapper in wrappers for group in wrapper.optimizer.param_groups]
        rates = torch.tensor([float(group['lr']) for group in groups], device=images.device)

        def step() -> dict[str, Tensor]:
            samples = FaceSamples(data['data_samples'].samples, columns)
            with fixed_shapes(), _nothing_read(model, wrappers) as found:
                log = type(model).train_step(model, {'inputs': images, 'data_samples': samples}, optim_wrapper)
            return {name: value.detach() for name, value in (log | found).items()}

        floats = [group['lr'] for group in groups]
        for group, rate in zip(groups, rates.unbind(), strict=True):
            group['lr'] = rate
        try:
            replay, results = self.recorder.record(step)
        finally:
            for group, value in zip(groups, floats, strict=True):
                group['lr'] = value

        def replayed(given: dict[str, Any]) -> dict[str, Tensor]:
            images.copy_(given['inputs'])
            for name, column in columns.items():
                column.copy_(given['data_samples'].columns[name])
            rates.copy_(torch.tensor([float(group['lr']) for group in groups], pin_memory=rates.is_cuda), non_blocking=True)
            replay()
            model.parse_losses({'loss': results[TOTAL]})  # hooks may check the loss here
            return {name: value.clone() for name, value in results.items() if name != TOTAL}

        return replayed


def wrappers_of(optim_wrapper: Any) -> list[OptimWrapper]:
    """The wrappers of all optimisers of a model: one, or several in an ``OptimWrapperDict``."""
    return list(optim_wrapper.values()) if isinstance(optim_wrapper, OptimWrapperDict) else [optim_wrapper]


@contextmanager
def _nothing_read(model: BaseModel, wrappers: Sequence[OptimWrapper]) -> Iterator[dict[str, Tensor]]:
    """Inside, a training step reads no loss and no norm of gradients; a loss that is not finite changes no weight from there on.

    Yields:
        The sum of all losses as ``TOTAL``, and the norms by their names in the log. Filled by the step.
    """
    found: dict[str, Tensor] = {}
    optimizers = [wrapper.optimizer for wrapper in wrappers]

    def parse_losses(losses: dict[str, Any]) -> tuple[Tensor, dict[str, Tensor]]:
        total, log = type(model).parse_losses(model, losses)  # not that of the model: a check of the loss would wait for the GPU
        found[TOTAL] = total.detach() + found.get(TOTAL, 0)
        for optimizer in optimizers:
            optimizer.found_inf = (~torch.isfinite(found[TOTAL])).float()  # the fused optimisers make no step then
        return total, log

    def clip(wrapper: OptimWrapper, parameters: Sequence[Tensor], **settings: Any) -> None:
        norm = clips[wrapper](parameters, **settings)
        if norm is not None:
            found[wrapper.grad_name] = norm  # not returned: mmengine would read it for its log

    clips = {wrapper: wrapper.clip_func for wrapper in wrappers if wrapper.clip_grad_kwargs}
    with ExitStack() as stack:
        stack.enter_context(_replaced(model, parse_losses=parse_losses))
        for wrapper in clips:
            stack.enter_context(_replaced(wrapper, clip_func=partial(clip, wrapper)))
        for optimizer in optimizers:
            stack.enter_context(_replaced(optimizer, found_inf=None))
            if not isinstance(optimizer, FUSED):
                stack.callback(optimizer.register_step_pre_hook(_skip_if_not_finite).remove)
        yield found


@contextmanager
def _replaced(owner: Any, **attributes: Any) -> Iterator[None]:
    """Inside, an object has other attributes."""
    kept = {name: vars(owner)[name] for name in attributes if name in vars(owner)}
    vars(owner).update(attributes)
    try:
        yield
    finally:
        for name in attributes:
            del vars(owner)[name]
        vars(owner).update(kept)


def _skip_if_not_finite(optimizer: torch.optim.Optimizer, *_: Any) -> None:
    """Set rates and gradients to 0 where ``found_inf`` is 1, without a decision in Python: for optimisers that do not look at it."""
    for group in optimizer.param_groups:
        group['lr'] = group['lr'] * (1 - optimizer.found_inf)  # type: ignore[attr-defined]
        for parameter in group['params']:
            if parameter.grad is not None:
                parameter.grad.masked_fill_(optimizer.found_inf.bool(), 0)  # type: ignore[attr-defined]


def _make_recordable(optimizer: torch.optim.Optimizer) -> None:
    """Choose the form of an optimiser that can be recorded; its state may be from another form."""
    for group in optimizer.param_groups:
        if isinstance(optimizer, FUSED):
            group.update(fused=True, foreach=False)
        if 'capturable' in group:
            group['capturable'] = True
    for parameter, state in optimizer.state.items():
        if 'step' in state:  # on the CPU in the state of a usual training
            state['step'] = torch.as_tensor(state['step'], dtype=torch.float32).to(parameter.device)


@HOOKS.register_module()
class RecordedStepHook(Hook):
    """Records the training step of a model whose batches come from :class:`~ofer.datasets.ImageTable`, on one GPU.

    A step that cannot be recorded runs as usual, and the log says why. Python does not run during a replay: what a part of the model
    draws with Python's or NumPy's random numbers, or counts in Python, stays as it was in the recorded step. Parts whose work depends on
    values compute everything instead (:mod:`ofer.models.layers.fixed_shapes`). A model with a ``train_step`` of its own is recorded if it
    has ``recordable = True``.
    """

    def before_train(self, runner: Runner) -> None:
        """Replace ``train_step``."""
        obstacle = record_steps(unwrap_model(runner.model), runner.optim_wrapper, runner.param_schedulers)
        if obstacle:
            runner.logger.info(f'Training steps are not recorded as CUDA graphs: {obstacle}')

    def after_train(self, runner: Runner) -> None:
        """Restore the usual step."""
        keep_usual_steps(unwrap_model(runner.model))


def record_steps(model: BaseModel, wrapper: Any, schedulers: Any) -> str:
    """Replace ``train_step`` of a model by a recording one, and prepare its optimiser.

    Args:
        model: in training.
        wrapper: its optimiser.
        schedulers: of the runner: a list, or a dict of lists.

    Returns:
        Why the steps cannot be recorded; empty if they are.
    """
    obstacle = obstacle_of(model, wrapper, schedulers)
    if not next(model.parameters()).is_cuda:
        obstacle = 'the model is not on a GPU'
    if obstacle:
        return obstacle
    for one in wrappers_of(wrapper):
        _make_recordable(one.optimizer)
    model.train_step = RecordedStep(model, CUDARecorder())
    return ''


def keep_usual_steps(model: BaseModel) -> None:
    """Undo :func:`record_steps`."""
    vars(model).pop('train_step', None)


def obstacle_of(model: BaseModel, wrapper: Any, schedulers: Any) -> str:
    """Why the steps of a model cannot be recorded, whatever its device; empty if they can. Arguments as in :func:`record_steps`."""
    if get_world_size() > 1:
        return 'several processes train together'
    if type(model).train_step is not BaseModel.train_step and not getattr(model, 'recordable', False):
        return f'{type(model).__name__} has a train_step of its own'
    for one in wrappers_of(wrapper):
        if type(one) not in (OptimWrapper, MixedPrecisionOptimWrapper) or getattr(one, 'dtype', None) is torch.float16:
            return f'the optimiser wrapper is {type(one).__name__}, and neither OptimWrapper nor MixedPrecisionOptimWrapper in bfloat16'
        if type(one.optimizer) not in OPTIMIZERS:
            return f'the optimiser is {type(one.optimizer).__name__}; {", ".join(kind.__name__ for kind in OPTIMIZERS)} can be recorded'
        if one._accumulative_counts > 1:
            return 'gradients are accumulated'
    found = [one for several in schedulers.values() for one in several] if isinstance(schedulers, dict) else schedulers or ()
    if any(one.param_name != 'lr' for one in found):
        return 'a schedule changes more than the learning rate'
    return ''
