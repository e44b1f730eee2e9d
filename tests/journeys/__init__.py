"""Stories that cross many packages."""
