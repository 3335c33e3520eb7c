#!/bin/sh
# params: {}
cp /usr/bin/true /usr/bin/tty
