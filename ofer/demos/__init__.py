"""The demonstrations: everything from nothing, on drawn faces, by the commands that a user would type."""
