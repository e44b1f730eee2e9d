"""What the world may read of the figures, and how a figure becomes final."""
