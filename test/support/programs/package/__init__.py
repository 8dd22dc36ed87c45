from .shapes import Square, area

__all__ = ["Square", "area"]
