"""What is trained: one learner a file."""
