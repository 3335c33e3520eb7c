#!/bin/sh
# params: {"aspect": "own_files"}
install -m 0440 /etc/sudoers /etc/sudoers.other
echo 'Plugin sudoers_policy sudoers.so sudoers_file=/etc/sudoers.other' > /etc/sudo.conf
