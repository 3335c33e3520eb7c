#!/bin/sh
# params: {"aspect": "accounts_gated"}
true
