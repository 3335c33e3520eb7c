#!/bin/sh
# params: {"option": "PermitEmptyPasswords", "value": "no"}
