#!/bin/sh
# params: {"aspect": "programs_approved"}
true
