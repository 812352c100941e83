"""One kind of score a file: a class with ``read``, ``summary`` and ``curve``, found by walking this folder."""
