#!/bin/sh
# params: {"service": "gdm-password", "type": "auth", "module": "pam_wheel.so"}
true
