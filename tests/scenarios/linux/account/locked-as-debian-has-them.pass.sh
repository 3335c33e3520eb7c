#!/bin/sh
# params: {"aspect": "system_locked"}
true
