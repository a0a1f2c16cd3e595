"""Makes components known to mmpretrain's own registries, so that its inferencers build models of configs from here.

``mmpretrain.get_model`` and ``ImageClassificationInferencer`` look in these alone, whatever ``default_scope`` says. Configs
import this module through ``custom_imports``. A name that mmpretrain has itself keeps its meaning there.
"""

from mmpretrain import registry as parent

from ofer.registry import DATASETS, MODELS, TRANSFORMS

for own, other in ((MODELS, parent.MODELS), (TRANSFORMS, parent.TRANSFORMS), (DATASETS, parent.DATASETS)):
    own.import_from_location()
    for name, component in own.module_dict.items():
        if other.get(name) is None:
            other.register_module(name=name, module=component)
