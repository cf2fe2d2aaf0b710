"""Pictures: maps of embeddings, faces, curves, confusion."""
