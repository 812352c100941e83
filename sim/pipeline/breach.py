"""What an agent may not say."""

REAL = "fiub"  # kinds of numpy's types that hold real numbers


class Breach(ValueError):
    """What an agent said is not what it may say. Its own code did not fail: there is no line of it worth showing."""
