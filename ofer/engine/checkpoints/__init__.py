"""Writing, reading and finding checkpoints."""
