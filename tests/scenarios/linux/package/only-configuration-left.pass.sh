#!/bin/sh
# params: {"name": "xinetd", "state": "absent"}
apt-get -qq -y install xinetd
apt-get -qq -y remove xinetd
dpkg-query --show --showformat='${db:Status-Status}' xinetd | grep -qx config-files
