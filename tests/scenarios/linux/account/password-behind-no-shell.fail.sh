#!/bin/sh
# params: {"aspect": "invalid_shell_locked"}
usermod --shell /usr/sbin/nologin ops
