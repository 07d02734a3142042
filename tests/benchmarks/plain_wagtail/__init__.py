"""The same handbook served the way a plain Wagtail site would serve it: the ground to measure against."""
