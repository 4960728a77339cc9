"""Ratios, never timed tests: each of ours stands beside a floor measured in the same run.

`make bench` prints them. A ratio says something about our code; a time says as much about the machine.
"""
