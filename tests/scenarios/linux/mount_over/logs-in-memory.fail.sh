#!/bin/sh
# params: {}
mount -t tmpfs tmpfs /var/backups
