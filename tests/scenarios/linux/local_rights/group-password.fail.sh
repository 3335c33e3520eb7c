#!/bin/sh
# params: {"aspect": "no_group_passwords"}
sed -i 's/^adm:[^:]*:/adm:$1$ab$012345678901234567890.:/' /etc/gshadow
