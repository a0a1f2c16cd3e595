"""The occlusion report: how well models stand occlusion, measured by named protocols, and whether one is better than another."""
