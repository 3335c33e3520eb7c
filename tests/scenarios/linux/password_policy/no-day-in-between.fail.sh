#!/bin/sh
# params: {"setting": "min_days", "value": "1", "compare": "at_least"}
true
