#!/bin/sh
# params: {"spare": ["ops"]}
printf "Name: Lockout\nDefault: yes\nPriority: 1024\nAuth-Type: Primary\nAuth:\n\t[success=1 default=ignore] pam_succeed_if.so quiet user in nosudo:ops\n\trequisite pam_faillock.so preauth\nAccount-Type: Primary\nAccount:\n\trequired pam_faillock.so\n" > /usr/share/pam-configs/faillock_notify
printf "Name: Lockout fail\nDefault: yes\nPriority: 0\nAuth-Type: Primary\nAuth:\n\t[default=die] pam_faillock.so authfail\n" > /usr/share/pam-configs/faillock
DEBIAN_FRONTEND=noninteractive pam-auth-update --package
grep -q pam_faillock /etc/pam.d/common-auth
