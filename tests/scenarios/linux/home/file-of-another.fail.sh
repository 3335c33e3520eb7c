#!/bin/sh
# params: {"aspect": "files_owned"}
# apply: none, whose it is a person must find out
mkdir -p /home/ops/images/2024
touch "/home/ops/images/2024/scan 1.dcm"
