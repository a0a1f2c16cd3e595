"""Ablations: each variant of an experiment is trained and tested over several seeds, every run in its own process; and the table."""

import re
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mmengine.config import Config

from ofer.engine.checkpoints.atomic_backend import AtomicBackend
from ofer.engine.config import read_config
from ofer.engine.plans import check_entries
from ofer.engine.plans import read_plan as read_plan_file
from ofer.engine.processes.tool_runs import last_lines, run_logged
from ofer.evaluation.paired import mean_interval
from ofer.evaluation.report import markdown_table
from ofer.evaluation.result_files import read_metrics
from ofer.shipped import find_file

Measures = dict[str, dict[str, float]]  # by test set and name of the metric
Results = dict[str, dict[int, Measures]]  # by variant and seed


def read_plan(path: Path, base: str | None = None) -> dict[str, Config]:
    """The config of every variant, by name.

    Args:
        path: of the plan.
        base: another base than that of the plan.

    Raises:
        FileNotFoundError: the plan or its base is missing.
        ValueError: a required name is missing from the plan, or an override or a test set does not fit the base.
    """
    plan = read_plan_file(path, {'base': str, 'variants': dict, 'seeds': list[int]}, {'common': list[str], 'sets': list[str]})
    for name, options in plan.variants.items():
        check_entries(f'{path}: variants', {name: options}, {}, {name: list[str]})
    base = base or plan.base
    configs = {}
    for name, options in plan.variants.items():
        try:
            configs[name] = read_config(find_file(base, Path()), [*plan.get('common', []), *options])
        except ValueError as error:
            raise ValueError(f'{path}: variant {name!r}: {error}') from error
        if 'sets' in plan:
            known = configs[name].get('test_sets', {})
            if unknown := set(plan.sets) - set(known):
                raise ValueError(f'{path}: {base} has no test set {", ".join(sorted(unknown))}; it has {", ".join(known) or "none"}')
            configs[name].test_sets = {key: known[key] for key in plan.sets}
    return configs


class Ablation:
    """The runs of all variants, in one folder.

    Args:
        folder: for configs, checkpoints, logs and results.
        configs: by name of the variant.
        amp: mixed precision in the tests; for the training, the configs set it.
        jobs: number of runs at the same time.
        say: called with each progress or error line.
        run_tool: runs a command, given its arguments and a file for its output, and returns its exit status; None: in a process of its own.
    """

    def __init__(
        self,
        folder: Path,
        configs: Mapping[str, Config],
        amp: bool = False,
        jobs: int = 1,
        say: Callable[[str], None] = lambda line: None,
        run_tool: Callable[[Sequence[str], Path], int] | None = None,
    ) -> None:
        self.folder, self.configs, self.jobs, self.say = folder, configs, jobs, say
        self.test_flags = ['--amp'] if amp else []
        self.run_tool = run_tool or self._in_own_process

    def place(self, variant: str) -> Path:
        return self.folder / re.sub(r'\W+', '_', variant)

    def run(self, variants: Sequence[str], seeds: Sequence[int]) -> int:
        """Make all unfinished runs. A failed run is reported and does not stop the others.

        Returns:
            Number of failed runs.

        Raises:
            ValueError: the folder contains a variant with a different config.
        """
        for variant in variants:  # before the threads start: one could read a file that another one is writing
            self._keep_config(variant)
        runs = [(variant, seed) for seed in seeds for variant in variants]
        if self.jobs == 1:  # in this thread, which receives the signals
            return [self.measure(*run) for run in runs].count(False)
        with ThreadPoolExecutor(self.jobs) as pool:
            return list(pool.map(lambda run: self.measure(*run), runs)).count(False)

    def finished(self) -> Results:
        """All finished results in the folder whose config equals the current one, from this and from earlier calls."""
        results: Results = {variant: {} for variant in self.configs}
        for variant, runs in results.items():
            files = self.place(variant).glob('seed_*/test.json') if self._config(variant) == self.configs[variant].pretty_text else ()
            for seed, file in sorted((int(file.parent.name.removeprefix('seed_')), file) for file in files):
                metrics = read_metrics(file)
                runs[seed] = {name: metrics[name] for name in self.configs[variant].get('test_sets') or metrics}
        return results

    def measure(self, variant: str, seed: int) -> bool:
        """Train and test, unless already done; False if a step failed."""
        place = self.place(variant) / f'seed_{seed}'
        config, out, done = place.parent / 'config.py', place / 'test.json', place / 'trained'
        place.mkdir(parents=True, exist_ok=True)
        if not done.is_file():
            if not self._tool(place, 'train', str(config), '--work-dir', str(place), '--seed', str(seed), '--resume'):
                return False
            done.touch()
        if out.is_file():
            return True
        checkpoint = (place / 'last_checkpoint').read_text(encoding='utf-8').strip()
        return self._tool(place, 'test', str(config), checkpoint, '--work-dir', str(place), '--all', '--out', str(out), *self.test_flags)

    def _keep_config(self, variant: str) -> None:
        """Write the config of a variant if it is missing. It is beside the folders of the seeds: mmengine writes its own copy into each."""
        text, there = self.configs[variant].pretty_text, self._config(variant)
        if there is None:
            AtomicBackend().put_text(text, self.place(variant) / 'config.py')
        elif there != text:
            place = self.place(variant)
            raise ValueError(f'{place / "config.py"}: {variant!r} was run with other settings. Remove {place}, or give another --out.')

    def _config(self, variant: str) -> str | None:
        file = self.place(variant) / 'config.py'
        return file.read_text(encoding='utf-8') if file.is_file() else None

    def _tool(self, place: Path, tool: str, *arguments: str) -> bool:
        log = place / f'{tool}.log'
        self.say(f'{tool} {place} ({log})')
        code = self.run_tool([tool, *arguments], log)
        if code:
            self.say(f'{place}: ofer {tool} failed with status {code}: {last_lines(log)} ({log})')
        return code == 0

    def _in_own_process(self, arguments: Sequence[str], log: Path) -> int:
        return run_logged([sys.executable, '-m', 'ofer', *arguments], log, self.jobs)


def table(results: Results, measure: str) -> str:
    """Markdown table: a row for each variant, a column for each test set.

    Args:
        results: metrics by variant, seed and test set.
        measure: name of the metric.

    Returns:
        Mean and standard deviation over the seeds; in brackets, mean and standard deviation of the difference from the first variant
        over the seeds of both, and the 95 % interval of that mean.
    """
    first, *_ = results
    sets = list(dict.fromkeys(name for runs in results.values() for found in runs.values() for name in found))
    rows = []
    for variant, runs in results.items():
        cells = []
        for name in sets:
            values = [found[name][measure] for found in runs.values()]
            cell = spread(values)
            shared = [seed for seed in runs if seed in results[first]]
            if variant != first and shared:
                cell += f' ({_difference([runs[seed][name][measure] - results[first][seed][name][measure] for seed in shared])})'
            cells.append(cell)
        rows.append([variant, str(len(runs)), *cells])
    return markdown_table(['variant', 'seeds', *sets], rows)


def spread(values: Sequence[float], sign: str = '') -> str:
    """Mean and standard deviation; only the mean for one value, a dash for none."""
    if not values:
        return '-'
    mean = format(statistics.mean(values), f'{sign}.2f')
    return f'{mean} ± {statistics.stdev(values):.2f}' if len(values) > 1 else mean


def _difference(values: Sequence[float]) -> str:
    if len(values) < 2:
        return spread(values, '+')
    interval = mean_interval(values)
    return f'{spread(values, "+")}, 95 %: {interval.low:+.2f} to {interval.high:+.2f}'
