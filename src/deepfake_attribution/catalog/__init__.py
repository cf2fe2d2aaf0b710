"""Which videos there are (stage ``catalog``), and which are trained on (stage ``superset``).

One adapter per family of datasets lists its videos as rows (`adapters/`). Others use
`registry.list_videos`, `superset.build` and, to find people and videos in two splits, `leaks`.
"""
