"""Which sets a model is tested on, and how."""
