"""--tensorboard: learning curves in addition to the log."""

import importlib.util

from mmengine.config import Config


def use_tensorboard(config: Config) -> None:
    """Write the learning curves for TensorBoard in addition to the log.

    Raises:
        ValueError: TensorBoard is not installed.
    """
    if importlib.util.find_spec('tensorboard') is None:
        raise ValueError("--tensorboard: TensorBoard is not installed. Run: pip install 'ofer[tensorboard]' (or: pip install tensorboard)")
    visualizer = config.setdefault('visualizer', {'type': 'Visualizer', 'vis_backends': [{'type': 'LocalVisBackend'}]})
    backends = visualizer.get('vis_backends') or []
    if not any(backend['type'] == 'TensorboardVisBackend' for backend in backends):
        visualizer['vis_backends'] = [*backends, {'type': 'TensorboardVisBackend'}]
