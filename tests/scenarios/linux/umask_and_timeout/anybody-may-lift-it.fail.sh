#!/bin/sh
# params: {"aspect": "timeout", "value": "600"}
echo "export TMOUT=300" > /etc/profile.d/site.sh
