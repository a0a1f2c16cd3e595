"""The registries, children of those of mmpretrain.

A config with ``default_scope = 'ofer'`` names a component of ofer, mmpretrain or mmengine without a prefix, because a lookup climbs from
child to parent. A registry imports its ``locations`` on the first lookup, and the installed projects. A lookup in the child does not import
the modules of the parent, so the modules of mmpretrain are imported here.
"""

from ofer import compat  # isort: skip  # corrects the packages imported next

import mmpretrain.datasets
import mmpretrain.engine
import mmpretrain.evaluation
import mmpretrain.models
import mmpretrain.visualization  # noqa: F401
from mmengine.registry import Registry
from mmpretrain import registry as parent

SCOPE = 'ofer'


def _child(name: str, of: Registry, *locations: str) -> Registry:
    return Registry(name, parent=of, scope=SCOPE, locations=[*locations, 'ofer.projects'])


MODELS = _child('model', parent.MODELS, 'ofer.models', 'ofer.faces.registered')
DATASETS = _child('dataset', parent.DATASETS, 'ofer.datasets')
DATA_SAMPLERS = _child('data sampler', parent.DATA_SAMPLERS, 'ofer.datasets')
TRANSFORMS = _child('transform', parent.TRANSFORMS, 'ofer.datasets', 'ofer.faces.registered')
METRICS = _child('metric', parent.METRICS, 'ofer.evaluation')
HOOKS = _child('hook', parent.HOOKS, 'ofer.engine')
OPTIM_WRAPPERS = _child('optimizer wrapper', parent.OPTIM_WRAPPERS, 'ofer.engine')
OPTIM_WRAPPER_CONSTRUCTORS = _child('optimizer wrapper constructor', parent.OPTIM_WRAPPER_CONSTRUCTORS, 'ofer.engine')
WEIGHT_INITIALIZERS = _child('weight initializer', parent.WEIGHT_INITIALIZERS, 'ofer.models')
OPTIMIZERS = _child('optimizer', parent.OPTIMIZERS, 'ofer.engine')
PARAM_SCHEDULERS = _child('parameter scheduler', parent.PARAM_SCHEDULERS, 'ofer.engine')
# ofer has no components of these kinds; without a child of the scope, mmengine warns at every lookup.
LOOPS = _child('loop', parent.LOOPS)
EVALUATORS = _child('evaluator', parent.EVALUATORS)
VISUALIZERS = _child('visualizer', parent.VISUALIZERS)
VISBACKENDS = _child('vis_backend', parent.VISBACKENDS)
LOG_PROCESSORS = _child('log processor', parent.LOG_PROCESSORS)
BATCH_AUGMENTS = _child('batch augment', parent.BATCH_AUGMENTS)

ALL_REGISTRIES = (
    *(MODELS, DATASETS, DATA_SAMPLERS, TRANSFORMS, METRICS, HOOKS, OPTIM_WRAPPERS, OPTIM_WRAPPER_CONSTRUCTORS, WEIGHT_INITIALIZERS),
    *(OPTIMIZERS, PARAM_SCHEDULERS, LOOPS, EVALUATORS, VISUALIZERS, VISBACKENDS, LOG_PROCESSORS, BATCH_AUGMENTS),
)

__all__ = [
    'ALL_REGISTRIES',
    'BATCH_AUGMENTS',
    'DATASETS',
    'DATA_SAMPLERS',
    'EVALUATORS',
    'HOOKS',
    'LOG_PROCESSORS',
    'LOOPS',
    'METRICS',
    'MODELS',
    'OPTIMIZERS',
    'OPTIM_WRAPPERS',
    'OPTIM_WRAPPER_CONSTRUCTORS',
    'PARAM_SCHEDULERS',
    'SCOPE',
    'TRANSFORMS',
    'VISBACKENDS',
    'VISUALIZERS',
    'WEIGHT_INITIALIZERS',
    'compat',
]
