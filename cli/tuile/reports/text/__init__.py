"""Reports as text for people, in English and French: a module for each screen, with a function
`render`.
"""
