#!/bin/sh
# params: {}
ip rule add fwmark 0x66 lookup 99
ip tuntap add dev tun9 mode tun
ip link set dev tun9 up
