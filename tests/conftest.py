"""What every kind of test shares."""

from hypothesis import settings

settings.register_profile("parley", max_examples=100, deadline=None)
settings.load_profile("parley")
