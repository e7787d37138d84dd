"""Mark a class: hand-ins read, run in processes of their own, judged here, and told in tables and pages.

A student's code never runs where it is judged: `inside` is what runs over there, and all that comes back are
values (`values`). Nothing here is a sandbox; `confinement` says which walls there are.
"""
