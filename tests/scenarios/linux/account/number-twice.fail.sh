#!/bin/sh
# params: {"aspect": "ids_unique"}
# apply: none, a person decides
useradd --non-unique --uid 1002 doubled
