#!/bin/sh
# params: {"point": "jobs", "approved": ["/etc/cron.d/zz-job"]}
echo '* * * * * root /usr/local/bin/job' > /etc/cron.d/zz-job
