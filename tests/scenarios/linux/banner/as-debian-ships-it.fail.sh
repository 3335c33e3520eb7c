#!/bin/sh
# params: {"path": "/etc/issue"}
true
