"""Attribution windows: after how long silence counts as no."""
