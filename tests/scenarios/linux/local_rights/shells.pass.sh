#!/bin/sh
# params: {"aspect": "shells_known"}
true
