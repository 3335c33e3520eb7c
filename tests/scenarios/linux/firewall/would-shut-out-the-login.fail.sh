#!/bin/sh
# params: {"services": ["tcp/22 from 203.0.113.0/24"]}
# apply: none, the rule would shut out the login that it comes by
true
