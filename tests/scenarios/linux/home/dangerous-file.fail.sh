#!/bin/sh
# params: {"aspect": "no_dangerous_files"}
# apply: none, it is deleted by its owner
touch /home/ops/.netrc; chown ops: /home/ops/.netrc
