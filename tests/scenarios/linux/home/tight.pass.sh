#!/bin/sh
# params: {"aspect": "private", "mode": "0750"}
chmod 0700 /home/*
