#!/bin/sh
# params: {"setting": "warn_days", "value": "7", "compare": "at_least"}
true
