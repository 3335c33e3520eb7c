#!/bin/sh
# params: {"aspect": "timeout", "value": "600"}
true
