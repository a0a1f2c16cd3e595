"""A training that is stopped at any moment continues bit for bit."""
