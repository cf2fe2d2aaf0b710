"""Where the face is, which one is followed, and its crop (stages ``weights`` and ``crop``).

Others use `face_crops.crop_faces`, `detector.make_detector`, and `detector_files.make`.
"""
