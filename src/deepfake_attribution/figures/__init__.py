"""Pictures: t-SNE maps, faces, curves, confusion matrices (stages ``maps`` and ``figures``).

Others use `gallery.draw_all`, `maps`, and `style` for the colours of classes and approaches.
"""
