#!/bin/sh
# params: {"service": "common-session", "type": "session", "module": "pam_umask.so", "arguments": ["umask=077"]}
true
