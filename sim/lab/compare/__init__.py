"""Which of several runs is better, and is that known? Plain tables in, plain tables out."""
