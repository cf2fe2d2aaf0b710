"""The demo's videos: people drawn by code, and simulated attacks on them (stage ``render``).

Others use `database.render_database`, `settings.Rendered` and, on real footage, `attacks/`.
"""
