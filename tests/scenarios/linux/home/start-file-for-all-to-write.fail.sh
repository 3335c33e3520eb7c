#!/bin/sh
# params: {"aspect": "start_files_private", "mode": "0740"}
chmod 0666 /home/ops/.bashrc
