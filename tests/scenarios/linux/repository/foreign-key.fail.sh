#!/bin/sh
# params: {}
# apply: none, whose key signs a foreign source is a person's decision
echo 'deb http://packages.vendor.example/deb stable main' > /etc/apt/sources.list.d/vendor.list
