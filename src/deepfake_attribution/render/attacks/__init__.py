"""Simulated attacks on footage with a followed face, one per file."""
