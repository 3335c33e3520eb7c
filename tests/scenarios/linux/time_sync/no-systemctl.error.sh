#!/bin/sh
# params: {}
chmod 0644 "$(command -v systemctl)"
