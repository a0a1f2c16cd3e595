"""The outputs of frozen networks, kept on disk."""
