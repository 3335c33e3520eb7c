#!/bin/sh
# params: {}
# apply: none, the package is a matter of another rule
true
