"""Decides what a village counter notes of services for other systems (e-Samdes, PPOB); never a sale."""
