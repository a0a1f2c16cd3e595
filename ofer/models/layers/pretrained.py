"""Reading a network's weights from a file, strictly and with a message that says what to do."""

from torch import Tensor, nn

from ofer import compat


def without_switched_off(state: dict[str, Tensor], module: nn.Module) -> dict[str, Tensor]:
    """Leave out the parameters of parts that a network can do without, and that its config has switched off.

    Args:
        state: parameters by name.
        module: what they are for. It, or any model in it, names such parts in ``optional_parts``; those that are None, or an
            empty ``ModuleDict``, are switched off.
    """
    prefixes = tuple(
        f'{name}.{part}.'.removeprefix('.')
        for name, model in module.named_modules()
        for part in getattr(model, 'optional_parts', ())
        if getattr(model, part) is None or (isinstance(getattr(model, part), nn.ModuleDict) and not len(getattr(model, part)))
    )
    return {key: value for key, value in state.items() if not key.startswith(prefixes)}


def check_names(state: dict[str, Tensor], module: nn.Module, source: str) -> None:
    """Refuse weights that a part of a model knows to be of an earlier structure: the part has ``check_names(names, prefix)`` for it.

    Args:
        state: parameters by name.
        module: what they are for.
        source: where they come from, for the message.

    Raises:
        ValueError: they are of an earlier structure; the message says what to do.
    """
    for name, part in module.named_modules():
        if hasattr(part, 'check_names'):
            try:
                part.check_names(state, f'{name}.' if name else '')
            except ValueError as error:
                raise ValueError(f'{source}: {error}') from error


def load_pretrained(module: nn.Module, checkpoint: str, remedy: str, part: str = 'network') -> None:
    """Load the weights of one network.

    The file holds the network's own parameters, or those of a model that trained it as its ``part``, or as the ``network`` of that.
    Counters of BatchNorm may be missing: files with BatchNorm folded away carry none, and evaluation does not read them.

    Args:
        module: receives the weights; those of parts that it has switched off are not read.
        checkpoint: path of a file that ``ofer convert`` or training wrote.
        remedy: how to get the file, for the message.
        part: what the network is called in a model that trains it.

    Raises:
        FileNotFoundError: the file is missing.
        ValueError: its parameters are not this network's.
    """
    name = type(module).__name__
    try:
        state = compat.unwrap_state_dict(compat.load_checkpoint(checkpoint))
    except FileNotFoundError as error:
        raise FileNotFoundError(f'{checkpoint}: the weights of {name} are missing. {remedy}') from error
    for prefix in (f'{part}.network.', f'{part}.'):
        if any(key.startswith(prefix) for key in state):  # beside it lie other parts, a loss's or a preprocessor's buffers
            state = {key.removeprefix(prefix): value for key, value in state.items() if key.startswith(prefix)}
    state = without_switched_off(state, module)
    check_names(state, module, checkpoint)
    own = module.state_dict()
    missing = [k for k in own if k not in state and not k.endswith('num_batches_tracked')]
    wrong = [k for k, v in state.items() if k not in own or own[k].shape != v.shape]
    if missing or wrong:
        names = ', '.join((missing + wrong)[:3])
        raise ValueError(
            f'{checkpoint} does not fit {name}: {len(missing)} parameters missing, {len(wrong)} unknown or of another shape ({names}, …). '
            'Convert a published file with ofer convert, or set the network to what the file was trained with.'
        )
    module.load_state_dict(state, strict=False)
