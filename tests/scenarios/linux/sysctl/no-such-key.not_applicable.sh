#!/bin/sh
# params: {"key": "net.ipv4.no_such_key", "value": "0"}
