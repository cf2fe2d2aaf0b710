"""Evidence maps: where a face speaks for fake or for real, and whether that is true.

`occlusion.draw_map` makes a map, `regions` sums it over parts of the face, `overlay` draws it:
`analyse` uses these. The stage ``evidence_maps`` compares maps of simulated fakes with their masks;
if a setting asks for it, maps by `grad_cam`, too.
"""
