"""From what a user gives as input to faces with answers, and to the files that they are written to."""
