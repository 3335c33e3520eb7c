#!/bin/sh
# params: {"aspect": "own_files"}
true
