#!/bin/sh
# params: {"name": "xinetd", "state": "present"}
apt-get -qq -y install xinetd
apt-get -qq -y remove xinetd
