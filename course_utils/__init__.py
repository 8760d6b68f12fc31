"""The tested helpers of Unrolled, one job a module.

Importing this package alone is instant: nothing is loaded until one of its
modules is asked for, and no module does any work at import.
"""
