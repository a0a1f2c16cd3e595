"""Published checkpoints in the names of this library."""
