"""Speed of a recogniser by backend and precision, measured in turns in one process."""

import copy
import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ofer.export.checking import Recognise
from ofer.export.exporting import Task, export_task
from ofer.export.graphs import ClassifierGraph
from ofer.inference.answer import Answer
from ofer.inference.exported import ExportedRecogniser
from ofer.inference.recogniser import Recogniser
from ofer.inference.speed import fused, in_bfloat16, prior_names, priors_in_bfloat16
from ofer.processor import cpu_has_bfloat16
from ofer.runtimes import CLASSIFIER, Description


@dataclass(frozen=True)
class Way:
    """A way to run a recogniser.

    Args:
        backend: e.g. ``'onnx'``.
        precision: e.g. ``'int8'``.
        build: makes the function from crops to answers.
    """

    backend: str
    precision: str
    build: Callable[[], Recognise]


@dataclass(frozen=True)
class Measured:
    """Result for a way and a size of batch.

    Args:
        way: what was measured.
        batch: number of faces.
        rate: faces per second of the clock: of CPU time, so per second and core, or of elapsed time.
        ratios: to the first way, of neighbouring turns.
        difference: greatest difference of a probability from that of the first way.
        memory: growth of the process from building and first use, MiB.
    """

    way: Way
    batch: int
    rate: float
    ratios: tuple[float, ...]
    difference: float
    memory: float


class _Torch:
    """The recogniser with another model, so that several can be compared."""

    def __init__(self, recogniser: Recogniser, model: Any, precision: str = 'float32') -> None:
        self.recogniser, self.model, self.precision = recogniser, model, precision

    def __call__(self, crops: Sequence[np.ndarray]) -> list[Answer]:
        self.recogniser.model, self.recogniser.precision = self.model, self.precision
        return self.recogniser(crops)


def ways(
    recogniser: Recogniser,
    size: int | None,
    folder: Path,
    backends: Sequence[str],
    crops: Sequence[np.ndarray],
    calibration: Sequence[str] = (),
    compile: bool = False,
) -> Iterator[Way]:
    """The ways that can be compared; the first is plain PyTorch in float32. Only CPUs with bfloat16 instructions have those in bfloat16.

    Args:
        recogniser: with its model as trained.
        size: to which its pipeline resizes crops, pixels; None: it does not.
        folder: for the exported files.
        backends: of ``'torch'``, ``'onnx'`` and ``'openvino'``.
        crops: aligned faces, for the check of fused norms.
        calibration: images for 8-bit integers; without them there is no such way.
        compile: whether compilation by torch is a way.
    """
    plain, bfloat16 = recogniser.model, cpu_has_bfloat16()
    example = recogniser.inputs(crops[:1])
    yield Way('torch', 'float32', lambda: _Torch(recogniser, plain))
    if 'torch' in backends:
        yield Way('torch, fused', 'float32', lambda: _Torch(recogniser, fused(plain, example)))
        if prior_names(plain) and bfloat16:
            yield Way('torch, fused', 'mixed', lambda: _Torch(recogniser, priors_in_bfloat16(copy.deepcopy(fused(plain, example)))))
        if bfloat16:
            yield Way('torch, fused', 'bfloat16', lambda: _Torch(recogniser, in_bfloat16(copy.deepcopy(fused(plain, example))), 'bfloat16'))
    if compile:
        yield Way('torch, compiled', 'float32', lambda: _Torch(recogniser, _compiled(fused(plain, example))))
    graph = ClassifierGraph(recogniser, size)
    stated = Description(CLASSIFIER, 'benchmark', graph.outputs, '', classes=recogniser.classes, aligner=recogniser.aligner.describe())
    exact, small = folder / 'float32.onnx', folder / 'int8.onnx'
    if {'onnx', 'openvino'} & set(backends):
        export_task(Task(graph, stated), exact)
        if calibration:
            export_task(Task(graph, stated), small, calibration, int8=True)
    for backend in ('onnx', 'openvino'):
        if backend in backends:
            yield Way(backend, 'float32', lambda backend=backend: ExportedRecogniser(exact, backend))  # type: ignore[misc]
            if backend == 'openvino' and bfloat16:
                yield Way(backend, 'bfloat16', lambda: ExportedRecogniser(exact, 'openvino', 'bfloat16'))
            if calibration:
                yield Way(backend, 'int8', lambda backend=backend: ExportedRecogniser(small, backend))  # type: ignore[misc]


def measure(
    compared: Sequence[Way],
    crops: Sequence[np.ndarray],
    batches: Sequence[int],
    rounds: int,
    clock: Callable[[], float] = time.process_time,
) -> list[Measured]:
    """Time all ways in turns.

    Args:
        compared: the first is the reference.
        crops: aligned faces, as many as the largest batch.
        batches: numbers of faces.
        rounds: timed rounds, after one that is not counted.
        clock: seconds. CPU time does not depend on other load; elapsed time shows what several threads gain, on an idle machine.
    """
    built: list[Recognise] = []
    memory = []
    for way in compared:
        before = _resident()
        built.append(way.build())
        built[-1](crops[: max(batches)])
        memory.append(_resident() - before)
    found = []
    for batch in batches:
        given = crops[:batch]
        expected = _probabilities(built[0](given))
        times: list[list[float]] = [[] for _ in built]
        for turn in range(rounds + 1):
            order = range(len(built)) if turn % 2 else reversed(range(len(built)))
            for i in order:
                begin = clock()
                built[i](given)
                times[i].append(clock() - begin)
        for way, recognise, seconds, grown in zip(compared, built, times, memory, strict=True):
            ratios = tuple(one / other for one, other in zip(times[0][1:], seconds[1:], strict=True))
            difference = float(np.abs(_probabilities(recognise(given)) - expected).max())
            found.append(Measured(way, batch, batch / statistics.median(seconds[1:]), ratios, difference, grown))
    return found


def _compiled(model: torch.nn.Module) -> torch.nn.Module:
    model.compile()
    return model


def _probabilities(answers: Sequence[Answer]) -> np.ndarray:
    return np.stack([answer.probabilities for answer in answers])


def _resident() -> float:
    """Memory of this process, MiB; 0 on systems that do not tell."""
    try:
        return int(Path('/proc/self/statm').read_text(encoding='ascii').split()[1]) * os.sysconf('SC_PAGE_SIZE') / 2**20
    except (OSError, ValueError):
        return 0.0
