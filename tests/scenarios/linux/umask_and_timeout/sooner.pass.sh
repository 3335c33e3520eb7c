#!/bin/sh
# params: {"aspect": "timeout", "value": "900"}
echo "typeset -xr TMOUT=600" > /etc/profile.d/site.sh
