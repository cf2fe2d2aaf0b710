"""What is this video? Videos of which nothing is known, looked at by a trained model."""
