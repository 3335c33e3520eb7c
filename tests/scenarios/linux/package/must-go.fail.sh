#!/bin/sh
# params: {"name": "tftp-hpa", "state": "absent"}
apt-get -qq -y install tftp-hpa
