#!/bin/sh
# params: {}
echo '#include "/nonexistent";' > /etc/apt/apt.conf.d/99broken
