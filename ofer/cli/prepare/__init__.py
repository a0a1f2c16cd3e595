"""Commands that prepare data for training."""
