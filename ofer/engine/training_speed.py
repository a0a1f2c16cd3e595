"""Speed of training steps: the way of ORSANet's published code against ours, as a share of the device's peak speed.

Each row is one way of training at one batch size: precision, memory layout, how often the frozen priors are computed, compilation.
Images are random and on the device, frozen parts have random weights: only the step is timed (for SAM both passes, and the optimiser).
"""

import gc
import json
import signal
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from mmengine.config import Config
from mmengine.model import BaseModel

from ofer.engine.benchmark import cached, hardware, peak_memory, random_batch, reading, timed, training_step
from ofer.engine.checkpoints.atomic_backend import AtomicBackend
from ofer.engine.graphs import graphed_parts
from ofer.engine.hooks.compile import compile_parts, uncompile_parts
from ofer.engine.peak_speed import Peak, peak_of
from ofer.engine.precision import supported_dtype
from ofer.evaluation.complexity import Complexity, complexity
from ofer.evaluation.report import markdown_table

PASSES = {'both': 2, 'once': 1, 'cached': 0}
"""How many times in a step of SAM the frozen priors are computed."""
LAST_EPOCH = 10**6
"""A loss that changes with the epoch is timed in its last phase."""


@dataclass(frozen=True)
class Way:
    """One way of training.

    Attributes:
        name: for the table.
        priors: ``both`` computes the frozen priors in both passes of SAM, ``once`` in the first, ``cached`` reads them.
        dtype: of the forward pass.
        channels_last: layout of the weights of convolutions.
        compiled: by ``torch.compile``.
        graphed: the trained parts are CUDA graphs, see :mod:`ofer.engine.graphs`.
    """

    name: str
    priors: str = 'both'
    dtype: str = 'float32'
    channels_last: bool = False
    compiled: bool = False
    graphed: bool = False


PUBLISHED = Way('as published')
WAYS = (
    PUBLISHED,
    Way('ours, as CUDA graphs', 'cached', 'bfloat16', channels_last=True, graphed=True),
    Way('ours, neither graphs nor compiled', 'cached', 'bfloat16', channels_last=True),
    Way('ours, compiled', 'cached', 'bfloat16', channels_last=True, compiled=True),
    Way('as published, priors once', 'once'),
)
"""The most important first: a run that is stopped has written those before."""


@dataclass
class Row:
    """Result of one way at one batch size. Times are of one step; ``problem`` is empty if it was measured."""

    way: Way
    batch: int
    images_per_second: float = float('nan')
    milliseconds: float = float('nan')
    steps: int = 0
    warm_up_seconds: float = float('nan')
    memory_mib: float = float('nan')
    tflops: float = float('nan')
    peak_tflops: float = float('nan')
    problem: str = ''


class Overdue(BaseException):
    """A row took longer to start than its limit. No ``Exception``: the compiler, which it interrupts, would wrap it in one of its own."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise :class:`Overdue` inside the block after that time; only in the main thread, on systems with alarms."""

    def stop(*_: Any) -> None:
        raise Overdue(f'not ready after {seconds:g} s')

    if not hasattr(signal, 'setitimer'):
        yield
        return
    old = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)


def step_flops(cost: Complexity, priors: str, sam: bool = True) -> int:
    """FLOPs of a training step, for one image: a backward pass costs twice its forward pass, and frozen parts have none.

    Args:
        cost: multiply-adds of one prediction.
        priors: as in :class:`Way`.
        sam: two passes instead of one.

    Example:
        >>> from ofer.evaluation.complexity import Cost
        >>> step_flops(Complexity(trained=Cost(0, (), 0, 10), frozen=Cost(0, (), 0, 7)), 'both')
        148
    """
    return 2 * ((2 if sam else 1) * 3 * cost.trained.multiply_adds + PASSES[priors] * cost.frozen.multiply_adds)


def measure(model: BaseModel, config: Config, way: Way, data: dict[str, Any], device: str, limit: float, seconds: float) -> Row:
    """Time the steps of one way.

    Args:
        model: on the device.
        config: with the optimiser.
        way: how to train.
        data: a batch, on the device.
        device: ``cpu`` or ``cuda``.
        limit: seconds for the first two steps, compilation included.
        seconds: for the timed steps, of which there are at least three.
    """
    row = Row(way, len(data['inputs']))
    with ExitStack() as stack:
        model.to(memory_format=torch.channels_last if way.channels_last else torch.contiguous_format)
        if way.compiled:
            torch._dynamo.reset()
            compile_parts(model, trained=True, by_block=True)
            stack.callback(uncompile_parts, model)
        step: Callable[[], Any] = training_step(model, config, data, precompute=way.priors != 'both', dtype=way.dtype)
        if way.priors == 'cached':
            cache = cached(model, data, stack.enter_context(TemporaryDirectory()), device)
            step = reading(model, cache, step, device)
        started = time.perf_counter()
        with limited(limit):
            if way.graphed:
                stack.enter_context(graphed_parts(model, step, getattr(torch, way.dtype)))
            for _ in range(2):
                timed(step, device)
        row.warm_up_seconds = time.perf_counter() - started
        times: list[float] = []
        with peak_memory(device) as peak:
            while len(times) < 3 or sum(times) < seconds:
                times.append(timed(step, device).wall)
    row.steps, row.milliseconds, row.memory_mib = len(times), 1000 * statistics.median(times), peak[0]
    row.images_per_second = row.batch / statistics.median(times)
    return row


def training_speed(
    model: BaseModel,
    config: Config,
    sizes: Sequence[int],
    image_size: int,
    device: str,
    ways: Sequence[Way] = WAYS,
    limit: float = 60,
    seconds: float = 1.5,
    budget: float = float('inf'),
) -> Iterator[dict[str, Any]]:
    """Measure all ways at all batch sizes, and yield the report after each.

    Args:
        model: of the config, on the device; trained by SAM, with frozen priors.
        config: of the experiment.
        sizes: batch sizes.
        image_size: height and width, pixels.
        device: ``cpu`` or ``cuda``.
        ways: in the order in which they are measured. On CPUs without bfloat16 instructions those in bfloat16 are in float32.
        limit: seconds for the first two steps of a row, compilation included.
        seconds: for the timed steps of a row.
        budget: no row is started after so many seconds.
    """
    started = time.perf_counter()
    for module in model.modules():
        if hasattr(module, 'set_epoch'):
            module.set_epoch(LAST_EPOCH)
    torch.backends.cudnn.benchmark = bool(config.get('env_cfg', {}).get('cudnn_benchmark'))
    cost = complexity(model, torch.randn(1, 3, image_size, image_size, device=device))
    peaks: dict[str, Peak] = {}
    report: dict[str, Any] = dict(
        config=Path(config.filename).stem,
        image_size=image_size,
        device=hardware(device),
        torch=torch.__version__,
        multiply_adds=dict(trained=cost.trained.multiply_adds, frozen=cost.frozen.multiply_adds),
        peaks={},
        rows=[],
    )
    for way in (replace(way, dtype=supported_dtype(way.dtype, device)) for way in ways):
        for size in sizes:
            if time.perf_counter() - started > budget:
                row = Row(way, size, problem=f'not started: {budget:g} s are over')
            else:
                row = _safely(model, config, way, size, image_size, device, limit, seconds)
            if not row.problem:
                if way.dtype not in peaks:
                    peaks[way.dtype] = peak_of(device, way.dtype)
                row.peak_tflops = peaks[way.dtype].tflops
                row.tflops = row.images_per_second * step_flops(cost, way.priors) / 1e12
            report['peaks'] = {dtype: asdict(peak) for dtype, peak in peaks.items()}
            report['rows'].append(asdict(row))
            report['seconds'] = round(time.perf_counter() - started, 1)
            yield report


def _safely(model: BaseModel, config: Config, way: Way, size: int, image_size: int, device: str, limit: float, seconds: float) -> Row:
    """The row, or its error: memory and compilers fail in many ways, and the other rows do not depend on them."""
    try:
        return measure(model, config, way, on_device(random_batch(config, size, image_size), device), device, limit, seconds)
    except Overdue as error:
        return Row(way, size, problem=str(error))
    except Exception as error:
        message = str(error).strip() or repr(error)
        return Row(way, size, problem=f'{type(error).__name__}: {message.splitlines()[0][:160]}')
    finally:
        model.zero_grad(set_to_none=True)
        gc.collect()
        if device != 'cpu':
            torch.cuda.empty_cache()


def on_device(data: dict[str, Any], device: str) -> dict[str, Any]:
    """The batch as one tensor, copied to a device."""
    return {
        'inputs': torch.stack([image.to(device) for image in data['inputs']]),
        'data_samples': [one.to(device) for one in data['data_samples']],
    }


def speed_table(report: dict[str, Any]) -> str:
    """The report as Markdown: a line for each row, and how it was measured."""
    published = {row['batch']: row['images_per_second'] for row in report['rows'] if Way(**row['way']) == PUBLISHED}
    lines = []
    for row in report['rows']:
        way = Way(**row['way'])
        layout = 'channels-last' if way.channels_last else 'NCHW'
        cells = [f'{way.name} ({way.dtype}, {layout}, priors {way.priors})', str(row['batch'])]
        if row['problem']:
            lines.append([*cells, row['problem'], '', '', '', '', ''])
            continue
        ratio = row['images_per_second'] / published.get(row['batch'], float('nan'))
        share = row['tflops'] / row['peak_tflops']
        cells += [f'{row["images_per_second"]:.4g}', f'{row["milliseconds"]:.1f}', f'{ratio:.2f}', f'{row["memory_mib"]:.0f}']
        lines.append([*cells, f'{row["tflops"]:.3g}', f'{100 * share:.1f} %'])
    head = ['way', 'batch', 'images/s', 'ms/step', 'times as fast', 'peak memory, MiB', 'TFLOP/s', 'share of peak']
    counted = report['multiply_adds']
    peaks = '; '.join(f'{dtype}: {peak["tflops"]:.4g} TFLOP/s ({peak["source"]})' for dtype, peak in report['peaks'].items())
    return (
        f'{report["config"]}, {report["image_size"]} x {report["image_size"]} pixels, {report["device"]}, torch {report["torch"]}\n\n'
        f'{markdown_table(head, lines)}\n\n'
        f'Multiply-adds of one image: {counted["trained"] / 1e9:.2f} G trained, {counted["frozen"] / 1e9:.2f} G frozen. '
        f'A step of SAM has two forward and two backward passes. Median of at least three steps after two. Peaks: {peaks}.\n'
    )


def write_report(report: dict[str, Any], folder: Path) -> None:
    """Write ``speed.json`` and ``speed.md``; earlier files are replaced as a whole."""
    folder.mkdir(parents=True, exist_ok=True)
    AtomicBackend().put_text(json.dumps(report, indent=1), folder / 'speed.json')
    AtomicBackend().put_text(speed_table(report), folder / 'speed.md')
