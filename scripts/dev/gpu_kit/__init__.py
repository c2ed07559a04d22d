"""The GPU kit: prepare.py gathers it, run.py runs its steps on the machine with the GPU, report.py makes the tables.

The steps in their order are the files build.py, unit_tests.py, accuracy.py, timings.py, profile.py, memory.py and graphs.py. Each
takes the Session (session.py: where things are, how long there is) and yields results, which are dictionaries of plain values.
"""
