#!/bin/sh
# params: {"aspect": "files_private", "mode": "0755"}
# apply: none, whose it is a person must find out
chmod 0755 /home/ops
mkdir -p /home/ops/a "/home/ops/mes documents"
chmod 0700 /home/ops/a
echo x > "/home/ops/mes documents/compte rendu.txt"
chmod 0666 "/home/ops/mes documents/compte rendu.txt"
chmod 0755 "/home/ops/mes documents"
