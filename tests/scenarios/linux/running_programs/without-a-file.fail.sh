#!/bin/sh
# params: {}
cp /bin/sleep /var/tmp/kworker
/var/tmp/kworker 600 > /dev/null 2>&1 &
sleep 0.5
rm /var/tmp/kworker
