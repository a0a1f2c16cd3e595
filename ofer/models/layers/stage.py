"""One trained model of a larger system, with its file, image size and normalisation."""

from mmengine.model import BaseModule

from ofer.models.layers.input_format import InputFormat
from ofer.models.layers.weights import load_pretrained
from ofer.registry import MODELS


class Stage(BaseModule):
    """A model as a stage of a larger model.

    Args:
        name: of the stage, for messages.
        model: config of the model; its ``data_preprocessor`` says how it wants to see RGB in [0, 255].
        checkpoint: file of its weights, which training or ``ofer convert`` wrote; read by ``init_weights()``. None leaves the model's own
            initialisation, which is for what is trained here, or for weights that come with a checkpoint of the whole.
        size: height and width that the model wants, pixels; None takes images as they come.
        frozen: always in evaluation mode, and no parameter has a gradient.

    Raises:
        ValueError: the model does not state its normalisation, or swaps colours.
    """

    def __init__(self, name: str, model: dict, checkpoint: str | None = None, size: int | None = None, frozen: bool = True) -> None:
        super().__init__()
        self.model = MODELS.build(model)
        self.input_format = InputFormat.of(self.model.data_preprocessor, f'the stage {name!r}', size)
        self.name, self.checkpoint, self.frozen = name, checkpoint, frozen
        if frozen:
            self.requires_grad_(False)
            self.eval()

    def train(self, mode: bool = True) -> 'Stage':
        """Set the mode; a frozen stage stays in evaluation mode."""
        return super().train(mode and not self.frozen)

    def init_weights(self) -> None:
        """Read ``checkpoint``, or initialise the model.

        Raises:
            FileNotFoundError: the file is missing.
            ValueError: its parameters do not fit this model.
        """
        if self.checkpoint is None:
            self.model.init_weights()
            return
        plans = 'configs/latent_ofer/plan_*.py are plans for ofer train-stages'
        remedy = f'Train the stage {self.name!r} first: {plans}. Or set its checkpoint, or give a checkpoint of the whole model.'
        load_pretrained(self.model, self.checkpoint, remedy)
