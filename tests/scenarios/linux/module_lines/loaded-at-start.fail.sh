#!/bin/sh
# params: {}
mkdir -p /etc/modules-load.d
echo tipc > /etc/modules-load.d/zz.conf
