"""Expressions of the faces in a folder or list of images, on the machines of a Ray cluster, as Parquet files."""

import argparse
from typing import Any

from ofer.apis.mapping import FaceMapper
from ofer.cli.options import at_least
from ofer.inference.sharding import list_inputs


def rows(inputs: list[str], workers: int, batch_size: int = 64, **options: Any) -> Any:
    """A Ray data set with a row for each face, and for each input without one.

    Args:
        inputs: paths that all machines can read.
        workers: number of processes, each with an inferencer of its own.
        batch_size: inputs that a worker takes at a time.
        options: arguments of :class:`ofer.apis.mapping.FaceMapper`.
    """
    import ray.data

    paths = ray.data.from_items([{'path': path} for path in inputs], override_num_blocks=max(workers, len(inputs) // batch_size))
    return paths.map_batches(
        FaceMapper,
        fn_constructor_kwargs=options,
        batch_size=batch_size,
        compute=ray.data.ActorPoolStrategy(size=workers),
        max_restarts=-1,
        max_task_retries=-1,
    )


def main() -> None:
    """Run the example."""
    import ray

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('inputs', help='folder, or text file with a path a line')
    parser.add_argument('--out', required=True, help='folder of the Parquet files')
    parser.add_argument('--workers', type=at_least(1), default=2, help='processes (default: %(default)s)')
    parser.add_argument('--address', help='of a running cluster, such as auto (default: start one on this machine)')
    parser.add_argument('--backend', choices=['torch', 'onnx', 'openvino'], default='onnx', help='default: %(default)s')
    args = parser.parse_args()
    ray.init(address=args.address, num_cpus=None if args.address else args.workers)
    rows(list_inputs(args.inputs), args.workers, backend=args.backend).write_parquet(args.out)


if __name__ == '__main__':
    main()
