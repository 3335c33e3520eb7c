#!/bin/sh
# params: {"path": "/etc/issue.net"}
rm /etc/issue.net
mkdir /etc/issue.net
