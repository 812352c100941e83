"""One kind of score a file: a class that says what its scores are, found by walking this folder."""
