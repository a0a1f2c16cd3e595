"""Starting commands and process groups."""
