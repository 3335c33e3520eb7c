"""An independent referee on the same hosts: OpenSCAP with the ANSSI profile, before and after an
apply.
"""
