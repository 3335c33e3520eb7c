#!/bin/sh
# params: {"aspect": "files_private", "mode": "0755"}
# Others may not search the folder, so that what its files grant them counts for nothing.
chmod 0755 /home/ops
mkdir -p "/home/ops/mes documents/2024"
echo x > "/home/ops/mes documents/2024/compte rendu.txt"
chmod 0646 "/home/ops/mes documents/2024/compte rendu.txt"
chmod 0750 "/home/ops/mes documents"
chown -R ops: "/home/ops/mes documents"
