"""The pictures: on their way in, verified, and where they lie."""
