"""A soak: people sign, ask friends, leave and come back, staff write and hold back, and everything
that can break does, while a bookkeeper looks whether all is as it was promised.

`python -m bench.soak --minutes 30 --engine sqlite` prints its seed and every promise not kept.
"""
