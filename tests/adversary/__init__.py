"""Users of a host who swap what stands at paths while root acts on them: afterwards they have
gained nothing.
"""
