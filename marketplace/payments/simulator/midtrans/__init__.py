"""Decides what a Midtrans of our own does in demo mode: pages, API, notifications, and trouble on demand."""
