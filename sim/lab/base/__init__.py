"""What every room needs: console, signals, processes."""
