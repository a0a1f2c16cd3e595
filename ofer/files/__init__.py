"""Reading of files: folders, archives, and images."""
